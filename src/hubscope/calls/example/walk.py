"""Walk the synthetic round: every step is the one that people take, on a clock of its own."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.calls.base.database import open_database
from hubscope.calls.base.ledger import head, lines, verify
from hubscope.calls.base.models import Bid, Call, Review, Reviewer
from hubscope.calls.desk.batch import assign_all
from hubscope.calls.desk.case import Actor
from hubscope.calls.desk.new import new_call
from hubscope.calls.example.delivery import figures, to_acceptance, to_milestones
from hubscope.calls.example.walker import CALL, SEED, Walk
from hubscope.errors import HubscopeError

MARKS = ("fit", "route", "team_plan", "indicators")


def shipped() -> Path:
    """The shipped tables: beside the package where installed, in the checkout otherwise."""
    package = Path(__file__).resolve().parents[2]
    found = [package / "examples", package.parents[1] / "examples"]
    return next(f / "call-round" for f in found if (f / "call-round").is_dir())


def walk_example(folder: Path, url: str = "") -> list[str]:
    """Copy the round into `folder` and walk it; one line a step comes out.

    Walked aside and then moved: a walk that is killed leaves no half of a round.

    Raises:
        HubscopeError: where the folder holds something already.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HubscopeError(f"{folder} is not empty", hint="name a new folder")
    aside = folder.with_name(f".{folder.name}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(shipped(), aside)
    database = open_database(aside, url)
    try:
        told = list(_steps(Walk(database, aside)))
    finally:
        database.close()
    folder.mkdir(exist_ok=True)
    for made in aside.iterdir():
        made.rename(folder / made.name)
    aside.rmdir()
    return told


def _steps(w: Walk) -> Iterator[str]:
    yield from _to_deadline(w)
    yield from _to_decision(w)
    winners = yield from _to_award(w)
    yield from to_milestones(w, winners)
    yield from to_acceptance(w, winners)
    yield figures(w, w.folder)
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
