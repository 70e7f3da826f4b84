"""The command line: a round by command alone, the shipped round by one command, exit codes."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app

FAST = [
    *("open_days_min=0", "certification_days=0", "notice_days=0", "reviews_per_bid=2"),
    *("bids_per_applicant=2", "pair_probability=1"),
]
NEEDS = """code,organisation,title,problem,indicators,due,budget,ip
N-1,North Grid,Converter,It trips.,efficiency | % | + | 95 | 97 | IEC | lab,2027-12-31,100,shared
"""
SCORES = "need,pull,basis,indicators,finance,market_search\nN-1,80,80,80,80,none found\n"
REVIEWERS = "name,organisations,wrote\n" + "".join(
    f"Expert {i},Home {i},converters for grids\n" for i in range(4)
)
BID = """need = "N-1"
title = "Silicon carbide {n}"
abstract = "A converter, way {n}"
route = "cells {n}"
promises = "efficiency | 96"
milestones = "prototype | 2027-01-31 | efficiency | 95 | 20"
cost = 40
lead = "{lead}"
leader = "Li {lead}"
"""


class Shell:
    def __init__(self, folder):
        self.folder = folder
        self.runner = CliRunner()

    def fails(self, *given, code):
        found = self.runner.invoke(app, ["call", *given, "-w", str(self.folder)])
        assert found.exit_code != 0
        assert found.exception.exit_code == code, found.exception
        return str(found.exception)

    def __call__(self, *given):
        found = self.runner.invoke(app, ["call", *given, "-w", str(self.folder)])
        assert found.exit_code == 0, found.exception or found.output
        return found.stdout

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, "utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    return Shell(tmp_path)


def opened(sh, seconds):
    changes = [a for c in FAST for a in ("--set", c)]
    sh("new", "r", "--family", "ministry", "--title", "Round", "--payer", "City", "--budget", "100",
       *changes)  # fmt: skip
    sh("import", "r", "needs", sh.file("needs.csv", NEEDS))
    sh("vet", "r", sh.file("scores.csv", SCORES))
    deadline = datetime.now(UTC) + timedelta(seconds=seconds)
    sh("open", "r", "--deadline", deadline.isoformat())
    return deadline


def test_a_round_by_command_alone(shell):
    sh = shell
    deadline = opened(sh, 4)
    for n, lead in enumerate(("Alpha", "Beta")):
        sh("bid", "r", sh.file(f"{lead}.toml", BID.format(n=n, lead=lead)))
    sh("import", "r", "reviewers", sh.file("reviewers.csv", REVIEWERS))
    time.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds()) + 0.05)
    why = json.loads(run_explain(sh))
    assert why["bid"] == "B-001"
    assert json.loads(sh("assign", "r"))["pairs"] == 4
    record = json.loads(sh("show", "r"))
    assert record["call"]["state"] == "reviewing"
    for bid, mark in (("B-001", "90"), ("B-002", "60")):
        for reviewer in readers(sh, bid):
            sh("review", "r", bid, reviewer, "--marks", mark, mark, mark, mark, "--no-conflict")
    fitted = json.loads(sh("calibrate", "r"))
    assert fitted["bids"]["B-001"]["raw"] == 90
    assert json.loads(sh("decide", "r", "--draws", "20"))["selected"] == ["B-001"]
    sh("step", "r", "shortlist")
    sh("step", "r", "select", "--bid", "B-001")
    sh("step", "r", "reject", "--bid", "B-002", "--set", "reason=weaker")
    sh("step", "r", "announce")
    sh("step", "r", "award")
    for role in ("bidder", "demander"):
        sh("step", "r", "sign", "--bid", "B-001", "--as", role)
    tested = ["--value", "96", "--tester", "Third Lab", "--user-content"]
    assert json.loads(sh("milestone", "r", "B-001", "1", *tested))["paid"] == 20
    made = sh("export", "r", "--to", str(sh.folder / "out")).split()
    found = json.loads(sh("verify", made[0]))
    head = (sh.folder / "out" / "head.txt").read_text().split()[1]
    assert found["head"] == head
    assert json.loads(sh("verify", "--head", head))["lines"] == found["lines"]


def run_explain(sh):
    """Before the assignment: why the first expert would or would not read the first bid."""
    for bid in ("B-001", "B-002"):
        sh("step", "r", "screen", "--bid", bid)
    return sh("assign", "r", "--explain", "B-001,R-001")


def readers(sh, bid):
    from sqlalchemy import select

    from hubscope.calls.base.database import open_database
    from hubscope.calls.base.models import Bid, Review, Reviewer

    database = open_database(sh.folder)
    with database.read() as s:
        query = select(Reviewer.code).join(Review, Review.reviewer_id == Reviewer.id)
        query = query.join(Bid, Bid.id == Review.bid_id).where(Bid.code == bid)
        found = list(s.scalars(query))
    database.close()
    return found


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        (["show", "nothing"], 12, "no call nothing"),
        (["new", "r", "--family", "lottery", "--title", "Tt", "--payer", "Pp", "--budget", "1"], 12, "family"),
        (["new", "r", "--family", "race", "--title", "Tt", "--payer", "Pp", "--budget", "1", "--set", "slots"], 2, "name=value"),
        (["new", "r", "--family", "race", "--title", "Tt", "--payer", "Pp", "--budget", "1", "--set", "slot=2"], 12, "slot"),
        (["import", "r", "needs", "absent.csv"], 1, "cannot be read"),
        (["verify", "absent.json"], 11, "cannot be read"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_exit_code(shell, given, code, told):
    assert told in shell.fails(*given, code=code)


def test_an_unknown_step_names_the_nearest(shell):
    opened(shell, 60)
    assert "add_bid" in shell.fails("step", "r", "add_bd", code=11)


def test_an_account_from_the_command_line(shell):
    found = shell.runner.invoke(
        app,
        ["call", "person", "ann@x.org", "--name", "Ann", "--staff", "-w", str(shell.folder)],
        input="a long enough password\n",
    )
    assert found.exit_code == 0
    assert "a long" not in found.output
    again = shell.runner.invoke(
        app, ["call", "person", "ANN@x.org", "--name", "A", "-w", str(shell.folder)], input="x\n"
    )
    assert "12 characters" in str(again.exception)


@pytest.mark.slow
def test_the_shipped_round_by_one_command(tmp_path):
    from sqlalchemy import func, select

    from hubscope.calls.base.database import open_database
    from hubscope.calls.base.models import Bid, Milestone, Need, Reviewer
    from hubscope.calls.record import export, replay
    from hubscope.workspace import open_workspace

    folder = tmp_path / "round"
    told = CliRunner().invoke(app, ["call", "walk", str(folder)])
    assert told.exit_code == 0, told.exception
    assert "intact" in told.stdout
    assert open_workspace(folder).settings.name.en.endswith("(synthetic data)")
    database = open_database(folder)
    with database.read() as s:
        counts = [s.scalar(select(func.count()).select_from(t)) for t in (Need, Bid, Reviewer)]
        assert counts == [12, 60, 40]
        passed = list(s.scalars(select(Milestone.passed).where(Milestone.number == 1)))
        given = export(s, "round", datetime(2027, 3, 1, tzinfo=UTC))
    database.close()
    assert {True, False} <= set(passed)
    assert given["call"]["synthetic"]
    assert replay(given) == []
    again = CliRunner().invoke(app, ["call", "walk", str(folder)])
    assert "is not empty" in str(again.exception)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["show", "nothing"], "没有榜单"),
        (["new", "r", "--family", "lottery", "--title", "Tt", "--payer", "Pp", "--budget", "1"], "只能是"),
        (["verify", "absent.json"], "不能作为 JSON 读取"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_chinese(shell, monkeypatch, given, told):
    monkeypatch.setenv("HUBSCOPE_LANG", "zh")
    found = shell.runner.invoke(app, ["call", *given, "-w", str(shell.folder)])
    assert told in found.exception.what


def test_a_table_and_a_step_are_refused_in_chinese(shell, monkeypatch):
    opened(shell, 60)
    monkeypatch.setenv("HUBSCOPE_LANG", "zh")
    bad = shell.file("r.csv", "name,organisations\nGil,\n,Home\n")
    found = shell.runner.invoke(
        app, ["call", "import", "r", "reviewers", bad, "-w", str(shell.folder)]
    )
    assert "第 2 行" in found.exception.what
    assert "第 3 行" in found.exception.what
    assert "必填" in found.exception.what
    assert "未存入任何内容" in found.exception.hint
    found = shell.runner.invoke(app, ["call", "step", "r", "add_bd", "-w", str(shell.folder)])
    assert "没有名为 add_bd 的步骤" in found.exception.what
    assert "add_bid" in found.exception.hint
