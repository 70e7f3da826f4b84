-- Works that name a listed funder of the hub's own economy.
WITH funded AS (
    SELECT DISTINCT funders.work, programme_funders.country
    FROM funders
    JOIN programme_funders ON programme_funders.funder = funders.funder
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CASE WHEN funded.work IS NULL THEN CAST(0 AS DOUBLE) ELSE hub_works.weight END AS num,
    hub_works.weight AS den
FROM hub_works
JOIN hubs ON hubs.hub = hub_works.hub
JOIN listed_economies
    ON listed_economies.list = 'national_programme' AND listed_economies.country = hubs.country
LEFT JOIN funded ON funded.work = hub_works.work AND funded.country = hubs.country
