-- Contracts sold to the partner region over all contracts of the hub, year by year.
SELECT
    flow.hub,
    flow.year,
    100.0 * flow.value / total.value AS value,
    'derived' AS status,
    greatest(flow.vintage, total.vintage) AS vintage,
    '' AS period,
    ['regional_technology_flow', 'technology_contracts'] AS inputs
FROM figures AS flow
JOIN figures AS total USING (hub, year, period)
WHERE flow.indicator = 'regional_technology_flow'
  AND total.indicator = 'technology_contracts'
  AND flow.period = ''
  AND flow.current
  AND total.current
ORDER BY flow.hub, flow.year
