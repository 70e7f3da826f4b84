"""The star: flat integer tables that every source of works is brought to, with written schemas.

About 150 bytes a work in Parquet; lengths and weights are computed here, before anything is
joined, because windows over nested rows cost ten times as much. Ids are the source's own numbers
without their prefix (W, A, I, T, F, S).
"""

from __future__ import annotations

import pyarrow as pa


def schema(*fields: tuple[str, pa.DataType, bool, str]) -> pa.Schema:
    """A schema whose fields say what they hold: name, type, whether it may be absent, words."""
    return pa.schema(
        [pa.field(n, t, nullable=null, metadata={"says": says}) for n, t, null, says in fields]
    )


_I64, _I32, _I16, _F64, _STR = pa.int64(), pa.int32(), pa.int16(), pa.float64(), pa.string()
_YES = pa.bool_()

WORKS = schema(
    ("work", _I64, False, "id of the work"),
    ("year", _I16, False, "year of publication"),
    ("type", _STR, False, "article, review, preprint ... in the source's words"),
    ("topic", _I32, True, "primary topic"),
    ("subfield", _I16, True, "subfield of the primary topic"),
    ("field", _I16, True, "field of the primary topic"),
    ("source", _I64, True, "journal, conference or repository"),
    ("core", _YES, False, "whether the journal is on the core list of the Leiden Ranking"),
    ("oa", _YES, True, "whether an open version exists"),
    ("xpac", _YES, False, "whether it came with the expansion pack of November 2025"),
    ("paratext", _YES, False, "cover, contents page, index ..."),
    ("retracted", _YES, False, "whether it was retracted"),
    ("cited", _I32, False, "citations as the source counts them"),
    ("fwci", _F64, True, "field-weighted citation impact as the source computes it"),
    ("n_authors", _I16, False, "authors"),
    ("n_refs", _I32, False, "references"),
    ("line", _I64, False, "line of the source file that holds it"),
)
AUTHORSHIPS = schema(
    ("work", _I64, False, "id of the work"),
    ("year", _I16, False, "its year"),
    ("seq", _I16, False, "place in the list of authors from 1; 0 where the work has no author"),
    ("author", _I64, True, "id of the author"),
    ("institution", _I64, True, "id of the institution; absent: this part of the work is unplaced"),
    ("country", _STR, True, "ISO 3166 alpha-2 of the institution, else of the author's only one"),
    ("weight", _F64, False, "1 / authors / affiliations / institutions; one work sums to 1"),
)
REFERENCES = schema(
    ("work", _I64, False, "id of the citing work"),
    ("year", _I16, False, "its year"),
    ("cited", _I64, False, "id of the cited work, whether or not the store holds it"),
)
TOPICS = schema(
    ("work", _I64, False, "id of the work"),
    ("year", _I16, False, "its year"),
    ("rank", _I16, False, "1 is the primary topic"),
    ("topic", _I32, False, "id of the topic"),
)
FUNDERS = schema(
    ("work", _I64, False, "id of the work"),
    ("year", _I16, False, "its year"),
    ("funder", _I64, False, "id of the funder"),
)
INSTITUTIONS = schema(
    ("institution", _I64, False, "id of the institution"),
    ("ror", _STR, True, "its ROR id, without the address"),
    ("name", _STR, True, "its name"),
    ("country", _STR, True, "ISO 3166 alpha-2"),
    ("type", _STR, True, "education, company, facility, government, healthcare ..."),
)
LINEAGE = schema(
    ("institution", _I64, False, "id of the institution"),
    ("ancestor", _I64, False, "id of an institution it is part of, itself included"),
)
TOPIC_TREE = schema(
    ("topic", _I32, False, "id of the topic"),
    ("name", _STR, True, "its name"),
    ("subfield", _I16, True, "its subfield"),
    ("field", _I16, True, "its field"),
    ("domain", _I16, True, "its domain"),
)
SITES = schema(
    ("institution", _I64, False, "id of the institution"),
    ("city", _STR, True, "city it is in"),
    ("region", _STR, True, "region it is in"),
    ("country", _STR, True, "ISO 3166 alpha-2"),
    ("geonames", _I64, True, "GeoNames id of the city"),
    ("latitude", _F64, True, "degrees north"),
    ("longitude", _F64, True, "degrees east"),
)
RELATIONS = schema(
    ("institution", _I64, False, "id of the institution"),
    ("relation", _STR, False, "what the other is to it: parent, child, related, successor ..."),
    ("other", _I64, False, "id of the other institution"),
)
REJECTS = schema(
    ("file", _STR, False, "file of the source"),
    ("line", _I64, False, "line of the record, from 1"),
    ("reason", _STR, False, "why it was set aside"),
    ("work", _I64, True, "its id where it could be read"),
    ("start", _STR, False, "the first 200 characters of the record"),
)

FACTS = {
    "works": WORKS,
    "authorships": AUTHORSHIPS,
    "references": REFERENCES,
    "topics": TOPICS,
    "funders": FUNDERS,
}
"""One row a work, or many: a newer version of a work replaces its rows in all of them."""

DIMENSIONS = {
    "institutions": INSTITUTIONS,
    "lineage": LINEAGE,
    "topic_tree": TOPIC_TREE,
    "sites": SITES,
}
"""What the works mention, each thing once."""

STAR = FACTS | DIMENSIONS | {"rejects": REJECTS}
"""Every table that one part file of a source gives."""
