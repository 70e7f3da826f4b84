-- A citing patent counts once for each hub it cites; with inventors in the region it is regional.
SELECT own.hub, citing.year, citing.patent AS unit,
    max(CASE WHEN other.region = mine.region THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END) AS num,
    CAST(1 AS DOUBLE) AS den
FROM patent_citations
JOIN hub_patents AS own ON own.patent = patent_citations.cited
JOIN hubs AS mine ON mine.hub = own.hub
JOIN hub_patents AS citing ON citing.patent = patent_citations.patent AND citing.hub <> own.hub
JOIN hubs AS other ON other.hub = citing.hub
WHERE mine.region IS NOT NULL
GROUP BY own.hub, citing.year, citing.patent
