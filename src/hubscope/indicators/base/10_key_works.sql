-- By work.
-- Works in each key field, by the published topic map.
SELECT key_fields.name, counted.work
FROM counted JOIN key_fields ON key_fields.topic = counted.topic
UNION
SELECT key_fields.name, counted.work
FROM counted JOIN key_fields ON key_fields.subfield = counted.subfield
UNION
SELECT key_fields.name, counted.work
FROM counted JOIN key_fields ON key_fields.field = counted.field
