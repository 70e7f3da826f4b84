-- Top works of a key field; the fold divides by the world's.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight * scored.top10 AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_works
JOIN key_works ON key_works.work = hub_works.work AND key_works.name = $field
JOIN scored ON scored.work = hub_works.work
