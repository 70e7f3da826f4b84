-- Whole.
-- Citations of each work against those of the same field, year and type. Works at the threshold
-- of the top share it out among themselves, so that the top 10 % is 10 % exactly (Waltman and
-- Schreiber 2013, On the calculation of percentile-based bibliometric indicators, eq. 4).
WITH tied AS (
    SELECT field, year, type, cited, count(*) AS n_equal
    FROM counted
    WHERE field IS NOT NULL
    GROUP BY field, year, type, cited
),
ranked AS (
    SELECT
        field, year, type, cited,
        CAST(n_equal AS DOUBLE) AS n_equal,
        CAST(sum(n_equal) OVER (PARTITION BY field, year, type) AS DOUBLE) AS n,
        CAST(sum(n_equal) OVER (
            PARTITION BY field, year, type ORDER BY cited DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - n_equal AS DOUBLE) AS n_above
    FROM tied
)
SELECT
    counted.work,
    greatest(CAST(0 AS DOUBLE), least(CAST(1 AS DOUBLE),
        (n * CAST(0.1 AS DOUBLE) - n_above) / n_equal)) AS top10,
    greatest(CAST(0 AS DOUBLE), least(CAST(1 AS DOUBLE),
        (n * CAST(0.01 AS DOUBLE) - n_above) / n_equal)) AS top1
FROM counted
JOIN ranked ON ranked.field = counted.field AND ranked.year = counted.year
    AND ranked.type = counted.type AND ranked.cited = counted.cited
