-- One piece of a source (the relation `raw`, with the line of each record) into the star's tables.
-- Lengths are taken before lists are unnested; ids lose 'https://openalex.org/W', 22 characters.

INSERT INTO works
SELECT
    CAST(substr(id, 23) AS BIGINT) AS work,
    publication_year AS year,
    coalesce(type, 'other') AS type,
    TRY_CAST(substr(coalesce(primary_topic.id, topics[1].id), 23) AS INTEGER) AS topic,
    TRY_CAST(substr(coalesce(primary_topic.subfield.id, topics[1].subfield.id), 32) AS SMALLINT)
        AS subfield,
    TRY_CAST(substr(coalesce(primary_topic.field.id, topics[1].field.id), 29) AS SMALLINT) AS field,
    TRY_CAST(substr(coalesce(primary_location.source.id, host_venue.id), 23) AS BIGINT) AS source,
    coalesce(primary_location.source.is_core, false) AS core,
    open_access.is_oa AS oa,
    coalesce(is_xpac, false) AS xpac,
    coalesce(is_paratext, false) AS paratext,
    coalesce(is_retracted, false) AS retracted,
    coalesce(cited_by_count, 0) AS cited,
    fwci,
    coalesce(len(authorships), 0) AS n_authors,
    coalesce(len(referenced_works), 0) AS n_refs,
    line
FROM raw;

CREATE OR REPLACE TEMP TABLE mentioned AS
SELECT DISTINCT unnest(a.institutions) AS i
FROM (SELECT unnest(authorships) AS a FROM raw);

INSERT INTO institutions
SELECT
    TRY_CAST(substr(i.id, 23) AS BIGINT) AS institution,
    replace(i.ror, 'https://ror.org/', '') AS ror,
    i.display_name AS name,
    upper(i.country_code) AS country,
    i.type
FROM mentioned
WHERE institution IS NOT NULL;

INSERT INTO lineage
SELECT DISTINCT
    TRY_CAST(substr(institution, 23) AS BIGINT),
    TRY_CAST(substr(ancestor, 23) AS BIGINT)
FROM (SELECT i.id AS institution, unnest(i.lineage) AS ancestor FROM mentioned)
WHERE institution LIKE '%/I%' AND ancestor LIKE '%/I%';

-- A weight as in the Leiden Ranking Open Edition 2025: one over the work's authors, over the
-- author's affiliations, over the affiliation's institutions. What names none stays as unplaced.
INSERT INTO authorships
WITH author AS (
    SELECT
        CAST(substr(id, 23) AS BIGINT) AS work,
        publication_year AS year,
        len(authorships) AS n,
        unnest(range(1, len(authorships) + 1)) AS seq,
        unnest(authorships) AS a
    FROM raw
),
affiliation AS (
    SELECT
        work, year, seq, n,
        TRY_CAST(substr(a.author.id, 23) AS BIGINT) AS author,
        CASE WHEN len(a.countries) = 1 AND coalesce(len(a.institutions), 0) = 0
            THEN upper(a.countries[1]) END AS country,
        CASE WHEN len(a.affiliations) > 0
            THEN list_transform(a.affiliations, lambda x: x.institution_ids)
            ELSE list_transform(a.institutions, lambda x: [x.id]) END AS lists
    FROM author
),
one_list AS (
    SELECT
        work, year, seq, author, country,
        1.0 / (n * CAST(greatest(len(lists), 1) AS DOUBLE)) AS weight,
        unnest(CASE WHEN len(lists) > 0 THEN lists ELSE [NULL] END) AS ids
    FROM affiliation
),
one_institution AS (
    SELECT
        work, year, seq, author, country,
        weight / greatest(len(ids), 1) AS weight,
        TRY_CAST(substr(unnest(CASE WHEN len(ids) > 0 THEN ids ELSE [NULL] END), 23) AS BIGINT)
            AS institution
    FROM one_list
)
SELECT work, year, seq, author, institution, min(country) AS country, sum(weight) AS weight
FROM one_institution
GROUP BY work, year, seq, author, institution;

-- A work without authors is one row that is nowhere.
INSERT INTO authorships
SELECT CAST(substr(id, 23) AS BIGINT), publication_year, 0, NULL, NULL, NULL, 1.0
FROM raw
WHERE coalesce(len(authorships), 0) = 0;

INSERT INTO "references"
SELECT DISTINCT work, year, cited FROM (
    SELECT
        CAST(substr(id, 23) AS BIGINT) AS work,
        publication_year AS year,
        TRY_CAST(substr(unnest(referenced_works), 23) AS BIGINT) AS cited
    FROM raw
)
WHERE cited IS NOT NULL AND cited <> work;

CREATE OR REPLACE TEMP TABLE listed AS SELECT DISTINCT unnest(topics) AS t FROM raw;

INSERT INTO topics
SELECT work, year, rank, TRY_CAST(substr(t.id, 23) AS INTEGER) AS topic FROM (
    SELECT
        CAST(substr(id, 23) AS BIGINT) AS work,
        publication_year AS year,
        unnest(range(1, len(topics) + 1)) AS rank,
        unnest(topics) AS t
    FROM raw
)
WHERE topic IS NOT NULL;

INSERT INTO topic_tree
SELECT DISTINCT
    TRY_CAST(substr(t.id, 23) AS INTEGER) AS topic,
    t.display_name,
    TRY_CAST(substr(t.subfield.id, 32) AS SMALLINT),
    TRY_CAST(substr(t.field.id, 29) AS SMALLINT),
    TRY_CAST(substr(t.domain.id, 30) AS SMALLINT)
FROM listed
WHERE topic IS NOT NULL;

INSERT INTO funders
SELECT DISTINCT work, year, TRY_CAST(substr(funder, 23) AS BIGINT) AS number FROM (
    SELECT
        CAST(substr(id, 23) AS BIGINT) AS work,
        publication_year AS year,
        unnest(CASE WHEN len(funders) > 0 THEN list_transform(funders, lambda x: x.id)
            ELSE list_transform(grants, lambda x: x.funder) END) AS funder
    FROM raw
)
WHERE number IS NOT NULL;
