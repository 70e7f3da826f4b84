-- Whole.
-- Citations of each work over the mean of its field, year and type.
WITH expected AS (
    SELECT field, year, type, CAST(count(*) AS DOUBLE) AS n, CAST(sum(cited) AS DOUBLE) AS citations
    FROM counted
    WHERE field IS NOT NULL
    GROUP BY field, year, type
)
SELECT counted.work,
    CASE WHEN citations > 0 THEN counted.cited * n / citations END AS impact
FROM counted
JOIN expected ON expected.field = counted.field AND expected.year = counted.year
    AND expected.type = counted.type
