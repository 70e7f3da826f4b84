-- Weight in core journals over all weight.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CASE WHEN counted.core THEN hub_works.weight ELSE CAST(0 AS DOUBLE) END AS num,
    hub_works.weight AS den
FROM hub_works
JOIN counted ON counted.work = hub_works.work
