"""One CSV for patents of any office: what INPADOC, PATSTAT or a list of PCT exports come to.

    publication  office, number and kind code: WO2020123456A1, US 11,426,570 B2       needed
    published    day of publication or grant, 2020-06-18                              needed
    inventors    id|name|city|region|economy|latitude|longitude;...                    needed
    family       id of the family, of DOCDB or INPADOC
    filed        day of filing
    applicants   names; ...
    cpc, ipc     symbols; ...
    cites        publications that it cites; ...
    withdrawn    1 where the office withdrew it

Parts at the end of an inventor may be left out; an empty part is unknown. A family and a person's
id that are whole numbers stay that number.
"""

from __future__ import annotations

from hubscope.sources.patents.flatten import (
    Layout,
    dated,
    outside_years,
    sql_date,
    sql_id,
    sql_symbol,
)
from hubscope.sources.patents.tables import sql_key, sql_number

NEEDED = ("publication", "published", "inventors")
OPTIONAL = ("family", "filed", "applicants", "cpc", "ipc", "cites", "withdrawn")
COLUMNS = (*NEEDED, *OPTIONAL)
PARTS = ("id", "name", "city", "region", "country", "latitude", "longitude")
MOST_INVENTORS = 1_000
"""A list of this many inventors or more is set aside."""


def _key(publication: str) -> str:
    return sql_key(f"left(ltrim({publication}), 2)", f"substr(ltrim({publication}), 3)")


_KIND = "nullif(regexp_extract(upper(trim(publication)), '[0-9] *([A-Z][0-9]?)$', 1), '')"
_PATENT = sql_number(_key("publication"))
_PEOPLE = f"""
    SELECT patent, year, seq, line, id, country, latitude, longitude, city, region,
        concat_ws('|', coalesce(city, ''), coalesce(region, ''), coalesce(country, ''),
            coalesce(latitude, ''), coalesce(longitude, '')) AS spot
    FROM (
        SELECT {_PATENT} AS patent, year({sql_date("published")}) AS year, seq, line,
            {", ".join(f"nullif(trim(part[{n}]), '') AS {p}" for n, p in enumerate(PARTS, 1))}
        FROM (
            SELECT publication, published, line, generate_subscripts(people, 1) AS seq,
                string_split(unnest(people), '|') AS part
            FROM (SELECT *, string_split(inventors, ';') AS people FROM good)
        )
        WHERE len(list_filter(part, lambda p: trim(p) <> '')) > 0
    )
"""


def _listed(column: str) -> str:
    """One row for each element of a list: publication, published, line, element."""
    return (
        f"SELECT * FROM (SELECT publication, published, line, "
        f"nullif(trim(unnest(string_split({column}, ';'))), '') AS element FROM good) "
        "WHERE element IS NOT NULL"
    )


def _symbols(scheme: str) -> str:
    return f"""
        SELECT {_PATENT} AS patent, year({sql_date("published")}) AS year, line,
            '{scheme}' AS scheme, symbol
        FROM (SELECT *, {sql_symbol("element")} AS symbol FROM ({_listed(scheme)}))
        WHERE symbol IS NOT NULL
    """


def _no_symbols(scheme: str) -> str:
    return f"""
        SELECT line, 'not a classification symbol' AS reason, publication AS record,
            left(element, 200) AS start
        FROM ({_listed(scheme)}) WHERE {sql_symbol("element")} IS NULL
    """


_COORDINATES = """
    list_bool_or(list_transform(string_split(coalesce(inventors, ''), ';'), lambda one:
        (trim(coalesce(string_split(one, '|')[6], '')) <> ''
            AND coalesce(abs(TRY_CAST(string_split(one, '|')[6] AS DOUBLE)), 999) > 90)
        OR (trim(coalesce(string_split(one, '|')[7], '')) <> ''
            AND coalesce(abs(TRY_CAST(string_split(one, '|')[7] AS DOUBLE)), 999) > 180)))
"""

FAULT = f"""
    CASE
    WHEN publication IS NULL THEN 'missing publication'
    WHEN NOT regexp_full_match({_key("publication")}, '[A-Z]{{2}}[A-Z]*[1-9][0-9]*')
        THEN 'not a publication number'
    WHEN published IS NULL THEN 'missing day of publication'
    {outside_years("published")}
    WHEN filed IS NOT NULL AND {sql_date("filed")} IS NULL THEN 'day of filing is no date'
    WHEN coalesce(withdrawn, '0') NOT IN ('0', '1') THEN 'withdrawn is neither 0 nor 1'
    WHEN len(string_split(coalesce(inventors, ''), ';')) >= {MOST_INVENTORS}
        THEN '{MOST_INVENTORS} inventors or more'
    WHEN list_bool_or(list_transform(string_split(coalesce(inventors, ''), ';'),
        lambda one: len(string_split(one, '|')) > {len(PARTS)}))
        THEN 'an inventor of more than {len(PARTS)} parts'
    WHEN {_COORDINATES} THEN 'coordinates are off the globe'
    ELSE '' END
"""

LAYOUT = Layout(
    needed=NEEDED,
    optional=OPTIONAL,
    delimiter=",",
    record="publication",
    fault=FAULT,
    own_patents=True,
    inserts={
        "patents": f"""
            SELECT {_PATENT} AS patent, coalesce({sql_id("family")}, {_PATENT}) AS family,
                {_key("publication")} AS key, left({_key("publication")}, 2) AS office,
                {_KIND} AS kind,
                coalesce(left({_KIND}, 1) IN ('A', 'B', 'C', 'T'), true)
                    AND NOT regexp_matches({_key("publication")}, '^US[A-Z]')
                    AS invention,
                coalesce(withdrawn, '0') = '1' AS withdrawn,
                {dated("published")}, {sql_date("filed")} AS filed, applicants, line
            FROM good
        """,
        "inventors": f"""
            SELECT patent, year, seq, {sql_id("id")} AS inventor,
                CASE WHEN spot <> '||||' THEN {sql_number("spot")} END AS place, line
            FROM ({_PEOPLE})
        """,
        "patent_places": f"""
            SELECT {sql_number("spot")} AS place, city, region,
                CASE WHEN regexp_full_match(country, '[A-Z]{{2}}') THEN country END AS country,
                TRY_CAST(latitude AS DOUBLE) AS latitude,
                TRY_CAST(longitude AS DOUBLE) AS longitude, line
            FROM ({_PEOPLE}) WHERE spot <> '||||'
        """,
        "patent_fields": f"{_symbols('cpc')} UNION ALL {_symbols('ipc')}",
        "patent_citations": f"""
            SELECT {_PATENT} AS patent, year({sql_date("published")}) AS year,
                {sql_number(_key("element"))} AS cited, line
            FROM ({_listed("cites")})
        """,
    },
    asides=(_no_symbols("cpc"), _no_symbols("ipc")),
)
"""How the CSV becomes tables."""
