-- Families of each hub by WIPO's technology field within some years of first publication; hub 0 is
-- the world. A family of several fields is shared out over them equally; field 0 has no field.
WITH own AS (
    SELECT DISTINCT families.family, coalesce(patent_fields.field, 0) AS field
    FROM families
    LEFT JOIN patent_fields
        ON patent_fields.patent = families.patent AND patent_fields.field IS NOT NULL
    WHERE families.year BETWEEN {first} AND {last}
),
counts AS (
    SELECT family, CAST(count(*) AS DOUBLE) AS n FROM own GROUP BY family
)
SELECT hub_families.hub, own.field, sum(hub_families.weight / counts.n) AS families
FROM hub_families
JOIN own ON own.family = hub_families.family
JOIN counts ON counts.family = own.family
GROUP BY hub_families.hub, own.field
ORDER BY hub_families.hub, own.field
