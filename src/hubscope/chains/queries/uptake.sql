-- Papers of each place and field that patents cite, the years until the first of them, and the share
-- of these patents that were invented in the place: research that became industry at home.
WITH here AS (SELECT DISTINCT paper, place FROM link_parts WHERE place <> ''),
pairs AS (SELECT DISTINCT patent, paper FROM link_pairs),
dated AS (SELECT patent, min(year) AS year FROM link_patents GROUP BY patent),
inside AS (SELECT DISTINCT patent, place FROM link_patents WHERE place <> ''),
known AS (SELECT DISTINCT patent FROM link_patents WHERE place IS NOT NULL),
used AS (
    SELECT
        here.place, here.paper,
        min(dated.year) AS year,
        count(known.patent) AS located,
        count(inside.patent) AS within
    FROM here
    JOIN pairs ON pairs.paper = here.paper
    LEFT JOIN dated ON dated.patent = pairs.patent
    LEFT JOIN known ON known.patent = pairs.patent
    LEFT JOIN inside ON inside.patent = pairs.patent AND inside.place = here.place
    GROUP BY here.place, here.paper
)
SELECT
    here.place, link_papers.field,
    count(*) AS papers,
    count(used.paper) AS used,
    avg(CAST(used.year - link_papers.year AS DOUBLE)) AS lag,
    CAST(coalesce(sum(used.located), 0) AS BIGINT) AS located,
    CAST(coalesce(sum(used.within), 0) AS BIGINT) AS within
FROM here
JOIN link_papers ON link_papers.paper = here.paper
JOIN link_window ON link_papers.year BETWEEN link_window.first AND link_window.last
LEFT JOIN used ON used.paper = here.paper AND used.place = here.place
GROUP BY here.place, link_papers.field
ORDER BY here.place, link_papers.field
