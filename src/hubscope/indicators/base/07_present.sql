-- By author.
-- The hubs in which an author published in a year, and whether one of the author's works
-- of that year lies for more than half in the top tenth or hundredth.
SELECT
    placed.hub, placed.author, placed.year,
    max(CASE WHEN scored.top10 > CAST(0.5 AS DOUBLE) THEN CAST(1 AS DOUBLE)
        ELSE CAST(0 AS DOUBLE) END) AS top10,
    max(CASE WHEN scored.top1 > CAST(0.5 AS DOUBLE) THEN CAST(1 AS DOUBLE)
        ELSE CAST(0 AS DOUBLE) END) AS top1
FROM placed
LEFT JOIN scored ON scored.work = placed.work
WHERE placed.author IS NOT NULL
GROUP BY placed.hub, placed.author, placed.year
