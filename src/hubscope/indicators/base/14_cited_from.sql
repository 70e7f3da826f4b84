-- By cited.
-- How many works of each economy cite a work; those of any known economy stand under ''.
WITH listed AS (
    SELECT work, country FROM work_countries
    UNION ALL
    SELECT DISTINCT work, '' AS country FROM work_countries
)
SELECT refs.cited AS work, listed.country, count(*) AS n
FROM refs
JOIN listed ON listed.work = refs.work
GROUP BY refs.cited, listed.country
