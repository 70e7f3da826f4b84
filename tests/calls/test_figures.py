"""From the record to the catalogue: needs posted, contracted, due and accepted on time."""

import csv
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubscope.calls.record.figures import Fate, count, figure_rows
from hubscope.calls.refusal import RefusedError

D = date.fromisoformat
URL = "https://calls.example.org/calls/zh/"


def test_on_time_is_counted_against_the_frozen_limit():
    fates = [
        Fate(D("2026-01-05")),
        Fate(D("2026-01-05"), D("2026-06-01"), D("2027-12-31"), D("2027-12-31")),
        Fate(D("2026-01-05"), D("2026-06-01"), D("2027-12-31"), D("2028-01-01")),
        Fate(D("2026-01-05"), D("2027-06-01"), D("2027-12-31")),
        Fate(D("2026-01-05"), D("2026-06-01"), D("2029-12-31"), D("2028-01-01")),
    ]
    assert dict(count(fates, D("2028-06-01"))) == {
        ("calls_issued", 2026): 5,
        ("calls_awarded", 2026): 3,
        ("calls_awarded", 2027): 1,
        ("calls_due", 2027): 3,
        ("calls_accepted", 2027): 1,
    }


def accepted(r):
    """One need posted in 2026, due at the end of 2027, accepted in between; another not answered."""
    r.open(reviews_per_bid=1, needs=(r.NEED, {**r.NEED, "code": "N-2", "title": "Second"}))
    r.bid("Alpha")
    r.close().review(["B-001"]).decide().award(["B-001"], []).sign("B-001")
    for number in (1, 0):
        r.do("test_report", {"milestone": number, "value": 98, "organisation": "Lab"}, bid="B-001")
        r.do("user_opinion", {"milestone": number, "content": True}, bid="B-001")
    r.do("milestone_pass", {"milestone": 1}, bid="B-001")
    r.do("deliver", bid="B-001")
    for role in ("end_user", "assessor"):
        r.do("accept", {"organisation": "Lab"}, bid="B-001", role=role)
    return r


def rows(r):
    with r.db.read() as s:
        return figure_rows(s, "beijing", r.now, producer="Calls", url=URL)


def test_rows_follow_the_record_and_the_clock(fresh):
    with pytest.raises(RefusedError):
        rows(fresh)
    accepted(fresh)
    values = {(x["indicator"], x["year"]): x["value"] for x in rows(fresh)}
    assert values == {("calls_issued", 2026): 2, ("calls_awarded", 2026): 1}
    fresh.later(days=700)
    values = {(x["indicator"], x["year"]): x["value"] for x in rows(fresh)}
    assert values["calls_due", 2027] == values["calls_accepted", 2027] == 1


def test_the_share_reaches_a_page_after_a_full_run(fresh, tmp_path, monkeypatch):
    """Export from a workspace, run its job, read the share on its page and where it came from."""
    from hubscope.cli import call_record, call_talk
    from hubscope.cli.app import app

    folder = fresh.db.root
    example = Path(__file__).resolve().parents[2] / "examples" / "call-round"
    for name in ("hubscope.toml", "hubs.toml"):
        shutil.copy(example / name, folder / name)
    accepted(fresh).later(days=700)
    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    for room in (call_record, call_talk):
        monkeypatch.setattr(room, "now", lambda: fresh.now)

    def says(*words):
        told = CliRunner().invoke(app, [*words, "-w", str(folder)])
        assert told.exit_code == 0, told.exception
        return told.stdout

    says("call", "export", "r1", "--to", str(tmp_path / "out"), "--hub", "beijing", "--url", URL)
    says("run")
    for lang in ("zh", "en"):
        page = (folder / "site" / lang / "indicators" / "calls_fulfilled.html").read_text("utf-8")
        assert re.search(r"2027.{0,300}100", page, re.DOTALL)
        assert URL in page
    monkeypatch.setattr("uvicorn.run", lambda *_served, **_how: None)
    told = CliRunner().invoke(app, ["serve", "-w", str(folder), "--port", "8011"])
    assert "http://127.0.0.1:8011/calls/en/first?key=" in told.stderr
    assert told.stdout == ""
    told = says("lineage", "beijing", "calls_fulfilled", "2027")
    assert "calls_due (beijing, 2027)" in told


def test_figures_of_a_hub_that_the_workspace_lacks_are_refused(fresh, tmp_path):
    from hubscope.cli.app import app

    accepted(fresh)
    example = Path(__file__).resolve().parents[2] / "examples" / "call-round"
    for name in ("hubscope.toml", "hubs.toml"):
        shutil.copy(example / name, fresh.db.root / name)
    given = ["call", "export", "r1", "--to", str(tmp_path / "out"), "-w", str(fresh.db.root)]
    told = CliRunner().invoke(app, [*given, "--hub", "bejing", "--url", URL])
    assert "beijing" in told.exception.hint
    assert not (fresh.db.root / "figures").exists()


def test_export_writes_the_file_only_with_a_hub_and_an_address(fresh, tmp_path, monkeypatch):
    from hubscope.cli.app import app

    monkeypatch.setenv("HUBSCOPE_LANG", "zh")
    accepted(fresh)
    given = ["call", "export", "r1", "--to", str(tmp_path / "out"), "-w", str(fresh.db.root)]
    refused = CliRunner().invoke(app, [*given, "--hub", "beijing"])
    assert "--url" in refused.exception.what
    made = CliRunner().invoke(app, [*given, "--hub", "beijing", "--url", URL])
    assert made.exit_code == 0, made.exception
    with (tmp_path / "out" / "calls-figures.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert {x["indicator"] for x in read} >= {"calls_issued", "calls_awarded"}
    assert json.loads((tmp_path / "out" / "r1.json").read_text("utf-8"))["call"]["id"] == "r1"
