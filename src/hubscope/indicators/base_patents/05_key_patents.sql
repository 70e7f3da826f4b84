-- Patents of each key technology, by the published sets of CPC and IPC symbols.
SELECT DISTINCT matched.name, patent_fields.patent
FROM (
    SELECT DISTINCT cpc_sets.name, each_symbol.symbol
    FROM (SELECT DISTINCT symbol FROM patent_fields) AS each_symbol
    JOIN cpc_sets ON starts_with(each_symbol.symbol, cpc_sets.prefix)
) AS matched
JOIN patent_fields ON patent_fields.symbol = matched.symbol
