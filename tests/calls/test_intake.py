"""Tables in: all rows or none, every bad one named; tables out: no formulas."""

import io

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from hubscope.calls.base.models import Bid, Need, Party, Record
from hubscope.calls.desk.case import OPERATOR
from hubscope.calls.intake import load, read_sheet
from hubscope.calls.record import export_rows
from hubscope.errors import BadDataError

HEAD = "need,title,abstract,route,promises,milestones,cost,lead,leader\n"


def line(lead, cost=40, promises="efficiency | 96", title=""):
    parts = f"prototype | 2027-01-31 | efficiency | 95 | {cost / 2:g}"
    return f"N-1,{title or 'way ' + lead[::-1]},about {lead[::-1]},way,{promises},{parts},{cost},{lead},Li\n"


def take(r, text, kind="bids", name="t.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return load(r.db, r.id, kind, read_sheet(name, data), actor=OPERATOR, now=r.now)


def count(r, table):
    with r.db.read() as s:
        return s.scalar(select(func.count()).select_from(table))


def test_bids_come_in_together(fresh):
    r = fresh.open()
    assert take(r, HEAD + line("Alpha") + "\n" + line("Beta")) == 2
    assert [r.state(c) for c in ("B-001", "B-002")] == ["submitted", "submitted"]


def test_every_bad_row_is_named_and_nothing_is_stored(fresh):
    r = fresh.open()
    before = count(r, Record)
    table = (
        HEAD
        + line("Alpha")
        + line("North Grid")
        + line("Gamma", promises="efficiency | 90")
        + "N-9,Title,a,b,efficiency | 96,,5,Delta,Li\n"
        + "N-1,Title,a,b,efficiency | x,,-5,Eps,Li\n"
    )
    with pytest.raises(BadDataError) as caught:
        take(r, table)
    told = caught.value.what.splitlines()
    assert told[0] == "4 bad rows:"
    assert [t.split(":")[0] for t in told[1:]] == ["row 3", "row 4", "row 5", "row 6"]
    assert "posted the need" in told[1]
    assert "95" in told[2]
    assert "N-9" in told[3]
    assert "promises.0.value" in told[4]
    assert "cost" in told[4]
    assert (count(r, Bid), count(r, Party), count(r, Record)) == (0, 0, before)


def test_a_killed_import_leaves_nothing(fresh, monkeypatch):
    import sys

    r = fresh.open()
    mod = sys.modules["hubscope.calls.intake.load"]
    real, seen = mod.step, []

    def dies(case, action, body):
        seen.append(action)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(case, action, body)

    monkeypatch.setattr(mod, "step", dies)
    with pytest.raises(KeyboardInterrupt):
        take(r, HEAD + line("Alpha") + line("Beta"))
    assert count(r, Bid) == 0


def test_columns_may_bear_their_words(fresh):
    r = fresh.open()
    text = "姓名,所属单位,著述与研究方向\n张三,甲大学；乙院,变流器\n".encode("gb18030")
    assert take(r, text, "reviewers") == 1
    assert take(r, "Name,Affiliations\nLi Si,Lab\n", "reviewers") == 1
    with pytest.raises(BadDataError, match="unknown column Nmae"):
        take(r, "Nmae,Affiliations\nLi Si,Lab\n", "reviewers")


def test_a_spreadsheet_reads_as_its_csv(fresh):
    r = fresh.open()
    book = Workbook()
    for row in (HEAD + line("Alpha")).splitlines():
        cells = row.split(",")
        book.active.append([float(c) if c.isdigit() else c for c in cells])
    out = io.BytesIO()
    book.save(out)
    assert take(r, out.getvalue(), name="t.xlsx") == 1


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.pdf", b"x", "neither .csv nor .xlsx"),
        ("t.xlsx", b"PK no", "not a valid XLSX"),
        ("t.csv", b"", "is empty"),
        ("t.csv", b"a,a\n1,2\n", "twice"),
        ("t.csv", b"a\n1,2\n", "more cells"),
        ("t.csv", b"\xff\xff\xff", "neither UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(name, data, told):
    with pytest.raises(BadDataError, match=told):
        read_sheet(name, data)


def test_a_table_out_holds_no_formula():
    text = export_rows([{"a": "=1+1", "b": -2, "c": "@x", "d": ["=x"]}, {"a": "-2", "b": None}])
    assert text.splitlines() == ["a,b,c,d", '\'=1+1,-2,\'@x,"[""=x""]"', "-2,,,"]


def test_need_table_replaces_by_code(fresh):
    r = fresh
    from hubscope.calls.desk.new import new_call

    about = {"id": r.id, "family": "prize", "title": "T2", "payer": "City", "budget": 1}
    new_call(r.db, about, actor=OPERATOR, now=r.now)
    for title in ("First", "Second"):
        take(r, f"code,organisation,title\nN-1,Firm,{title}\n", "needs")
    with r.db.read() as s:
        assert [n.title for n in s.scalars(select(Need))] == ["Second"]


def test_a_spreadsheet_that_unpacks_too_large_is_refused(monkeypatch):
    import sys

    book, file = Workbook(), io.BytesIO()
    book.active.append(["name", "organisations"])
    book.save(file)
    monkeypatch.setattr(sys.modules["hubscope.calls.intake.sheet"], "SPREAD_MAX", 1_000)
    with pytest.raises(BadDataError, match="at most 1000 are read"):
        read_sheet("t.xlsx", file.getvalue())
