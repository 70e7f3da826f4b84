"""The made-up patents of `synthetic_patents` as the files a user would load.

    as_publications(made)      # lines of one CSV, for `hubscope store add publications`
    as_pairs(made)             # lines of one CSV, for `hubscope store add paper-links`
    as_patentsview(made)       # name and lines of each TSV, for `hubscope store add patentsview`

Each line is bytes with its end; `b"".join(as_pairs(made))` is the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import pyarrow as pa

from hubscope.sources.patents.publications import COLUMNS
from hubscope.sources.synthetic_patents import place_text

Tables = Mapping[str, pa.Table]


def _lines(rows: Iterable[Iterable[object]], delimiter: str = ",") -> Iterator[bytes]:
    # PatentsView puts every text into quotes.
    quoting: Literal[0, 2] = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONNUMERIC
    for row in rows:
        text = io.StringIO()
        cells = ["" if cell is None else cell for cell in row]
        csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerow(cells)
        yield text.getvalue().encode()


def _grouped(table: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row["patent"], []).append(row)
    return found


def as_publications(made: Tables) -> Iterator[bytes]:
    """The CSV of publications, in the order of the table `patents`."""
    people, fields, cites = (
        _grouped(made[n]) for n in ("inventors", "patent_fields", "patent_citations")
    )
    keys = {r["patent"]: r["key"] for r in made["patents"].to_pylist()}
    places = {r["place"]: place_text(r) for r in made["patent_places"].to_pylist()}

    def row(one: Mapping[str, Any]) -> list[object]:
        ident = one["patent"]
        inventors = (
            f"{i['inventor']}|Synthetic Person {i['inventor']}|{places.get(i['place'], '')}"
            for i in people.get(ident, [])
        )
        cells = {
            "publication": f"{one['key']}{one['kind']}",
            "family": one["family"],
            "published": one["published"],
            "filed": one["filed"],
            "inventors": ";".join(inventors),
            "applicants": one["applicants"],
            "cpc": ";".join(f["symbol"] for f in fields.get(ident, [])),
            "cites": ";".join(keys[c["cited"]] for c in cites.get(ident, [])),
            "withdrawn": int(one["withdrawn"]),
        }
        return [cells.get(c, "") for c in COLUMNS]

    yield from _lines([COLUMNS])
    yield from _lines(row(one) for one in made["patents"].to_pylist())


def as_pairs(made: Tables) -> Iterator[bytes]:
    """The CSV of patent-paper pairs, with the columns of Reliance on Science to 2024."""
    ends = {r["patent"]: (r["key"], r["kind"]) for r in made["patents"].to_pylist()}

    def row(one: Mapping[str, Any]) -> list[object]:
        key, kind = ends[one["patent"]]
        name = f"{key[:2]}-{key[2:]}-{kind}".lower()
        us = int(one["office"] == "US")
        own = "self" if one["own"] else "notself"
        return [one["citer"], one["confidence"], one["paper"], name, us, one["found"], own]

    yield from _lines([("reftype", "confscore", "oaid", "patent", "uspto", "wherefound", "self")])
    yield from _lines(row(one) for one in made["paper_links"].to_pylist())


def as_patentsview(made: Tables) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The five TSV files of PatentsView for the publications of the US office."""
    patents = {r["patent"]: r for r in made["patents"].to_pylist() if r["office"] == "US"}

    def own(table: str) -> list[dict[str, Any]]:
        return [r for r in made[table].to_pylist() if r["patent"] in patents]

    def name(patent: int) -> str:
        return str(patents[patent]["key"][2:])

    yield "g_patent.tsv", _table(
        ("patent_id", "patent_type", "patent_date", "patent_title", "wipo_kind", "num_claims",
         "withdrawn", "filename"),
        ([name(i), "utility" if p["invention"] else "design", str(p["published"]),
          f'Synthetic "invention" {i}', p["kind"], 1, int(p["withdrawn"]), "synthetic.xml"]
         for i, p in patents.items()),
    )  # fmt: skip
    yield "g_location_disambiguated.tsv", _table(
        ("location_id", "disambig_city", "disambig_state", "disambig_country", "latitude",
         "longitude", "county", "state_fips", "county_fips"),
        ([place_text(r), r["city"], r["region"], r["country"], r["latitude"], r["longitude"],
          "", "", ""] for r in made["patent_places"].to_pylist()),
    )  # fmt: skip
    places = {r["place"]: place_text(r) for r in made["patent_places"].to_pylist()}
    yield "g_inventor_disambiguated.tsv", _table(
        ("patent_id", "inventor_sequence", "inventor_id", "disambig_inventor_name_first",
         "disambig_inventor_name_last", "gender_code", "location_id"),
        ([name(r["patent"]), r["seq"] - 1, str(r["inventor"]), "Synthetic", "Person", "",
          places.get(r["place"])] for r in own("inventors")),
    )  # fmt: skip
    yield "g_cpc_current.tsv", _table(
        ("patent_id", "cpc_sequence", "cpc_section", "cpc_class", "cpc_subclass", "cpc_group",
         "cpc_type"),
        ([name(r["patent"]), 0, r["symbol"][0], r["symbol"][:3], r["symbol"][:4], r["symbol"],
          "inventional"] for r in own("patent_fields")),
    )  # fmt: skip
    yield "g_us_patent_citation.tsv", _table(
        ("patent_id", "citation_sequence", "citation_patent_id", "citation_date", "record_name",
         "wipo_kind", "citation_category"),
        ([name(r["patent"]), 0, name(r["cited"]), "", "", "", "cited by applicant"]
         for r in own("patent_citations") if r["cited"] in patents),
    )  # fmt: skip


def _table(header: tuple[str, ...], rows: Iterable[list[object]]) -> Iterator[bytes]:
    yield from _lines([header], "\t")
    yield from _lines(rows, "\t")
