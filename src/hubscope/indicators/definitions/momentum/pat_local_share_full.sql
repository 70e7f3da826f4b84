-- Each patent once, however many works of the hub it cites.
SELECT citing.hub, citing.year, citing.patent AS unit,
    CASE WHEN hub_patents.patent IS NULL THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS num,
    CAST(1 AS DOUBLE) AS den
FROM (
    SELECT DISTINCT hub_works.hub, paper_citations.patent, paper_citations.year
    FROM paper_citations
    JOIN hub_works ON hub_works.work = paper_citations.paper
    WHERE hub_works.hub > 0
) AS citing
LEFT JOIN hub_patents ON hub_patents.hub = citing.hub AND hub_patents.patent = citing.patent
