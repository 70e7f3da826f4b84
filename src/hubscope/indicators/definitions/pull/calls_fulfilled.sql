-- Nothing due is no share: such years have no row.
SELECT
    done.hub,
    done.year,
    100.0 * done.value / due.value AS value,
    'derived' AS status,
    greatest(done.vintage, due.vintage) AS vintage,
    '' AS period,
    ['calls_accepted', 'calls_due'] AS inputs
FROM figures AS done
JOIN figures AS due USING (hub, year, period)
WHERE done.indicator = 'calls_accepted'
  AND due.indicator = 'calls_due'
  AND done.period = ''
  AND done.current
  AND due.current
  AND due.value > 0
ORDER BY done.hub, done.year
