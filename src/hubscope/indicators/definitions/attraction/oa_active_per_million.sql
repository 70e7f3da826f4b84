-- Each author stands where the last work was written, for five years or until the next work.
WITH spell AS (
    SELECT author, year, lead(year) OVER (PARTITION BY author ORDER BY year) AS later FROM active
),
gap AS (
    SELECT 0 AS n UNION ALL SELECT 1 AS n UNION ALL SELECT 2 AS n
    UNION ALL SELECT 3 AS n UNION ALL SELECT 4 AS n
)
SELECT present.hub, spell.year + gap.n AS year, present.author AS unit,
    CAST(1000000 AS DOUBLE) / people.people AS num,
    CAST(NULL AS DOUBLE) AS den
FROM spell
JOIN gap ON spell.later IS NULL OR spell.year + gap.n < spell.later
JOIN present ON present.author = spell.author AND present.year = spell.year
JOIN people ON people.hub = present.hub AND people.year = spell.year + gap.n
WHERE spell.year + gap.n <= (SELECT max(year) FROM counted)
