-- The hub's part of each family.
SELECT hub, year, family AS unit,
    weight AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_families
