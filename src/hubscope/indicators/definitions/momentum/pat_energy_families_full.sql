-- Families of which a publication has a symbol of the set.
SELECT hub_families.hub, hub_families.year, hub_families.family AS unit,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_families
JOIN key_families ON key_families.family = hub_families.family AND key_families.name = 'energy'
