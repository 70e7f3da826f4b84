-- Abroad is any economy but the hub's own.
WITH far AS (
    SELECT hub_works.hub, hub_works.work,
        max(CASE WHEN work_countries.country <> hubs.country THEN 1 ELSE 0 END) AS abroad
    FROM hub_works
    JOIN hubs ON hubs.hub = hub_works.hub
    JOIN work_countries ON work_countries.work = hub_works.work
    WHERE hubs.country IS NOT NULL
    GROUP BY hub_works.hub, hub_works.work
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CAST(far.abroad AS DOUBLE) AS num,
    CAST(1 AS DOUBLE) AS den
FROM hub_works
JOIN far ON far.hub = hub_works.hub AND far.work = hub_works.work
