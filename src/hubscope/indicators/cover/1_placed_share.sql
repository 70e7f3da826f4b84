-- By work.
-- How much of a work's authorship names an institution, and one whose place is known.
SELECT authorships.work,
    sum(CASE WHEN authorships.institution IS NULL THEN CAST(0 AS DOUBLE)
        ELSE authorships.weight END) AS placed,
    sum(CASE WHEN located.institution IS NULL THEN CAST(0 AS DOUBLE)
        ELSE authorships.weight END) AS located
FROM authorships
LEFT JOIN located ON located.institution = authorships.institution
GROUP BY authorships.work
