-- By author.
-- Years in which an author published with a known institution, and the one before within three.
SELECT author, year, before
FROM (
    SELECT
        author, year,
        lag(year) OVER (PARTITION BY author ORDER BY year) AS before
    FROM (
        SELECT DISTINCT authorships.author, authorships.year
        FROM authorships
        JOIN counted ON counted.work = authorships.work
        WHERE authorships.author IS NOT NULL AND authorships.institution IS NOT NULL
    ) AS each_year
) AS with_before
