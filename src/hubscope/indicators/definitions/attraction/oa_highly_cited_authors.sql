-- A work counts as in the top hundredth where more than half of it lies there.
WITH best AS (
    SELECT DISTINCT authorships.author, authorships.work, authorships.year
    FROM authorships
    JOIN top_works ON top_works.work = authorships.work
    WHERE top_works.in_top1 = 1 AND authorships.author IS NOT NULL
)
SELECT present.hub, present.year, present.author AS unit,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM present
JOIN best ON best.author = present.author
    AND best.year BETWEEN present.year - 9 AND present.year
GROUP BY present.hub, present.year, present.author
HAVING count(*) >= 3
