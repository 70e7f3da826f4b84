"""The decision as a plain function: its lot, its fixed bids, the end user's weight."""

import pytest

from hubscope.calls.desk.deciding import decide


def inputs(scores, *, lottery=True, fixed=(), users=None, budget=2.0):
    """Bids of cost 1 for needs of their own, marked by the same three reviewers."""
    lean = {"R-1": -2.0, "R-2": 0.0, "R-3": 2.0}
    return {
        "marks": [
            {"bid": b, "reviewer": r, "score": s + v + (-2 if r == "R-2" else 1) * (1 + i % 3)}
            for i, (b, s) in enumerate(scores.items())
            for r, v in lean.items()
        ],
        "bids": [
            {
                "code": b, "need": f"N-{b}", "cost": 1.0, "years": {}, "field": "", "region": "",
                "group": b, "young": False, "user_score": (users or {}).get(b),
            }
            for b in scores
        ],
        "fixed": list(fixed),
        "budget": budget,
        "slots": 1,
        "user_weight": 0.5,
        "lottery": lottery,
        "lot_from": 0.3,
        "limits": {},
        "draws": 40,
        "entropy": "ab" * 32,
    }  # fmt: skip


CLOSE = {"a": 95.0, "b": 60.0, "c": 60.0, "d": 30.0, "e": 20.0, "f": 25.0}


def test_only_what_a_hair_decides_goes_to_the_lot():
    found = decide(inputs(CLOSE))
    assert "a" in found["selected"]
    assert set(found["drawn"]) < {"b", "c"}
    assert len(found["drawn"]) == 1
    assert len(found["selected"]) == 2
    assert {"b", "c"} <= set(found["band"])


def test_the_lot_turns_with_the_seed_and_only_with_it():
    seeds = [f"{i:02x}" * 32 for i in range(6)]
    drawn = [decide({**inputs(CLOSE), "entropy": s})["drawn"][0] for s in seeds]
    assert set(drawn) == {"b", "c"}
    assert decide({**inputs(CLOSE), "entropy": seeds[3]})["drawn"] == [drawn[3]]


def test_without_a_lot_the_best_is_chosen():
    found = decide(inputs(CLOSE, lottery=False))
    assert found["drawn"] == []
    assert found["cost"] == 2.0


def test_a_bid_that_is_selected_already_stays():
    assert "e" in decide(inputs(CLOSE, fixed=["e"]))["selected"]


def test_the_end_user_weighs_in():
    users = {"b": 10.0, "c": 90.0}
    found = decide(inputs(CLOSE, lottery=False, users=users))
    assert set(found["selected"]) == {"a", "c"}
    plain = decide(inputs(CLOSE, lottery=False))["worth"]
    assert found["worth"]["c"] == pytest.approx(0.5 * plain["c"] + 0.5 * 90.0)
