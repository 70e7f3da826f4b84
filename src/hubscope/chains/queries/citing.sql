-- Patents of each place and field that cite papers, the years from paper to patent, and the share of
-- the cited papers that were written in the place (Marx and Fuegi 2020, 10.1002/smj.3145).
WITH dated AS (SELECT DISTINCT paper, year FROM link_papers),
known AS (SELECT DISTINCT paper FROM link_parts WHERE place IS NOT NULL),
here AS (SELECT DISTINCT paper, place FROM link_parts WHERE place <> ''),
owned AS (
    SELECT DISTINCT link_patents.patent, link_patents.place, link_patents.field, link_patents.year
    FROM link_patents
    JOIN link_window ON link_patents.year BETWEEN link_window.first AND link_window.last
    WHERE link_patents.place <> ''
),
pairs AS (SELECT DISTINCT patent, paper FROM link_pairs)
SELECT
    owned.place, owned.field,
    count(DISTINCT owned.patent) AS patents,
    count(DISTINCT CASE WHEN pairs.paper IS NOT NULL THEN owned.patent END) AS citing,
    avg(CAST(owned.year - dated.year AS DOUBLE)) AS lag,
    count(dated.paper) AS dated,
    count(known.paper) AS located,
    count(here.paper) AS within
FROM owned
LEFT JOIN pairs ON pairs.patent = owned.patent
LEFT JOIN dated ON dated.paper = pairs.paper
LEFT JOIN known ON known.paper = pairs.paper
LEFT JOIN here ON here.paper = pairs.paper AND here.place = owned.place
GROUP BY owned.place, owned.field
ORDER BY owned.place, owned.field
