-- Normalised citations of each work with the hub's share of it; the fold takes the median.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    normalised.impact AS num,
    hub_works.weight AS den
FROM hub_works
JOIN normalised ON normalised.work = hub_works.work
WHERE normalised.impact IS NOT NULL
