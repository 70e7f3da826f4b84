"""The tables that every source of patents is brought to, with written schemas.

A patent here is one publication of one office: a WO application, a US grant. Its id is 62 bits of
the SHA-256 of its key: office and number without kind code, spaces or leading zeros, so that
"US11426570B2", "us-11426570-b2" and PatentsView's "11426570" are the same patent. Ids of papers are
OpenAlex's numbers, so `paper_links` joins `works` as it is.
"""

from __future__ import annotations

import re

import pyarrow as pa

from hubscope.sources.star import SITES, schema

_I64, _I16, _F64, _STR, _DAY = pa.int64(), pa.int16(), pa.float64(), pa.string(), pa.date32()

PATENTS = schema(
    ("patent", _I64, False, "id of the publication"),
    ("family", _I64, False, "id of its family; its own where the source names none"),
    ("key", _STR, False, "office and number, as US11426570 or WO2020123456"),
    ("office", _STR, False, "office that published it, WIPO ST.3: WO, US, EP, CN ..."),
    ("kind", _STR, True, "kind code, WIPO ST.16"),
    ("invention", pa.bool_(), False, "a patent for an invention: no design, plant, utility model"),
    ("withdrawn", pa.bool_(), False, "whether the office withdrew it"),
    ("published", _DAY, False, "day of publication or grant"),
    ("filed", _DAY, True, "day of filing"),
    ("year", _I16, False, "year of publication"),
    ("applicants", _STR, True, "who applied, as the source writes it"),
    ("line", _I64, False, "line of the source file that holds it"),
)
INVENTORS = schema(
    ("patent", _I64, False, "id of the patent"),
    ("year", _I16, False, "its year"),
    ("seq", _I16, False, "place in the list of inventors from 1"),
    ("inventor", _I64, True, "id of the person where the source tells persons apart"),
    ("place", _I64, True, "id of where the inventor lives; absent: this part is unplaced"),
    ("weight", _F64, False, "1 / inventors; one patent sums to 1"),
)
PATENT_FIELDS = schema(
    ("patent", _I64, False, "id of the patent"),
    ("year", _I16, False, "its year"),
    ("scheme", _STR, False, "cpc or ipc"),
    ("symbol", _STR, False, "symbol in one spelling, as G06N3/08"),
    ("field", _I16, True, "WIPO's technology field, 1 to 35, by the longest prefix"),
)
PATENT_CITATIONS = schema(
    ("patent", _I64, False, "id of the citing patent"),
    ("year", _I16, False, "its year"),
    ("cited", _I64, False, "id of the cited patent, whether or not the store holds it"),
    ("citer", _STR, True, "who cited: applicant, examiner ... in the source's words"),
)
PAPER_LINKS = schema(
    ("patent", _I64, False, "id of the citing patent, whether or not the store holds it"),
    ("paper", _I64, False, "OpenAlex number of the cited work"),
    ("confidence", _I16, False, "how sure the match is, 1 to 10"),
    ("found", _STR, True, "where the citation stands: front, body or both"),
    ("citer", _STR, True, "who cited: app, exm ... in the source's words"),
    ("own", pa.bool_(), True, "whether the inventors cite themselves"),
    ("office", _STR, False, "office of the citing patent"),
)
PATENT_PLACES = schema(
    ("place", _I64, False, "id of the place"),
    *[(f.name, f.type, True, f.metadata[b"says"].decode()) for f in SITES][1:],
)
PATENT_REJECTS = schema(
    ("file", _STR, False, "file of the source"),
    ("line", _I64, False, "line of the record, from 1"),
    ("reason", _STR, False, "why it was set aside"),
    ("record", _STR, True, "what names it: the patent as the source writes it"),
    ("start", _STR, False, "the first 200 characters of what was read"),
)

PATENT_FACTS = {
    "patents": PATENTS,
    "inventors": INVENTORS,
    "patent_fields": PATENT_FIELDS,
    "patent_citations": PATENT_CITATIONS,
    "paper_links": PAPER_LINKS,
}
"""What is kept part by part; a later version of a patent replaces its rows in the first four."""

PATENT_TABLES = PATENT_FACTS | {"patent_places": PATENT_PLACES, "patent_rejects": PATENT_REJECTS}
"""Every table that one part may give."""

PATENT_ORDER = {
    "patents": "year, patent",
    "inventors": "year, patent, seq",
    "patent_fields": "year, patent, scheme, symbol",
    "patent_citations": "year, patent, cited",
    "paper_links": "patent, paper",
    "patent_places": "place",
    "patent_rejects": "line, reason",
}
"""How each table is sorted: by year, because questions are asked of years."""

_KIND = re.compile(r"(?<=\d)[A-Z]\d?$")
_ZEROS = re.compile(r"^([A-Z]*)0+(?=\d)")


def patent_key(office: str, number: str) -> str:
    """Office and number in one spelling: ("us", "11,426,570 B2") becomes "US11426570"."""
    plain = "".join(c for c in number.upper() if c.isascii() and c.isalnum())
    return office.upper() + _ZEROS.sub(r"\1", _KIND.sub("", plain))


def sql_key(office: str, number: str) -> str:
    """`patent_key` as an SQL expression over two others."""
    plain = f"regexp_replace(upper({number}), '[^A-Z0-9]', '', 'g')"
    bare = f"regexp_replace({plain}, '([0-9])[A-Z][0-9]?$', '\\1')"
    return f"upper({office}) || regexp_replace({bare}, '^([A-Z]*)0+([0-9])', '\\1\\2')"


def sql_number(name: str) -> str:
    """`paper_list.number` of one name as an SQL expression."""
    return f"CAST(CAST('0x' || substr(sha256({name}), 1, 16) AS UBIGINT) >> 2 AS BIGINT)"
