-- Each hub's part of each work in each segment, by the key fields of the topic map, the subfield or
-- the field of its primary topic; segment 0 has every work, hub 0 is the world.
WITH matched AS (
    SELECT segments.part, key_works.work
    FROM key_works
    JOIN segments ON segments.rule = 'topics' AND segments.name = key_works.name
    UNION
    SELECT segments.part, counted.work
    FROM counted
    JOIN segments ON segments.rule = 'subfields' AND segments.code = counted.subfield
    UNION
    SELECT segments.part, counted.work
    FROM counted
    JOIN segments ON segments.rule = 'fields' AND segments.code = counted.field
)
SELECT
    hub_works.hub, hub_works.year, matched.part,
    hub_works.work AS unit, hub_works.weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_works
JOIN matched ON matched.work = hub_works.work
UNION ALL
SELECT hub, year, 0 AS part, work AS unit, weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_works
