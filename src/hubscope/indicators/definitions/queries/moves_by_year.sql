-- Arrivals (1) or departures (0), each author once a year.
SELECT hub, year, author AS unit, CAST(1 AS DOUBLE) AS num, CAST(NULL AS DOUBLE) AS den
FROM moves
WHERE arrives = $arrives
