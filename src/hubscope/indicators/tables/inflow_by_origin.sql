-- Persons who came to each hub within some years, by where they were active before: in an economy
-- (kind 1, its code in letters), in another hub (kind 2, its number), or anywhere (kind 0). A
-- person comes in a year with a work in the hub whose active year before, at most three years
-- earlier, had none there; who comes twice counts once.
WITH here AS (
    SELECT DISTINCT hub, author, year FROM placed WHERE author IS NOT NULL
),
arrivals AS (
    SELECT here.hub, here.author, here.year, active.before
    FROM here
    JOIN active ON active.author = here.author AND active.year = here.year
    LEFT JOIN here AS earlier
        ON earlier.hub = here.hub AND earlier.author = here.author AND earlier.year = active.before
    WHERE active.before >= active.year - 3 AND earlier.author IS NULL
        AND here.year BETWEEN {first} AND {last}
),
economies AS (
    SELECT DISTINCT authorships.author, authorships.year, authorships.country
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    WHERE authorships.country IS NOT NULL AND authorships.author IS NOT NULL
)
SELECT arrivals.hub, 0 AS kind, '' AS origin, count(DISTINCT arrivals.author) AS persons
FROM arrivals
GROUP BY arrivals.hub
UNION ALL
SELECT arrivals.hub, 1 AS kind, economies.country AS origin,
    count(DISTINCT arrivals.author) AS persons
FROM arrivals
JOIN economies ON economies.author = arrivals.author AND economies.year = arrivals.before
GROUP BY arrivals.hub, economies.country
UNION ALL
SELECT arrivals.hub, 2 AS kind, CAST(was.hub AS VARCHAR) AS origin,
    count(DISTINCT arrivals.author) AS persons
FROM arrivals
JOIN here AS was ON was.author = arrivals.author AND was.year = arrivals.before
GROUP BY arrivals.hub, was.hub
ORDER BY 1, 2, 4 DESC, 3
