-- By author.
-- The hubs in which an author published in a year, and whether with a work of the top tenth or
-- hundredth.
SELECT
    placed.hub, placed.author, placed.year,
    CAST(max(CASE WHEN top_works.work IS NULL THEN 0 ELSE 1 END) AS DOUBLE) AS top10,
    CAST(max(coalesce(top_works.in_top1, 0)) AS DOUBLE) AS top1
FROM placed
LEFT JOIN top_works ON top_works.work = placed.work
WHERE placed.author IS NOT NULL
GROUP BY placed.hub, placed.author, placed.year
ORDER BY placed.hub, placed.year, placed.author
