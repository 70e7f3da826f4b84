-- The hubs in which an author published in a year, with the author's best works of that year.
SELECT
    placed.hub, placed.author, placed.year,
    max(coalesce(scored.top10, CAST(0 AS DOUBLE))) AS top10,
    max(coalesce(scored.top1, CAST(0 AS DOUBLE))) AS top1
FROM placed
LEFT JOIN scored ON scored.work = placed.work
WHERE placed.author IS NOT NULL
GROUP BY placed.hub, placed.author, placed.year
