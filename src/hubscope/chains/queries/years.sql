-- The first and the last year of what is looked at.
SELECT min(dated.year) AS first, max(dated.year) AS last
FROM (
    SELECT year FROM link_papers UNION ALL SELECT year FROM link_patents
) AS dated
JOIN link_window ON dated.year BETWEEN link_window.first AND link_window.last
