-- What two places do together and what each does in all: joint papers, of one year each. A paper
-- whose institutions lie in two hubs counts once for the pair.
WITH here AS (SELECT DISTINCT paper, place FROM link_parts WHERE place <> ''),
dated AS (
    SELECT DISTINCT here.paper, here.place, link_papers.year
    FROM here
    JOIN link_papers ON link_papers.paper = here.paper AND link_papers.field = 'all'
    JOIN link_window ON link_papers.year BETWEEN link_window.first AND link_window.last
),
size AS (SELECT place, year, count(*) AS size FROM dated GROUP BY place, year)
SELECT
    a.place AS src, b.place AS dst, a.year, count(*) AS value,
    any_value(sa.size) AS src_size, any_value(sb.size) AS dst_size
FROM dated AS a
JOIN dated AS b ON b.paper = a.paper AND b.year = a.year AND a.place < b.place
JOIN size AS sa ON sa.place = a.place AND sa.year = a.year
JOIN size AS sb ON sb.place = b.place AND sb.year = b.year
GROUP BY a.place, b.place, a.year
ORDER BY a.place, b.place, a.year
