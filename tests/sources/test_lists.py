"""Curated lists: every row has a source and a date, lineage counts once, faults have lines."""

import re

import pyarrow as pa
import pytest

from hubscope.sources import lists
from hubscope.sources.raw import Raw

HEAD = (
    "list,id,name,economy,city,latitude,longitude,amount,weight,year,source,url,accessed,licence\n"
)


def file(*rows):
    return Raw("lists/own.csv", (HEAD + "".join(r + "\n" for r in rows)).encode())


GOOD = "strategic,I1,One,CN,,,,,,,somebody,,2026-11-01,CC0-1.0"


def test_every_shipped_entry_names_its_source_and_date_and_an_id_of_its_kind():
    entries, faults = lists.read(lists.shipped())
    assert faults == []
    assert len({(e.list, e.id) for e in entries}) == len(entries) > 50
    for e in entries:
        assert e.source
        assert e.accessed
        if e.list == "strategic":
            assert re.fullmatch(r"0[a-hj-km-np-tv-z0-9]{6}\d{2}", e.id), e.id
        if e.list == "national_programme":
            assert re.fullmatch(r"F43\d{8}", e.id)
            assert e.economy


def _checksum(ror):
    """The last two digits of a ROR id are ISO 7064 mod 97-10 of the rest in Crockford's base 32."""
    number = 0
    for c in ror[:-2]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(c)
    return 98 - number * 100 % 97


def test_the_check_digits_of_every_shipped_ror_id_are_right():
    entries, _ = lists.read(lists.shipped())
    for e in entries:
        if e.list == "strategic":
            assert int(e.id[-2:]) == _checksum(e.id), e


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("strategc,I1,One,CN,,,,,,,somebody,,2026-11-01,", "list", "strategic"),
        ("strategic,,One,CN,,,,,,,somebody,,2026-11-01,", "id", "required"),
        ("strategic,I1,One,CHN,,,,,,,somebody,,2026-11-01,", "economy", "pattern"),
        ("strategic,I1,One,CN,,95,0,,,,somebody,,2026-11-01,", "latitude", "90"),
        ("supercomputer,m,One,CN,,,,many,,,somebody,,2026-11-01,", "amount", "number"),
        ("strategic,I1,One,CN,,,,,,,,,2026-11-01,", "source", "required"),
        ("strategic,I1,One,CN,,,,,,,somebody,,November,", "accessed", "pattern"),
        (GOOD + ",more", "", "more cells"),
    ],
)
def test_a_faulty_row_is_named(row, column, says):
    entries, faults = lists.read(file(GOOD.replace("I1", "I2"), row))
    assert len(entries) == 1
    assert (faults[0].file, faults[0].line, faults[0].column) == ("lists/own.csv", 3, column)
    assert says in faults[0].what


def test_an_entry_twice_is_a_fault_and_no_text_is_one_too():
    _, faults = lists.read(file(GOOD, GOOD))
    assert "stands twice" in faults[0].what
    assert lists.read(Raw("x.csv", b"\xff\xfe\x00"))[1][0].line == 1


def test_own_lists_stand_in_the_place_of_shipped_ones():
    own, _ = lists.read(file(GOOD))
    shipped, _ = lists.read(lists.shipped())
    together = lists.together(own, shipped)
    assert [e.id for e in together if e.list == "strategic"] == ["I1"]
    assert {e.list for e in together} == {e.list for e in shipped}


def test_a_listed_parent_brings_its_children_and_each_counts_once():
    own, _ = lists.read(file(GOOD, GOOD.replace("I1", "02v51f717"), GOOD.replace("I1", "I99")))
    known = pa.table({"institution": [1, 2, 3, 4], "ror": [None, "02v51f717", None, None]})
    lineage = pa.table({"institution": [1, 2, 2, 3, 3, 4], "ancestor": [1, 2, 1, 3, 2, 4]})
    found = lists.institutions(own, known, lineage).to_pylist()
    assert [r["institution"] for r in found] == [1, 2, 3, 99]
    assert lists.economies(own).to_pylist() == [{"list": "strategic", "country": "CN"}]
