"""The columns that are read, with their written types: never inferred.

Inference differs from file to file and breaks unions; everything else in a record is skipped while
parsing. The names cover the 2026 layout and the older one: what a layout lacks reads as absent.
"""

from __future__ import annotations

_TOPIC = (
    "STRUCT(id VARCHAR, display_name VARCHAR, subfield STRUCT(id VARCHAR), "
    "field STRUCT(id VARCHAR), domain STRUCT(id VARCHAR))"
)
_INSTITUTION = (
    "STRUCT(id VARCHAR, display_name VARCHAR, ror VARCHAR, country_code VARCHAR, "
    '"type" VARCHAR, lineage VARCHAR[])'
)

COLUMNS = {
    "id": "VARCHAR",
    "publication_year": "BIGINT",
    "type": "VARCHAR",
    "is_xpac": "BOOLEAN",
    "is_paratext": "BOOLEAN",
    "is_retracted": "BOOLEAN",
    "cited_by_count": "BIGINT",
    "fwci": "DOUBLE",
    "open_access": "STRUCT(is_oa BOOLEAN)",
    "primary_location": "STRUCT(source STRUCT(id VARCHAR, is_core BOOLEAN))",
    "host_venue": "STRUCT(id VARCHAR)",
    "primary_topic": _TOPIC,
    "topics": f"{_TOPIC}[]",
    "authorships": (
        f"STRUCT(author STRUCT(id VARCHAR), countries VARCHAR[], institutions {_INSTITUTION}[], "
        "affiliations STRUCT(institution_ids VARCHAR[])[])[]"
    ),
    "referenced_works": "VARCHAR[]",
    "funders": "STRUCT(id VARCHAR)[]",
    "grants": "STRUCT(funder VARCHAR)[]",
}
"""DuckDB type by column; `host_venue` (to 2023) and `grants` (to 2026) are older names."""


def literal() -> str:
    """The columns as DuckDB's `columns` argument."""
    return "{" + ", ".join(f"'{n}': '{t}'" for n, t in COLUMNS.items()) + "}"
