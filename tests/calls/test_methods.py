"""The ways to assign experts, as options of a call and of one assignment, and why a pair was made."""

import json

import pytest

from hubscope.calls.base.models import Record
from hubscope.calls.refusal import RefusedError
from hubscope.calls.views import explain_pair

WROTE = ("silicon carbide converters", "grid inertia", "fault currents", "compressed air", "steel")
BIDS = (
    ("Alpha", "silicon carbide converters with virtual inertia"),
    ("Beta", "compressed air store for grid inertia"),
    ("Gamma", "fault currents in steel"),
)


@pytest.fixture
def reviewing(fresh):
    def ready(**parameters):
        fresh.open(reviews_per_bid=2, load_max=2, **parameters)
        for lead, text in BIDS:
            fresh.bid(lead, title=text, abstract=text, route=text)
        fresh.later(days=20)
        for i, wrote in enumerate(WROTE):
            words = {"name": f"E{i}", "organisations": f"I{i}", "wrote": wrote}
            fresh.do("add_reviewer", words)
        for code in ("B-001", "B-002", "B-003"):
            fresh.do("screen", bid=code)
        return fresh

    return ready


@pytest.mark.parametrize("method", ["optimal", "max_min", "leximin", "threshold", "randomised"])
def test_each_method_gives_every_bid_its_reviews(reviewing, method):
    r = reviewing()
    made = r.do("assign", {"method": method})
    assert made["method"] == method
    assert made["pairs"] == 6
    assert made["short"] == {}
    assert all(len(r.readers(code)) == 2 for code in ("B-001", "B-002", "B-003"))


@pytest.mark.parametrize("method", ["max_min", "leximin", "threshold", "randomised"])
def test_a_call_may_set_its_method(reviewing, method):
    assert reviewing(assignment=method).do("assign")["method"] == method


def test_what_a_method_promises(reviewing):
    """The optimum has the largest total, max-min the best worst-served bid."""
    totals, sums = {}, {}
    r = reviewing()
    from hubscope.calls.desk.act import open_case
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.desk.matching import made_by, table

    with r.db.read() as s:
        case = open_case(s, "r1", actor=OPERATOR, now=r.now)
        at = table(case)
        for method in ("optimal", "max_min", "leximin", "threshold", "randomised"):
            made, _ = made_by(at, case.parameters, method, case.call.secret)
            totals[method] = (made.total, made.per_bid().min(), made.gain.min())
            sums[method] = sorted(made.per_bid().round(6))
    assert totals["optimal"][0] == pytest.approx(max(t[0] for t in totals.values()))
    assert totals["max_min"][1] == pytest.approx(max(t[1] for t in totals.values()))
    assert sums["leximin"] == max(sums.values())
    assert totals["threshold"][2] == pytest.approx(max(t[2] for t in totals.values()))


def test_too_few_experts_for_a_fair_assignment_is_told(reviewing):
    r = reviewing()
    r.do("add_relation", {"reviewer": "R-001", "other": "B-001", "kind": "declared", "source": "x"})
    for code in ("R-002", "R-003", "R-004"):
        r.do(
            "add_relation", {"reviewer": code, "other": "B-001", "kind": "declared", "source": "x"}
        )
    with pytest.raises(RefusedError) as caught:
        r.do("assign", {"method": "max_min"})
    assert caught.value.key == "cannot_assign"
    assert r.do("assign")["short"] == {"B-001": 1}


def why(r, bid, reviewer):
    with r.db.read() as s:
        return explain_pair(s, "r1", bid, reviewer, r.now)


def test_why_a_pair_was_made_or_not(reviewing):
    r = reviewing()
    r.do(
        "add_relation", {"reviewer": "R-005", "other": "Alpha", "kind": "advisor", "source": "file"}
    )
    before = why(r, "B-001", "R-001")
    assert (before["reason"], before["assigned"]) == ("made", False)
    r.do("assign")
    for bid in ("B-001", "B-002", "B-003"):
        for reviewer in (f"R-00{i}" for i in range(1, 6)):
            told = why(r, bid, reviewer)
            assert told["assigned"] is (reviewer in r.readers(bid))
            assert (told["reason"] == "made") is told["assigned"]
            assert told["cost"] >= -1e-9
    barred = why(r, "B-001", "R-005")
    assert barred["reason"] == "conflict"
    assert barred["conflicts"] == [{"kind": "advisor", "source": "file", "hard": True}]


def test_a_draw_tells_the_exact_chance_of_each_pair(reviewing):
    r = reviewing(pair_probability=0.5)
    r.do("assign")
    for bid in ("B-001", "B-002", "B-003"):
        told = [why(r, bid, f"R-00{i}") for i in range(1, 6)]
        assert {t["method"] for t in told} == {"randomised"}
        assert sum(t["probability"] for t in told) == pytest.approx(2)
        assert max(t["probability"] for t in told) <= 0.5
        assert all(t["probability"] > 0 for t in told if t["assigned"])


def test_the_method_is_on_the_record(reviewing):
    r = reviewing()
    r.do("assign", {"method": "threshold"})
    with r.db.read() as s:
        line = s.query(Record).filter_by(action="assign").one()
    assert json.loads(line.body)["method"] == "threshold"
