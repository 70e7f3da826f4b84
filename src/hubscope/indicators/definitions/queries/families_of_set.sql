-- Families of which a publication has a symbol of the set; whole in every hub, or by shares.
SELECT hub_families.hub, hub_families.year, hub_families.family AS unit,
    CASE $counting WHEN 'full' THEN CAST(1 AS DOUBLE) ELSE hub_families.weight END AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_families
JOIN key_families ON key_families.family = hub_families.family AND key_families.name = $set
