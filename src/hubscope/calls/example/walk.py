"""Walk the synthetic round: every step is the one that people take, on a clock of its own."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.calls.base.database import Database, open_database
from hubscope.calls.base.ledger import head, lines, verify
from hubscope.calls.base.models import Bid, Call, Review, Reviewer
from hubscope.calls.desk.act import act
from hubscope.calls.desk.batch import assign_all
from hubscope.calls.desk.case import Actor
from hubscope.calls.desk.new import new_call
from hubscope.calls.intake import load
from hubscope.calls.intake.sheet import read_path
from hubscope.errors import HubscopeError

CALL = "round"
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
SEED = 20260302
MARKS = ("fit", "route", "team_plan", "indicators")


def shipped() -> Path:
    """The shipped tables: beside the package where installed, in the checkout otherwise."""
    package = Path(__file__).resolve().parents[2]
    found = [package / "examples", package.parents[1] / "examples"]
    return next(f / "call-round" for f in found if (f / "call-round").is_dir())


class Walk:
    """A round with its clock; `do` takes one step as the operator."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.now = START

    def do(
        self, action: str, body: dict[str, Any] | None = None, *, bid: str = "", role: str = ""
    ) -> dict[str, Any]:
        """Take a step now."""
        actor = Actor(acts_as=role)
        return act(self.database, CALL, action, body, actor=actor, now=self.now, bid=bid)

    def table(self, kind: str, file: str) -> int:
        """Import a table now."""
        rows = read_path(self.folder / file)
        return load(self.database, CALL, kind, rows, actor=Actor(), now=self.now)


def walk_example(folder: Path, url: str = "") -> list[str]:
    """Copy the round into `folder` and walk it; one line a step comes out.

    Raises:
        HubscopeError: where the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise HubscopeError(f"{folder} is not empty", hint="name a new folder")
    shutil.copytree(shipped(), folder, dirs_exist_ok=True)
    database = open_database(folder, url)
    try:
        return list(_steps(Walk(database, folder)))
    finally:
        database.close()


def _steps(w: Walk) -> Iterator[str]:
    yield from _to_deadline(w)
    yield from _to_decision(w)
    winners = yield from _to_award(w)
    yield from _to_milestones(w, winners)
    with w.database.read() as session:
        check, (number, last) = verify(lines(session)), head(session)
    yield f"record\t{number} lines\t{last}\t{'intact' if check.intact else check.fault}"


def _to_deadline(w: Walk) -> Iterator[str]:
    about = {
        "id": CALL,
        "family": "enterprise",
        "title": "京津冀关键技术揭榜（合成数据）",
        "payer": "合成专项资金",
        "budget": 5200.0,
        "synthetic": True,
    }
    limits = tomllib.loads((w.folder / "limits.toml").read_text("utf-8"))
    parameters = {"bids_per_applicant": 3, "lottery": True}
    new_call(w.database, about, actor=Actor(), now=w.now, parameters=parameters, limits=limits)
    yield f"needs\t{w.table('needs', 'needs.csv')}"
    w.do("propose")
    w.table("scores", "scores.csv")
    yield f"vet\tdropped: {', '.join(w.do('vet')['dropped']) or '-'}"
    deadline = w.now + timedelta(days=30)
    w.do("publish", {"deadline": deadline.isoformat()})
    w.now += timedelta(days=29)
    yield f"bids\t{w.table('bids', 'bids.csv')}"
    w.now = deadline
    yield f"reviewers\t{w.table('reviewers', 'reviewers.csv')}"


def _to_decision(w: Walk) -> Iterator[str]:
    made = assign_all(w.database, CALL, actor=Actor(), now=w.now)
    yield f"assign\t{made['pairs']} pairs\taffinity {made['affinity']:.3f}"
    w.now += timedelta(days=20)
    yield f"reviews\t{sum(1 for _ in _reviews(w))}"
    made = w.do("decide", {"draws": 100})
    yield f"decide\t{len(made['selected'])} selected\t{len(made['band'])} contested"
    yield f"\tby lot: {', '.join(made['drawn']) or '-'}"
    w.do("shortlist")


def _reviews(w: Walk) -> Iterator[dict[str, Any]]:
    """Marks drawn from an invented worth of each bid and leaning of each expert."""
    rng = np.random.default_rng(SEED)
    with w.database.read() as session:
        rows = [
            (r.bid_id, session.get_one(Bid, r.bid_id).code, r.reviewer_id, who.code)
            for r in session.query(Review).order_by(Review.id)
            for who in [session.get_one(Reviewer, r.reviewer_id)]
        ]
    worth = {b: rng.normal(68, 9) for b in sorted({r[0] for r in rows})}
    lean = {r: rng.normal(0, 6) for r in sorted({r[2] for r in rows})}
    for bid, code, who, reviewer in rows:
        marks = np.clip(worth[bid] + lean[who] + rng.normal(0, 6, len(MARKS)), 0, 100)
        body = dict(zip(MARKS, (round(float(m)) for m in marks), strict=True))
        yield w.do("review", {**body, "reviewer": reviewer, "no_conflict": True}, bid=code)


def _to_award(w: Walk) -> Generator[str, None, list[str]]:
    with w.database.read() as session:
        chosen = list(session.get_one(Call, CALL).decision["selected"])
        codes = list(session.scalars(session.query(Bid.code).order_by(Bid.code).statement))
    for code in chosen:
        w.do("select", bid=code)
    for code in sorted(set(codes) - set(chosen)):
        w.do("reject", {"reason": "合成：本轮名额与经费有限"}, bid=code)
    w.now += timedelta(days=7)
    w.do("announce")
    w.now += timedelta(days=8)
    w.do("award")
    yield f"award\t{', '.join(chosen)}"
    return chosen


def _to_milestones(w: Walk, winners: list[str]) -> Iterator[str]:
    rng = np.random.default_rng(SEED + 1)
    for code in winners:
        w.do("sign", bid=code, role="bidder")
        w.do("sign", bid=code, role="demander")
    w.now += timedelta(days=330)
    passed, paid = 0, 0.0
    for code in winners:
        made = _test(w, code, met=bool(rng.random() < 0.8))
        passed += made["action"] == "milestone_pass"
        paid += made.get("paid", 0.0)
    yield f"milestone 1\t{passed} of {len(winners)} passed\tpaid {paid:g}"


def _test(w: Walk, code: str, *, met: bool) -> dict[str, Any]:
    from hubscope.calls.base.models import Milestone

    with w.database.read() as session:
        bid = session.query(Bid).filter_by(call_id=CALL, code=code).one()
        row = session.query(Milestone).filter_by(bid_id=bid.id, number=1).one()
        asked, sign = float(row.body["threshold"]), 1 if row.body["direction"] == "+" else -1
    value = asked + sign * abs(asked) * (0.02 if met else -0.02)
    report = {"milestone": 1, "value": value, "organisation": "合成检测中心"}
    w.do("test_report", report, bid=code)
    w.do("user_opinion", {"milestone": 1, "content": met}, bid=code)
    return w.do("milestone_pass" if met else "milestone_fail", {"milestone": 1}, bid=code)
