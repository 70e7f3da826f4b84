-- Works by the kinds of institutions they carry.
WITH kinds AS (
    SELECT authorships.work,
        max(CASE WHEN institutions.type = 'company' THEN 1 ELSE 0 END) AS company,
        max(CASE WHEN institutions.type IN ('education', 'facility') THEN 1 ELSE 0 END) AS academy
    FROM authorships
    JOIN institutions ON institutions.institution = authorships.institution
    JOIN counted ON counted.work = authorships.work
    GROUP BY authorships.work
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CAST(kinds.company * kinds.academy AS DOUBLE) AS num,
    CAST(1 AS DOUBLE) AS den
FROM hub_works
JOIN kinds ON kinds.work = hub_works.work
