-- PCT applications are the publications of the office WO; whole in every hub, or by shares.
-- The world has all of every application.
SELECT hub_patents.hub, hub_patents.year, hub_patents.patent AS unit,
    CASE $counting WHEN 'full' THEN CAST(1 AS DOUBLE) ELSE hub_patents.weight END AS num,
    CAST(NULL AS DOUBLE) AS den
FROM hub_patents
JOIN counted_patents ON counted_patents.patent = hub_patents.patent
WHERE counted_patents.office = 'WO'
