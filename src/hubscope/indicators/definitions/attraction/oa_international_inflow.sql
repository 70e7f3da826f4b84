-- Arrivals whose former year shows no institution in the hub's own economy.
WITH former AS (
    SELECT DISTINCT authorships.author, authorships.year, authorships.country
    FROM authorships
    JOIN counted ON counted.work = authorships.work
    WHERE authorships.country IS NOT NULL AND authorships.author IS NOT NULL
)
SELECT moves.hub, moves.year, moves.author AS unit,
    CASE WHEN max(CASE WHEN former.country = hubs.country THEN 1 ELSE 0 END) = 1
        THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM moves
JOIN hubs ON hubs.hub = moves.hub
JOIN former ON former.author = moves.author AND former.year = moves.before
WHERE moves.arrives = 1
GROUP BY moves.hub, moves.year, moves.author
