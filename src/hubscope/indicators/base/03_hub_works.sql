-- By work.
-- Each hub's works with its share of them; hub 0 is the world, which has all of every work.
SELECT hub, work, year, sum(weight) AS weight FROM placed GROUP BY hub, work, year
UNION ALL
SELECT 0 AS hub, work, year, CAST(1 AS DOUBLE) AS weight FROM counted
ORDER BY hub, year, work
