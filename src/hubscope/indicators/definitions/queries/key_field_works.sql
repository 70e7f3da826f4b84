-- Works of a key field; the fold divides by the world's, or by the largest other hub's.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    hub_works.weight AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_works
JOIN key_works ON key_works.work = hub_works.work AND key_works.name = $field
