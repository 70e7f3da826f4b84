-- Whole.
-- Works with several topics; new where no earlier year has a work that combines two of them.
WITH pair AS (
    SELECT one.work, one.year, one.topic AS low, two.topic AS high
    FROM topics AS one
    JOIN topics AS two ON two.work = one.work AND two.topic > one.topic
    JOIN counted ON counted.work = one.work
),
first_seen AS (SELECT low, high, min(year) AS year FROM pair GROUP BY low, high)
SELECT pair.work,
    max(CASE WHEN pair.year = first_seen.year THEN 1 ELSE 0 END) AS is_new
FROM pair
JOIN first_seen ON first_seen.low = pair.low AND first_seen.high = pair.high
GROUP BY pair.work
