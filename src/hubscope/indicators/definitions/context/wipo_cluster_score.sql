-- WIPO's ranking score: the two world shares of one edition, added. The windows of patents and
-- publications differ by a year, so the two are joined on the edition (vintage).
WITH shares AS (
    SELECT own.hub, own.indicator, own.year, own.period, own.vintage,
           100.0 * own.value / world.value AS share
    FROM figures AS own
    JOIN figures AS world USING (indicator, year, period, vintage)
    WHERE own.indicator IN ('pct_applications_5y', 'publications_5y')
      AND world.hub = 'world'
      AND own.hub <> 'world'
      AND own.current
)
SELECT
    pct.hub,
    pct.year,
    pct.share + publications.share AS value,
    'derived' AS status,
    pct.vintage,
    pct.period,
    ['pct_applications_5y', 'publications_5y'] AS inputs
FROM shares AS pct
JOIN shares AS publications USING (hub, vintage)
WHERE pct.indicator = 'pct_applications_5y'
  AND publications.indicator = 'publications_5y'
ORDER BY pct.hub, pct.year
