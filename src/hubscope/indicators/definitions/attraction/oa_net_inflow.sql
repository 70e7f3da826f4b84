-- Everyone who was in the hub in the active year before, or is in this one.
SELECT hub, year, author AS unit,
    CASE WHEN arrives = 1 THEN CAST(1 AS DOUBLE) ELSE CAST(-1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM moves
UNION ALL
SELECT present.hub, present.year, present.author AS unit,
    CAST(0 AS DOUBLE) AS num,
    CAST(1 AS DOUBLE) AS den
FROM present
JOIN active ON active.author = present.author AND active.year = present.year
JOIN present AS earlier
    ON earlier.author = present.author AND earlier.hub = present.hub
    AND earlier.year = active.before
WHERE active.before >= active.year - 3
