-- Works of a key field among all works.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CASE WHEN key_works.work IS NULL THEN CAST(0 AS DOUBLE) ELSE hub_works.weight END AS num,
    hub_works.weight AS den
FROM hub_works
LEFT JOIN key_works ON key_works.work = hub_works.work AND key_works.name = $field
