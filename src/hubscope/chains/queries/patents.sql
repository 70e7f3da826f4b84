-- Inventions with their year, WIPO's fields, the key technologies and "all", and where they were
-- invented. The place is a hub, or empty where the inventors' place is known to lie in none, or
-- missing where nobody knows where they live.
WITH fields AS (
    SELECT patent, 'all' AS field FROM counted_patents
    UNION ALL
    SELECT DISTINCT patent, 'wipo-' || CAST(field AS VARCHAR) AS field
    FROM patent_fields WHERE field IS NOT NULL
    UNION ALL
    SELECT DISTINCT patent, 'key-' || name AS field FROM key_patents
),
invented AS (
    SELECT DISTINCT
        inventors.patent,
        CASE
            WHEN hubs.id IS NOT NULL THEN hubs.id
            WHEN located_places.place IS NOT NULL THEN ''
        END AS place
    FROM inventors
    LEFT JOIN patent_members ON patent_members.place = inventors.place
    LEFT JOIN hubs ON hubs.hub = patent_members.hub
    LEFT JOIN located_places ON located_places.place = inventors.place
)
SELECT counted_patents.patent, counted_patents.year, fields.field, invented.place
FROM counted_patents
JOIN fields ON fields.patent = counted_patents.patent
LEFT JOIN invented ON invented.patent = counted_patents.patent
