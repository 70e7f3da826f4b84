-- Rising topics of a year: the tenth with the highest growth over three years.
WITH size AS (
    SELECT topic, year, CAST(count(*) AS DOUBLE) AS n
    FROM counted WHERE topic IS NOT NULL GROUP BY topic, year
),
growth AS (
    SELECT early.topic, late.year,
        row_number() OVER (PARTITION BY late.year ORDER BY late.n / early.n DESC, early.topic) AS nth,
        count(*) OVER (PARTITION BY late.year) AS topics
    FROM size AS early
    JOIN size AS late ON late.topic = early.topic AND late.year = early.year + 3
    WHERE early.n >= 5
),
rising AS (SELECT topic, year FROM growth WHERE nth * 10 <= topics)
SELECT hub_works.hub, hub_works.year + 3 AS year, hub_works.work AS unit,
    CASE WHEN rising.topic IS NULL THEN CAST(0 AS DOUBLE) ELSE hub_works.weight END AS num,
    hub_works.weight AS den
FROM hub_works
JOIN counted ON counted.work = hub_works.work
LEFT JOIN rising ON rising.topic = counted.topic AND rising.year = hub_works.year + 3
WHERE hub_works.year + 3 <= (SELECT max(year) FROM counted)
