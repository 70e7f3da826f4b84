-- Papers that counted patents cite, each pair once; a match below confidence 4 is not sure.
SELECT DISTINCT counted_patents.patent, counted_patents.year, paper_links.paper
FROM paper_links
JOIN counted_patents ON counted_patents.patent = paper_links.patent
WHERE paper_links.confidence >= 4
