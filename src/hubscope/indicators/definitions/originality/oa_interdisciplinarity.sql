-- Twice the chance that two references differ in subfield or in field, halved: d is 0, 0.5 or 1.
WITH cited AS (
    SELECT refs.work, target.subfield, target.field, CAST(count(*) AS DOUBLE) AS n
    FROM refs
    JOIN counted ON counted.work = refs.work
    JOIN works AS target ON target.work = refs.cited
    WHERE target.subfield IS NOT NULL
    GROUP BY refs.work, target.subfield, target.field
),
by_field AS (SELECT work, field, sum(n) AS n FROM cited GROUP BY work, field),
same_subfield AS (
    SELECT work, sum(n * n) / (sum(n) * sum(n)) AS chance FROM cited GROUP BY work
),
same_field AS (
    SELECT work, sum(n * n) / (sum(n) * sum(n)) AS chance FROM by_field GROUP BY work
)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight
        * (1 - (same_subfield.chance + same_field.chance) / CAST(2 AS DOUBLE)) AS num,
    hub_works.weight AS den
FROM hub_works
JOIN same_subfield ON same_subfield.work = hub_works.work
JOIN same_field ON same_field.work = hub_works.work
