-- The first year in which an author appears at all.
WITH first_year AS (
    SELECT author, min(year) AS year FROM authorships WHERE author IS NOT NULL GROUP BY author
)
SELECT present.hub, present.year, present.author AS unit,
    CASE WHEN present.year - first_year.year <= 8 THEN CAST(1 AS DOUBLE)
        ELSE CAST(0 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM present
JOIN first_year ON first_year.author = present.author
WHERE present.top10 > CAST(0.5 AS DOUBLE)
