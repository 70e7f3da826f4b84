-- Top works of any key field, each once; the fold divides by the world's.
WITH in_key AS (SELECT DISTINCT work FROM key_works)
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * scored.top1 AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_works
JOIN in_key ON in_key.work = hub_works.work
JOIN scored ON scored.work = hub_works.work
