-- Any paper counts, whether or not the store holds it.
SELECT hub_patents.hub, hub_patents.year, hub_patents.patent AS unit,
    CASE WHEN citing.patent IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM hub_patents
JOIN counted_patents ON counted_patents.patent = hub_patents.patent
JOIN (SELECT DISTINCT office FROM paper_links) AS covered
    ON covered.office = counted_patents.office
LEFT JOIN (SELECT DISTINCT patent FROM paper_citations) AS citing
    ON citing.patent = hub_patents.patent
