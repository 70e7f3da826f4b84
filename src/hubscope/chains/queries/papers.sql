-- Papers with their year and field: OpenAlex's fields, the key fields of the topic map, and "all".
SELECT work AS paper, year, 'all' AS field FROM counted
UNION ALL
SELECT work AS paper, year, 'field-' || CAST(field AS VARCHAR) AS field
FROM counted WHERE field IS NOT NULL
UNION ALL
SELECT key_works.work AS paper, counted.year, 'key-' || key_works.name AS field
FROM key_works JOIN counted ON counted.work = key_works.work
