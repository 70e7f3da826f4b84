-- The hub's shares of its works; the world is hub 0.
SELECT hub, year, work AS unit, weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_works
