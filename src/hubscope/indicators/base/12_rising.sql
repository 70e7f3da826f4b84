-- Whole.
-- Works by whether their topic is among the tenth with the highest growth over the three years
-- that follow.
WITH size AS (
    SELECT topic, year, CAST(count(*) AS DOUBLE) AS n
    FROM counted WHERE topic IS NOT NULL GROUP BY topic, year
),
growth AS (
    SELECT early.topic, early.year,
        row_number() OVER (
            PARTITION BY early.year ORDER BY late.n / early.n DESC, early.topic
        ) AS nth,
        count(*) OVER (PARTITION BY early.year) AS topics
    FROM size AS early
    JOIN size AS late ON late.topic = early.topic AND late.year = early.year + 3
    WHERE early.n >= 5
),
chosen AS (SELECT topic, year FROM growth WHERE nth * 10 <= topics)
SELECT counted.work,
    CASE WHEN chosen.topic IS NULL THEN 0 ELSE 1 END AS is_rising
FROM counted
LEFT JOIN chosen ON chosen.topic = counted.topic AND chosen.year = counted.year
WHERE counted.year + 3 <= (SELECT max(year) FROM counted)
