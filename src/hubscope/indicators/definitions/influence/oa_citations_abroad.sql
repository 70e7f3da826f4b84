-- Citing works by whether any of their economies is the hub's.
WITH citing AS (
    SELECT hub_works.hub, hub_works.year, hub_works.work, refs.work AS citing,
        max(CASE WHEN work_countries.country = hubs.country THEN 1 ELSE 0 END) AS home
    FROM hub_works
    JOIN hubs ON hubs.hub = hub_works.hub
    JOIN refs ON refs.cited = hub_works.work
    JOIN work_countries ON work_countries.work = refs.work
    WHERE hubs.country IS NOT NULL
    GROUP BY hub_works.hub, hub_works.year, hub_works.work, refs.work
)
SELECT hub, year, work AS unit,
    CAST(sum(1 - home) AS DOUBLE) AS num,
    CAST(count(*) AS DOUBLE) AS den
FROM citing
GROUP BY hub, year, work
