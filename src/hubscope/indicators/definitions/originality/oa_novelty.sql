-- A pair of topics is new in the first year in which any work combines it.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * new_pairs.is_new AS num,
    hub_works.weight AS den
FROM hub_works
JOIN new_pairs ON new_pairs.work = hub_works.work
