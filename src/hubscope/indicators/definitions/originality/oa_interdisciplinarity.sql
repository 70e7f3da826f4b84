-- Twice the chance that two references differ in subfield or in field, halved: d is 0, 0.5 or 1.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight
        * (1 - (spread.same_subfield + spread.same_field) / CAST(2 AS DOUBLE)) AS num,
    hub_works.weight AS den
FROM hub_works
JOIN spread ON spread.work = hub_works.work
