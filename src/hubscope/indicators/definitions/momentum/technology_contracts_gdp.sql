-- Where GDP itself is only an estimate, so is the ratio.
SELECT
    contracts.hub,
    contracts.year,
    100.0 * contracts.value / gdp.value AS value,
    CASE WHEN gdp.status = 'estimate' THEN 'estimate' ELSE 'derived' END AS status,
    greatest(contracts.vintage, gdp.vintage) AS vintage,
    '' AS period,
    ['technology_contracts', 'gdp'] AS inputs
FROM figures AS contracts
JOIN figures AS gdp USING (hub, year, period)
WHERE contracts.indicator = 'technology_contracts'
  AND gdp.indicator = 'gdp'
  AND contracts.period = ''
  AND contracts.current
  AND gdp.current
ORDER BY contracts.hub, contracts.year
