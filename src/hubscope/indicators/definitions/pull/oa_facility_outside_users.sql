-- Works of the hub's facilities, by whether another institution lies outside the hub.
WITH host AS (
    SELECT DISTINCT members.hub, authorships.work, authorships.year
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    JOIN members ON members.institution = authorships.institution
    JOIN institutions ON institutions.institution = authorships.institution
    WHERE institutions.type = 'facility'
),
outside AS (
    SELECT DISTINCT host.hub, host.work
    FROM host
    JOIN authorships ON authorships.work = host.work
    LEFT JOIN members
        ON members.institution = authorships.institution AND members.hub = host.hub
    WHERE authorships.institution IS NOT NULL AND members.hub IS NULL
)
SELECT host.hub, host.year, host.work AS unit,
    CASE WHEN outside.work IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM host
LEFT JOIN outside ON outside.hub = host.hub AND outside.work = host.work
