-- Patents invented in two places, by year, and all patents of each.
WITH dated AS (
    SELECT DISTINCT link_patents.patent, link_patents.place, link_patents.year
    FROM link_patents
    JOIN link_window ON link_patents.year BETWEEN link_window.first AND link_window.last
    WHERE link_patents.place <> ''
),
size AS (SELECT place, year, count(*) AS size FROM dated GROUP BY place, year)
SELECT
    a.place AS src, b.place AS dst, a.year, count(*) AS value,
    any_value(sa.size) AS src_size, any_value(sb.size) AS dst_size
FROM dated AS a
JOIN dated AS b ON b.patent = a.patent AND b.year = a.year AND a.place < b.place
JOIN size AS sa ON sa.place = a.place AND sa.year = a.year
JOIN size AS sb ON sb.place = b.place AND sb.year = b.year
GROUP BY a.place, b.place, a.year
ORDER BY a.place, b.place, a.year
