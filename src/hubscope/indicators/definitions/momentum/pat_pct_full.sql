-- Each application counts whole in every hub it has an inventor in.
SELECT hub_patents.hub, hub_patents.year, hub_patents.patent AS unit,
    CAST(1 AS DOUBLE) AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_patents
JOIN counted_patents ON counted_patents.patent = hub_patents.patent
WHERE counted_patents.office = 'WO'
