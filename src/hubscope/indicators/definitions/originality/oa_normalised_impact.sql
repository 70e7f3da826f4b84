-- Mean of citations over expected citations (MNCS).
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * scored.impact AS num,
    hub_works.weight AS den
FROM hub_works
JOIN scored ON scored.work = hub_works.work
WHERE scored.impact IS NOT NULL
