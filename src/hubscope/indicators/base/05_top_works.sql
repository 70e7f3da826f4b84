-- Whole.
-- Works of which more than half lies in the top tenth (and hundredth) of their field, year and type.
SELECT work, CASE WHEN top1 > CAST(0.5 AS DOUBLE) THEN 1 ELSE 0 END AS in_top1
FROM scored
WHERE top10 > CAST(0.5 AS DOUBLE)
