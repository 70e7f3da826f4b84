-- Migrants give up every former institution, travellers keep one: after Robinson-Garcia et al.
-- 2019, "The many faces of mobility", applied to hubs.
WITH seat AS (
    SELECT DISTINCT authorships.author, authorships.year, authorships.institution
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    WHERE authorships.author IS NOT NULL AND authorships.institution IS NOT NULL
),
kept AS (
    SELECT DISTINCT moves.hub, moves.author, moves.year
    FROM moves
    JOIN seat AS former ON former.author = moves.author AND former.year = moves.before
    JOIN seat AS present_seat ON present_seat.author = moves.author
        AND present_seat.year = moves.year
        AND present_seat.institution = former.institution
    WHERE moves.arrives = 1
)
SELECT moves.hub, moves.year, moves.author AS unit,
    CASE WHEN kept.author IS NULL THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM moves
LEFT JOIN kept
    ON kept.hub = moves.hub AND kept.author = moves.author AND kept.year = moves.year
WHERE moves.arrives = 1
