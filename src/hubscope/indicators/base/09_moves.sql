-- By author.
-- Moves between an author's consecutive active years, at most three years apart: into a hub where
-- the author was not in the year before, out of a hub where the author is no longer.
SELECT present.hub, present.author, present.year, active.before, 1 AS arrives
FROM present
JOIN active ON active.author = present.author AND active.year = present.year
LEFT JOIN present AS earlier
    ON earlier.author = present.author AND earlier.hub = present.hub
    AND earlier.year = active.before
WHERE active.before >= active.year - 3 AND earlier.author IS NULL
UNION ALL
SELECT earlier.hub, earlier.author, active.year, active.before, 0 AS arrives
FROM present AS earlier
JOIN active ON active.author = earlier.author AND active.before = earlier.year
LEFT JOIN present
    ON present.author = earlier.author AND present.hub = earlier.hub AND present.year = active.year
WHERE active.before >= active.year - 3 AND present.author IS NULL
