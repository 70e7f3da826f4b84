-- Each hub's part of each family of patents in each segment, by WIPO's fields and the sets of CPC
-- symbols of its publications; segment 0 has every family, hub 0 is the world.
WITH matched AS (
    SELECT segments.part, counted_patents.family
    FROM patent_fields
    JOIN counted_patents ON counted_patents.patent = patent_fields.patent
    JOIN segments ON segments.rule = 'wipo' AND segments.code = patent_fields.field
    UNION
    SELECT segments.part, key_families.family
    FROM key_families
    JOIN segments ON segments.rule = 'cpc' AND segments.name = key_families.name
)
SELECT
    hub_families.hub, hub_families.year, matched.part,
    hub_families.family AS unit, hub_families.weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_families
JOIN matched ON matched.family = hub_families.family
UNION ALL
SELECT hub, year, 0 AS part, family AS unit, weight AS num, CAST(NULL AS DOUBLE) AS den
FROM hub_families
