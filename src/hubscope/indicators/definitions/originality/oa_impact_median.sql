-- Normalised citations of each work with the hub's share of it; the fold takes the median.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    scored.impact AS num,
    hub_works.weight AS den
FROM hub_works
JOIN scored ON scored.work = hub_works.work
WHERE scored.impact IS NOT NULL
