-- The fold divides by the world's, which has all of every application.
SELECT hub_patents.hub, hub_patents.year, hub_patents.patent AS unit,
    hub_patents.weight AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_patents
JOIN counted_patents ON counted_patents.patent = hub_patents.patent
WHERE counted_patents.office = 'WO'
