-- By citing.
-- Chances that two references of a work fall in the same subfield, and in the same field.
WITH cited AS (
    SELECT refs.work, target.subfield, target.field, CAST(count(*) AS DOUBLE) AS n
    FROM refs
    JOIN counted ON counted.work = refs.work
    JOIN works AS target ON target.work = refs.cited
    WHERE target.subfield IS NOT NULL
    GROUP BY refs.work, target.subfield, target.field
),
by_field AS (SELECT work, field, sum(n) AS n FROM cited GROUP BY work, field),
in_subfield AS (
    SELECT work, sum(n * n) / (sum(n) * sum(n)) AS chance FROM cited GROUP BY work
),
in_field AS (
    SELECT work, sum(n * n) / (sum(n) * sum(n)) AS chance FROM by_field GROUP BY work
)
SELECT in_subfield.work, in_subfield.chance AS same_subfield, in_field.chance AS same_field
FROM in_subfield
JOIN in_field ON in_field.work = in_subfield.work
