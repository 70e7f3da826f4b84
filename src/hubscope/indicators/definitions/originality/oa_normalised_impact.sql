-- Mean of citations over expected citations (MNCS).
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * normalised.impact AS num,
    hub_works.weight AS den
FROM hub_works
JOIN normalised ON normalised.work = hub_works.work
WHERE normalised.impact IS NOT NULL
