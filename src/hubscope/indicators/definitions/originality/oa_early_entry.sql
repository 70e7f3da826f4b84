-- Works of three years before, by whether their topic has risen since.
SELECT hub_works.hub, hub_works.year + 3 AS year, hub_works.work AS unit,
    hub_works.weight * rising.is_rising AS num,
    hub_works.weight AS den
FROM hub_works
JOIN rising ON rising.work = hub_works.work
