-- The first patent that cites the work decides.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CASE WHEN first_citing.year <= hub_works.year + 5 THEN hub_works.weight
        ELSE CAST(0 AS DOUBLE) END AS num,
    hub_works.weight AS den
FROM hub_works
LEFT JOIN first_citing ON first_citing.paper = hub_works.work
