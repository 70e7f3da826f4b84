-- Of the authors of the second tier those who are of the first.
SELECT hub, year, author AS unit,
    CASE WHEN top1 > CAST(0.5 AS DOUBLE) THEN CAST(1 AS DOUBLE)
        ELSE CAST(0 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM present
WHERE top10 > CAST(0.5 AS DOUBLE)
