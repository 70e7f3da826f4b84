-- Weight among the top tenth over all weight.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * scored.top10 AS num,
    hub_works.weight AS den
FROM hub_works
JOIN scored ON scored.work = hub_works.work
