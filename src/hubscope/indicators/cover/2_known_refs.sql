-- By citing.
-- How many of a work's references the store holds.
SELECT refs.work, CAST(count(*) AS DOUBLE) AS n
FROM refs
JOIN works ON works.work = refs.cited
GROUP BY refs.work
