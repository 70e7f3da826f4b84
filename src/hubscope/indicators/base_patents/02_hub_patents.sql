-- Each hub's part of a patent, by where its inventors live; hub 0 is the world, which has all.
SELECT
    patent_members.hub, inventors.patent, counted_patents.year,
    sum(inventors.weight) AS weight
FROM inventors
JOIN counted_patents ON counted_patents.patent = inventors.patent
JOIN patent_members ON patent_members.place = inventors.place
GROUP BY patent_members.hub, inventors.patent, counted_patents.year
UNION ALL
SELECT 0 AS hub, patent, year, CAST(1 AS DOUBLE) AS weight FROM counted_patents
