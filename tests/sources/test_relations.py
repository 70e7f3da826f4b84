"""Relations of ROR between the works' institutions, what they are part of, and places they lend."""

import json

import pyarrow as pa
import pytest

from hubscope.sources.organisations import read
from hubscope.sources.relations import inherited, lineage, relations
from hubscope.sources.star import INSTITUTIONS, LINEAGE, RELATIONS, SITES

R = "https://ror.org/0"
KNOWN = pa.Table.from_pylist(
    [{"institution": n, "ror": f"0{n}", "name": f"I{n}"} for n in range(1, 6)], schema=INSTITUTIONS
)


def ror2(n, *pairs):
    return {"id": f"{R}{n}", "names": [], "types": ["education"], "locations": [],
            "relationships": [{"type": k, "id": f"{R}{m}", "label": "x"} for k, m in pairs]}  # fmt: skip


def ror1(n, *pairs):
    return {"id": f"{R}{n}", "name": f"I{n}", "addresses": [],
            "relationships": [{"type": k.title(), "id": f"{R}{m}"} for k, m in pairs]}  # fmt: skip


def openalex(n, *pairs):
    return {"id": f"https://openalex.org/I{n}", "ror": f"{R}{n}", "display_name": f"I{n}",
            "associated_institutions": [{"relationship": k, "ror": f"{R}{m}"} for k, m in pairs]}  # fmt: skip


def rows(tmp_path, *records):
    (tmp_path / "x.json").write_text(json.dumps(records))
    found, faults = read(tmp_path / "x.json")
    assert not faults
    return found


def triples(table):
    return [tuple(r.values()) for r in table.to_pylist()]


@pytest.mark.parametrize("form", [ror2, ror1, openalex])
def test_every_form_gives_the_same_relations(tmp_path, form):
    found = rows(tmp_path, form(1, ("parent", 2), ("related", 3), ("parent", 1), ("parent", 99)))
    assert triples(relations(KNOWN, found)) == [(1, "parent", 2), (1, "related", 3)]


def test_a_later_source_corrects_the_relations_of_what_it_describes(tmp_path):
    before = relations(KNOWN, rows(tmp_path, ror2(1, ("parent", 2)), ror2(3, ("child", 4))))
    after = relations(KNOWN, rows(tmp_path, ror2(1, ("parent", 5))), before)
    assert triples(after) == [(1, "parent", 5), (3, "child", 4)]


def test_damaged_relations_are_left_out(tmp_path):
    odd = ror2(1) | {"relationships": ["x", {"type": None, "id": f"{R}2"}, {"type": "cousin"}]}
    assert triples(relations(KNOWN, rows(tmp_path, odd))) == []


def test_what_is_part_of_a_part_and_what_was_renamed_count_above():
    known = pa.Table.from_pylist(
        [{"institution": 1, "ancestor": 1}, {"institution": 1, "ancestor": 2}], schema=LINEAGE
    )
    pairs = [(2, "parent", 3), (3, "successor", 4), (4, "parent", 2), (5, "related", 1)]
    related = pa.Table.from_pylist(
        [dict(zip(RELATIONS.names, p, strict=True)) for p in pairs], schema=RELATIONS
    )
    found = [(r["institution"], r["ancestor"]) for r in lineage(known, related).to_pylist()]
    # The circle 2, 3, 4, 2 ends; what is only related stands beside.
    assert found == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 2), (3, 4), (4, 2), (4, 3)]


def test_a_successor_lends_its_place_and_a_parent_does_not():
    at = dict.fromkeys(SITES.names) | {"institution": 2, "city": "Kiel"}
    placed = pa.Table.from_pylist([at], schema=SITES)
    pairs = [(1, "successor", 2), (3, "parent", 2), (4, "predecessor", 2), (2, "successor", 1)]
    related = pa.Table.from_pylist(
        [dict(zip(RELATIONS.names, p, strict=True)) for p in pairs], schema=RELATIONS
    )
    found = [(r["institution"], r["city"]) for r in inherited(placed, related).to_pylist()]
    assert found == [(1, "Kiel"), (4, "Kiel")]
