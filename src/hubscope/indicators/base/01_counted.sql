-- By work.
-- The works that count, by the filters shown in every origin: no expansion pack, covers or
-- retracted works; articles, reviews and letters only.
SELECT work, year, type, topic, subfield, field, core, oa, cited, n_refs
FROM works
WHERE NOT xpac AND NOT paratext AND NOT retracted AND type IN ('article', 'review', 'letter')
