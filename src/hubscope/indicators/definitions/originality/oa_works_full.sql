-- Works with any author in the hub, each once.
SELECT hub, year, work AS unit, CAST(1 AS DOUBLE) AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_works
