"""PatentsView's granted patents: five tab-separated tables of a release, zipped or not.

Columns as PatentsView's dictionary of the granted, disambiguated tables names them since 2022
(g_patent and its sisters; final releases are kept by the USPTO's Open Data Portal and on Zenodo).
Nothing here says which patents are one family, so each is its own.
"""

from __future__ import annotations

from pathlib import Path

from hubscope.errors import HubscopeError
from hubscope.sources.openalex.layout import Part
from hubscope.sources.patents.flatten import Layout, dated, outside_years, sql_id, sql_symbol
from hubscope.sources.patents.tables import sql_key, sql_number

SUFFIXES = (".tsv", ".tsv.zip", ".tsv.gz")

_KEY = sql_key("'US'", "patent_id")
_PATENT = sql_number(_KEY)
_CITED = sql_number(sql_key("'US'", "citation_patent_id"))
_NAMED = "patent_id IS NULL OR NOT regexp_full_match(patent_id, '[A-Za-z]{0,2}[0-9]{1,10}')"
_NO_PATENT = f"WHEN {_NAMED} THEN 'not a patent number'"

PATENT = Layout(
    needed=("patent_id", "patent_type", "patent_date"),
    optional=("wipo_kind", "withdrawn"),
    delimiter="\t",
    record="patent_id",
    fault=f"CASE {_NO_PATENT} {outside_years('patent_date')} ELSE '' END",
    own_patents=True,
    inserts={
        "patents": f"""
            SELECT {_PATENT} AS patent, {_PATENT} AS family, {_KEY} AS key, 'US' AS office,
                wipo_kind AS kind, coalesce(patent_type, '') = 'utility' AS invention,
                coalesce(TRY_CAST(withdrawn AS DOUBLE), 0) = 1 AS withdrawn,
                {dated("patent_date")}, line
            FROM good
        """
    },
)
LOCATION = Layout(
    needed=("location_id", "latitude", "longitude"),
    optional=("disambig_city", "disambig_state", "disambig_country"),
    delimiter="\t",
    record="location_id",
    fault="""
        CASE WHEN location_id IS NULL THEN 'missing id'
        WHEN latitude IS NOT NULL AND coalesce(abs(TRY_CAST(latitude AS DOUBLE)), 999) > 90
            THEN 'coordinates are off the globe'
        WHEN longitude IS NOT NULL AND coalesce(abs(TRY_CAST(longitude AS DOUBLE)), 999) > 180
            THEN 'coordinates are off the globe'
        ELSE '' END
    """,
    inserts={
        "patent_places": f"""
            SELECT {sql_number("location_id")} AS place, disambig_city AS city,
                disambig_state AS region,
                CASE WHEN regexp_full_match(disambig_country, '[A-Z]{{2}}')
                    THEN disambig_country END AS country,
                TRY_CAST(latitude AS DOUBLE) AS latitude,
                TRY_CAST(longitude AS DOUBLE) AS longitude, line
            FROM good
        """
    },
)
INVENTOR = Layout(
    needed=("patent_id", "inventor_sequence", "inventor_id", "location_id"),
    optional=(),
    delimiter="\t",
    record="patent_id",
    fault=f"""
        CASE {_NO_PATENT}
        WHEN coalesce(TRY_CAST(inventor_sequence AS INTEGER), -1) NOT BETWEEN 0 AND 9999
            THEN 'inventor_sequence is no place in a list'
        ELSE '' END
    """,
    inserts={
        "inventors": f"""
            SELECT {_PATENT} AS patent, CAST(inventor_sequence AS SMALLINT) + 1 AS seq,
                CASE WHEN inventor_id IS NOT NULL THEN {sql_id("inventor_id")} END AS inventor,
                CASE WHEN location_id IS NOT NULL THEN {sql_number("location_id")} END AS place,
                line
            FROM good
        """
    },
)
CPC = Layout(
    needed=("patent_id", "cpc_group"),
    optional=(),
    delimiter="\t",
    record="patent_id",
    fault=f"""
        CASE {_NO_PATENT}
        WHEN cpc_group IS NULL OR {sql_symbol("cpc_group")} IS NULL
            THEN 'not a classification symbol'
        ELSE '' END
    """,
    inserts={
        "patent_fields": f"""
            SELECT {_PATENT} AS patent, 'cpc' AS scheme, {sql_symbol("cpc_group")} AS symbol, line
            FROM good
        """
    },
)
CITATION = Layout(
    needed=("patent_id", "citation_patent_id"),
    optional=("citation_category",),
    delimiter="\t",
    record="patent_id",
    fault=f"""
        CASE {_NO_PATENT} WHEN citation_patent_id IS NULL THEN 'no cited patent' ELSE '' END
    """,
    inserts={
        "patent_citations": f"""
            SELECT {_PATENT} AS patent, {_CITED} AS cited, citation_category AS citer, line
            FROM good
        """
    },
)

TABLES = {
    "g_patent": PATENT,
    "g_location_disambiguated": LOCATION,
    "g_inventor_disambiguated": INVENTOR,
    "g_cpc_current": CPC,
    "g_us_patent_citation": CITATION,
}
"""Layout of each table by its name, in the order in which they are read."""


def tables(folder: Path) -> dict[str, Part]:
    """The tables that a release's folder holds; `g_patent` is needed, others may be missing.

    Raises:
        HubscopeError: if there is no `g_patent`.
    """
    found = {
        name: Part(path, path.name, "")
        for name in TABLES
        for path in (folder / f"{name}{s}" for s in SUFFIXES)
        if path.is_file()
    }
    if "g_patent" not in found:
        raise HubscopeError(
            f"{folder} holds no g_patent.tsv",
            hint="the folder of a PatentsView release, its tables as .tsv, .tsv.gz or .tsv.zip",
        )
    return found
