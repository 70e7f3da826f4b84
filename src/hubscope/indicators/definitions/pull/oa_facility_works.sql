-- Works with an author at a facility of the hub, each once.
WITH host AS (
    SELECT DISTINCT members.hub, authorships.work, authorships.year
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    JOIN members ON members.institution = authorships.institution
    JOIN institutions ON institutions.institution = authorships.institution
    WHERE institutions.type = 'facility'
)
SELECT hub, year, work AS unit, CAST(1 AS DOUBLE) AS num, CAST(NULL AS DOUBLE) AS den
FROM host
