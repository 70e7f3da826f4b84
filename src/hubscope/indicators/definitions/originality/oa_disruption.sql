-- CD5 of each work with the hub's share of it; the fold takes the weighted median.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    disruption.cd AS num,
    hub_works.weight AS den
FROM hub_works
JOIN disruption ON disruption.work = hub_works.work
WHERE disruption.cd IS NOT NULL
