"""A plan and its translation give the same ids, kinds, parents, horizons and targets."""

from pathlib import Path

import pytest

from hubscope.plan import catalogue_value, read_plan, read_text

SHIPPED = Path(__file__).resolve().parents[2] / "examples" / "beijing" / "plan"
OWN = Path(__file__).parent / "twins"
PAIRS = [
    pytest.param(SHIPPED / "beijing.zh.md", SHIPPED / "beijing.en.md", id="shipped"),
    pytest.param(OWN / "harbour.zh.md", OWN / "harbour.en.md", id="harbour"),
]


def shape(plan):
    kept = [e for e in plan.elements if e.kind != "achieved"]
    return [(e.id, e.kind, e.parent, e.horizon, e.ordinal) for e in kept]


def asked(plan):
    rows = []
    for e in plan.of("target"):
        t = e.target
        value = None if t.quantity is None else catalogue_value(t.quantity, t.unit, t.indicator)
        rows.append((e.id, t.operator, value, t.year))
    return rows


@pytest.mark.parametrize(("zh", "en"), PAIRS)
def test_twins_have_one_shape(zh, en):
    assert shape(read_plan(zh)) == shape(read_plan(en))


@pytest.mark.parametrize(("zh", "en"), PAIRS)
def test_twins_ask_for_the_same(zh, en):
    assert asked(read_plan(zh)) == asked(read_plan(en))


def test_the_shipped_plan_asks_for_what_the_work_plan_set():
    assert asked(read_plan(SHIPPED / "beijing.zh.md")) == [
        ("T1", "≈", (6, "%"), 2025),
        ("T2", "≈", (17, "%"), 2025),
        ("T3", "≈", (260, "per 10,000"), 2025),
        ("T4", ">", (12000, "1e8 CNY"), 2025),
        ("T5", "≈", (7.5, "% a year"), 2025),
        ("T6", ">", (8000, "1e8 CNY"), 2025),
        ("T7", "ordinal", None, 2025),
        ("T8", "ordinal", None, 2025),
    ]


@pytest.mark.parametrize("name", ["beijing.zh.md", "beijing.en.md"])
def test_the_shipped_plan_has_its_five_forces_six_commitments_and_six_programmes(name):
    plan = read_plan(SHIPPED / name)
    for kind, prefix, count in (("force", "F", 5), ("principle", "R", 6), ("programme", "P", 6)):
        assert [e.id for e in plan.of(kind)] == [f"{prefix}{i}" for i in range(1, count + 1)]
    assert all("means" in e.parts for e in plan.of("force"))
    assert all(set(e.parts) == {"footing", "more"} for e in plan.of("principle"))
    assert [(e.id, e.kind, e.horizon) for e in plan.of("goal", "vision")] == [
        ("G2025", "goal", 2025),
        ("G2035", "vision", 2035),
    ]
    assert [e.id for e in plan.of("mechanism")] == ["P1.5", "P5.2"]


@pytest.mark.parametrize("path", [p for pair in PAIRS for p in pair.values], ids=lambda p: p.name)
def test_line_ends_of_another_system_change_nothing(path):
    text = path.read_text("utf-8")
    plan = read_text(text.replace("\n", "\r\n"), name=path.name)
    assert shape(plan) == shape(read_plan(path))
    assert asked(plan) == asked(read_plan(path))
