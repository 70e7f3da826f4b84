-- The hub's shares of its works in core journals.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_works
JOIN counted ON counted.work = hub_works.work
WHERE counted.core
