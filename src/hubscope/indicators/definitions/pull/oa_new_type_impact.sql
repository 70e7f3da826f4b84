-- Mean normalised citations of works at listed new-type institutions.
WITH inside AS (
    SELECT members.hub, authorships.work, sum(authorships.weight) AS weight
    FROM authorships
    JOIN members ON members.institution = authorships.institution
    JOIN curated ON curated.institution = authorships.institution
    WHERE curated.list = 'new_type'
    GROUP BY members.hub, authorships.work
)
SELECT inside.hub, counted.year, inside.work AS unit,
    inside.weight * normalised.impact AS num,
    inside.weight AS den
FROM inside
JOIN counted ON counted.work = inside.work
JOIN normalised ON normalised.work = inside.work
WHERE normalised.impact IS NOT NULL
