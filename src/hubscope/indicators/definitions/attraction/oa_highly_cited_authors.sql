-- A work counts as in the top hundredth where more than half of it lies there.
WITH best AS (
    SELECT DISTINCT authorships.author, authorships.work, authorships.year
    FROM authorships
    JOIN scored ON scored.work = authorships.work
    WHERE scored.top1 > CAST(0.5 AS DOUBLE) AND authorships.author IS NOT NULL
)
SELECT present.hub, present.year, present.author AS unit,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM present
JOIN best ON best.author = present.author
    AND best.year BETWEEN present.year - 9 AND present.year
GROUP BY present.hub, present.year, present.author
HAVING count(*) >= 3
