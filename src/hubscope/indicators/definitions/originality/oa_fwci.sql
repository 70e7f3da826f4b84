-- The source's own impact of each work, weighted.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * works.fwci AS num,
    hub_works.weight AS den
FROM hub_works
JOIN works ON works.work = hub_works.work
WHERE works.fwci IS NOT NULL
