-- University-industry co-publications of each place and field: papers with at least one company and
-- one education institution (ROR types), and those whose company or university is of the same place.
WITH kinds AS (
    SELECT
        paper,
        max(CASE WHEN type = 'company' THEN 1 ELSE 0 END) AS company,
        max(CASE WHEN type = 'education' THEN 1 ELSE 0 END) AS education
    FROM link_parts
    WHERE type IS NOT NULL
    GROUP BY paper
),
here AS (
    SELECT
        paper, place,
        max(CASE WHEN type = 'company' THEN 1 ELSE 0 END) AS company,
        max(CASE WHEN type = 'education' THEN 1 ELSE 0 END) AS education
    FROM link_parts
    WHERE place IS NOT NULL AND place <> ''
    GROUP BY paper, place
)
SELECT
    here.place, link_papers.field,
    count(*) AS papers,
    count(kinds.paper) AS typed,
    CAST(coalesce(sum(kinds.company * kinds.education), 0) AS BIGINT) AS joint,
    CAST(coalesce(sum(here.company * here.education), 0) AS BIGINT) AS within
FROM here
JOIN link_papers ON link_papers.paper = here.paper
JOIN link_window ON link_papers.year BETWEEN link_window.first AND link_window.last
LEFT JOIN kinds ON kinds.paper = here.paper
GROUP BY here.place, link_papers.field
ORDER BY here.place, link_papers.field
