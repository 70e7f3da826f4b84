-- How long each work was followed (part): to its first citing patent (num), or to the last year with
-- links. Works older than the links themselves are left out: their first patents are not at hand.
SELECT hub_works.hub, hub_works.year, hub_works.work AS unit,
    CAST(least(10, coalesce(first_citing.year, span.last) - hub_works.year) AS BIGINT) AS part,
    CASE WHEN first_citing.year <= hub_works.year + 10 THEN hub_works.weight
        ELSE CAST(0 AS DOUBLE) END AS num,
    hub_works.weight AS den
FROM hub_works
CROSS JOIN (SELECT min(year) AS first, max(year) AS last FROM paper_citations) AS span
LEFT JOIN first_citing ON first_citing.paper = hub_works.work
WHERE hub_works.hub > 0 AND hub_works.year BETWEEN span.first AND span.last
