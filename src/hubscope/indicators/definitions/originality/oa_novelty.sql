-- A pair of topics is new in the first year in which any work combines it.
WITH pair AS (
    SELECT one.work, one.year, one.topic AS low, two.topic AS high
    FROM topics AS one
    JOIN topics AS two ON two.work = one.work AND two.topic > one.topic
    JOIN counted ON counted.work = one.work
),
first_seen AS (SELECT low, high, min(year) AS year FROM pair GROUP BY low, high),
combining AS (
    SELECT pair.work,
        max(CASE WHEN pair.year = first_seen.year THEN 1 ELSE 0 END) AS is_new
    FROM pair
    JOIN first_seen ON first_seen.low = pair.low AND first_seen.high = pair.high
    GROUP BY pair.work
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * combining.is_new AS num,
    hub_works.weight AS den
FROM hub_works
JOIN combining ON combining.work = hub_works.work
