-- The patents that count: inventions (no designs, plants or utility models) that stand.
SELECT patent, family, office, year, published
FROM patents
WHERE invention AND NOT withdrawn
