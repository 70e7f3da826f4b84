-- Where each part of a paper was written and by what kind of institution. The place is a hub, or
-- empty where the institution is known to lie in none, or missing where nobody knows where it lies.
SELECT DISTINCT
    authorships.work AS paper,
    institutions.type,
    CASE
        WHEN hubs.id IS NOT NULL THEN hubs.id
        WHEN located.institution IS NOT NULL THEN ''
    END AS place
FROM authorships
JOIN counted ON counted.work = authorships.work
JOIN institutions ON institutions.institution = authorships.institution
LEFT JOIN members ON members.institution = authorships.institution
LEFT JOIN hubs ON hubs.hub = members.hub
LEFT JOIN located ON located.institution = authorships.institution
