-- Each hub's count over the world's, of the same five years and the same edition.
SELECT
    own.hub,
    own.year,
    100.0 * own.value / world.value AS value,
    'derived' AS status,
    own.vintage,
    own.period,
    [$count] AS inputs
FROM figures AS own
JOIN figures AS world USING (indicator, year, period, vintage)
WHERE own.indicator = $count
  AND world.hub = 'world'
  AND own.hub <> 'world'
  AND own.current
ORDER BY own.hub, own.year
