-- Each family counts whole in every hub.
SELECT hub, year, family AS unit,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_families
