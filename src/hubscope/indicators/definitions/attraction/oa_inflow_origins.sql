-- Arrivals by the economies of their active year before; the code of an economy is its two letters.
WITH former AS (
    SELECT DISTINCT authorships.author, authorships.year, authorships.country
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    WHERE authorships.country IS NOT NULL AND authorships.author IS NOT NULL
)
SELECT moves.hub, moves.year, moves.author AS unit,
    ascii(former.country) * 256 + ascii(substr(former.country, 2, 1)) AS part,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM moves
JOIN former ON former.author = moves.author AND former.year = moves.before
WHERE moves.arrives = 1
