-- Shares of works; the fold divides by the world's (hub 0).
SELECT hub, year, work AS unit, weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_works
