-- A family by the first of its publications that names an inventor, in the year of its first.
SELECT family, patent, year
FROM (
    SELECT
        counted_patents.family, counted_patents.patent,
        min(counted_patents.year) OVER (PARTITION BY counted_patents.family) AS year,
        row_number() OVER (
            PARTITION BY counted_patents.family
            ORDER BY CASE WHEN named.patent IS NULL THEN 1 ELSE 0 END,
                counted_patents.published, counted_patents.patent
        ) AS nth
    FROM counted_patents
    LEFT JOIN (SELECT DISTINCT patent FROM inventors) AS named
        ON named.patent = counted_patents.patent
) AS ranked
WHERE nth = 1
