-- Partners are the other hubs of the same region.
WITH near AS (
    SELECT DISTINCT one.hub, one.family
    FROM hub_families AS one
    JOIN hubs AS own ON own.hub = one.hub
    JOIN hub_families AS two ON two.family = one.family AND two.hub <> one.hub
    JOIN hubs AS other ON other.hub = two.hub AND other.region = own.region
)
SELECT hub_families.hub, hub_families.year, hub_families.family AS unit,
    CASE WHEN near.family IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_families
JOIN hubs ON hubs.hub = hub_families.hub
LEFT JOIN near ON near.hub = hub_families.hub AND near.family = hub_families.family
WHERE hubs.region IS NOT NULL
