"""The synthetic round from signatures to its end: milestones, money, acceptance, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.calls.example.walker import SEED, Walk
from hubscope.calls.record.files import write_figures

HUB = "beijing"
URL = "http://127.0.0.1:8000/calls/zh/"
"""Where the record of a walked round can be read: what `hubscope serve` serves."""
THIRD, USER = "合成检测中心", "合成用户单位"
LATE = 40
"""Days after the limit at which the one late contract is accepted."""


def to_milestones(w: Walk, winners: Sequence[str]) -> Iterator[str]:
    """Sign, then test the first milestone of each contract."""
    rng = np.random.default_rng(SEED + 1)
    for code in winners:
        w.do("sign", bid=code, role="bidder")
        w.do("sign", bid=code, role="demander")
    w.now += timedelta(days=320)
    made = {code: _test(w, code, 1, met=bool(rng.random() < 0.8)) for code in winners}
    yield _told(1, made)


def to_acceptance(w: Walk, winners: Sequence[str]) -> Iterator[str]:
    """The later milestones, delivery, acceptance; one comes back, the others run out of time."""
    stopped = [code for code in winners if w.bid(code).state == "suspended"]
    w.now += timedelta(days=60)
    for code in stopped[:1]:
        w.do("resume", {"reason": "合成：补测通过后恢复"}, bid=code)
        _test(w, code, 1, met=True)
    going = [code for code in winners if code not in stopped[1:]]
    w.now += timedelta(days=210)
    for number in sorted(set(w.milestones(going[0])) - {0, 1}):
        yield _told(number, {code: _test(w, code, number, met=True) for code in going})
    w.now += timedelta(days=60)
    for code in going[:-1]:
        _accept(w, code)
    w.now = w.now.replace(year=2025, month=6, day=30) + timedelta(days=LATE)
    _accept(w, going[-1])
    w.do("finish")
    yield f"accepted\t{len(going)}\tof them late: 1\tended without: {len(stopped[1:])}"


def figures(w: Walk, folder: Path) -> str:
    """What the round adds to the catalogue, among the workspace's figures."""
    with w.database.read() as session:
        path = write_figures(session, folder / "figures", w.now, hub=HUB, url=URL)
    return f"figures\t{path.relative_to(folder).as_posix()}"


def _accept(w: Walk, code: str) -> None:
    w.do("deliver", bid=code)
    _measure(w, code, 0, met=True)
    w.do("accept", {"organisation": USER}, bid=code, role="end_user")
    w.do("accept", {"organisation": THIRD}, bid=code, role="assessor")


def _test(w: Walk, code: str, number: int, *, met: bool) -> dict[str, Any]:
    _measure(w, code, number, met=met)
    return w.do("milestone_pass" if met else "milestone_fail", {"milestone": number}, bid=code)


def _measure(w: Walk, code: str, number: int, *, met: bool) -> None:
    """The third party's value, 2 % to the good or to the bad of what was promised."""
    frozen = w.milestones(code)[number]
    asked, sign = float(frozen["threshold"]), 1 if frozen["direction"] == "+" else -1
    value = asked + sign * abs(asked) * (0.02 if met else -0.02)
    w.do("test_report", {"milestone": number, "value": value, "organisation": THIRD}, bid=code)
    w.do("user_opinion", {"milestone": number, "content": met}, bid=code)


def _told(number: int, made: dict[str, dict[str, Any]]) -> str:
    passed = sum(m["action"] == "milestone_pass" for m in made.values())
    paid = sum(m.get("paid", 0.0) for m in made.values())
    return f"milestone {number}\t{passed} of {len(made)} passed\tpaid {paid:g}"
