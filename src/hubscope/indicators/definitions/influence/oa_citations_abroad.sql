-- Citing works by whether any of their economies is the hub's.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CAST(everywhere.n - coalesce(home.n, 0) AS DOUBLE) AS num,
    CAST(everywhere.n AS DOUBLE) AS den
FROM hub_works
JOIN hubs ON hubs.hub = hub_works.hub
JOIN cited_from AS everywhere ON everywhere.work = hub_works.work AND everywhere.country = ''
LEFT JOIN cited_from AS home ON home.work = hub_works.work AND home.country = hubs.country
WHERE hubs.country IS NOT NULL
