"""The definition is sound, and where a call stands depends on the clock that is read."""

from datetime import UTC, datetime, timedelta

import pytest

from hubscope.calls.desk.guards import GUARDS
from hubscope.calls.desk.steps import STEPS
from hubscope.calls.workflow import definition, presets, stand_bid, stand_call
from hubscope.calls.workflow.definition import Definition, unsound
from hubscope.calls.workflow.parameters import Parameters
from hubscope.errors import BadDataError
from hubscope.words import words

T = datetime(2026, 3, 1, tzinfo=UTC)
RULES = definition()
MOVES = (*RULES.call.moves, *RULES.bid.moves)


def test_shape_of_the_machines():
    assert len(RULES.call.states) == 11
    assert len(RULES.bid.states) == 16
    assert list(unsound(RULES)) == []


def test_every_step_and_guard_is_written():
    assert {m.name for m in MOVES if not m.automatic} == set(STEPS)
    assert {g for m in MOVES for g in m.guards} == set(GUARDS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_has_words(lang):
    known = words(lang)
    assert {m.name for m in MOVES} <= {k[13:] for k in known if k.startswith("calls.action.")}
    states = {*RULES.call.states, *RULES.bid.states}
    assert states <= {k[12:] for k in known if k.startswith("calls.state.")}
    assert set(RULES.roles) <= {k[11:] for k in known if k.startswith("calls.role.")}
    assert set(presets()) <= {k[13:] for k in known if k.startswith("calls.family.")}


def without(machine, name, state):
    kept = [m for m in machine.moves if not (m.name == name and state in m.from_)]
    return machine.model_copy(update={"moves": tuple(kept)})


@pytest.mark.parametrize(
    ("which", "move", "state"),
    [("call", "lapse", "negotiating"), ("bid", "lapse", "rejected"), ("bid", "lapse", "selected")],
)
def test_a_state_without_an_end_is_found(which, move, state):
    broken = RULES.model_copy(update={which: without(getattr(RULES, which), move, state)})
    assert any("may never end" in fault for fault in unsound(broken))


def test_names_that_are_unknown_are_found():
    raw = RULES.model_dump(by_alias=True)
    raw["bid"]["moves"][0]["roles"] = ["biddr"]
    raw["call"]["moves"][1]["to"] = "nowhere"
    faults = list(unsound(Definition.model_validate(raw)))
    assert any("unknown role biddr" in f for f in faults)
    assert any("unknown state nowhere" in f for f in faults)


def test_an_unknown_version_is_refused():
    with pytest.raises(BadDataError, match="no definition of version"):
        definition("9")


def test_presets_are_parameters():
    assert {f: p.parameters.pays for f, p in presets().items()} == {
        "enterprise": "milestone",
        "ministry": "milestone",
        "prize": "acceptance",
        "race": "none",
    }
    assert presets()["race"].parameters.keep == (3,)


def test_the_deadline_second_is_too_late():
    deadline = T + timedelta(days=10)
    at = (RULES.call, "open", T, {"deadline": deadline}, Parameters())
    assert stand_call(*at, now=deadline - timedelta(microseconds=1)).state == "open"
    assert stand_call(*at, now=deadline).state == "reviewing"


def test_the_clock_alone_ends_every_call():
    for state in RULES.call.states:
        dates = {"deadline": T + timedelta(days=5)}
        found = stand_call(RULES.call, state, T, dates, Parameters(), now=T + timedelta(days=9000))
        assert found.state in RULES.call.final


@pytest.mark.parametrize("end", RULES.call.final)
def test_the_clock_and_the_call_alone_end_every_bid(end):
    call = [("open", T - timedelta(days=9)), ("reviewing", T), (end, T + timedelta(days=9))]
    for state in RULES.bid.states:
        found = stand_bid(RULES.bid, state, T, call, Parameters(), now=T + timedelta(days=9000))
        assert found.state in RULES.bid.final, state


def test_moves_fire_in_the_order_of_time():
    call = [("running", T), ("closed", T + timedelta(days=100))]
    rules = Parameters(suspend_days=30, appeal_days=10)
    found = stand_bid(RULES.bid, "suspended", T, call, rules, now=T + timedelta(days=200))
    assert [(f.move, f.target, (f.at - T).days) for f in found.fired] == [
        ("overdue", "terminated", 30),
        ("lapse", "lapsed", 40),
    ]


def test_reading_late_or_often_gives_the_same():
    deadline = T + timedelta(days=3)
    at = (RULES.call, "open", T, {"deadline": deadline}, Parameters())
    once = stand_call(*at, now=T + timedelta(days=400))
    half = stand_call(*at, now=T + timedelta(days=50))
    again = stand_call(
        RULES.call, half.state, half.since, {"deadline": deadline}, Parameters(),
        now=T + timedelta(days=400),
    )  # fmt: skip
    assert (again.state, again.since) == (once.state, once.since)
