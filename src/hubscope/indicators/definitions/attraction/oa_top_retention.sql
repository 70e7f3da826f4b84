-- Top authors of five years before who are active in the year.
SELECT top.hub, top.year + 5 AS year, top.author AS unit,
    CASE WHEN present.author IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM present AS top
JOIN active ON active.author = top.author AND active.year = top.year + 5
LEFT JOIN present
    ON present.author = top.author AND present.hub = top.hub AND present.year = top.year + 5
WHERE top.top10 > CAST(0.5 AS DOUBLE)
