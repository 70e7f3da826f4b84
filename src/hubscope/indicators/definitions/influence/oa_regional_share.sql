-- Partners are the other hubs of the same region.
WITH near AS (
    SELECT DISTINCT one.hub, one.work
    FROM hub_works AS one
    JOIN hubs AS own ON own.hub = one.hub
    JOIN hub_works AS two ON two.work = one.work AND two.hub <> one.hub
    JOIN hubs AS other ON other.hub = two.hub AND other.region = own.region
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CASE WHEN near.work IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM hub_works
JOIN hubs ON hubs.hub = hub_works.hub
LEFT JOIN near ON near.hub = hub_works.hub AND near.work = hub_works.work
WHERE hubs.region IS NOT NULL
