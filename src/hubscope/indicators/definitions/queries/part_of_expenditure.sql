-- Divided out of the two expenditures only where nobody has published the share.
SELECT
    part.hub,
    part.year,
    100.0 * part.value / whole.value AS value,
    'derived' AS status,
    greatest(part.vintage, whole.vintage) AS vintage,
    '' AS period,
    [$part, 'rd_expenditure'] AS inputs
FROM figures AS part
JOIN figures AS whole USING (hub, year, period)
WHERE part.indicator = $part
  AND whole.indicator = 'rd_expenditure'
  AND part.period = ''
  AND part.current
  AND whole.current
  AND NOT EXISTS (
      FROM figures AS reported
      WHERE reported.indicator = $share
        AND reported.hub = part.hub
        AND reported.year = part.year
  )
ORDER BY part.hub, part.year
