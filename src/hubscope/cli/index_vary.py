"""`hubscope index uncertainty` and `sensitivity`: what happens when choices vary."""

from __future__ import annotations

import typer

from hubscope.cli.index_given import (
    Asked,
    DrawsOption,
    DryOption,
    FactorsOption,
    Given,
    LevelOption,
    PairOption,
    PointsOption,
    SeedOption,
    done,
    on_tables,
    opened,
    tell,
    told,
    varied,
)
from hubscope.cli.talk import show_json, table


def register(app: typer.Typer) -> None:
    """Add the verbs to `app`."""
    app.command("uncertainty", help=told("uncertainty"))(uncertainty)
    app.command("sensitivity", help=told("sensitivity"))(sensitivity)


@on_tables("uncertainty")
def uncertainty(
    asked: Asked,
    *,
    factors: FactorsOption = None,
    draws: DrawsOption = 10_000,
    seed: SeedOption = 1,
    level: LevelOption = 0.9,
    dry_run: DryOption = False,
) -> None:
    """Vary the factors: ranges of scores and ranks, rank and pair probabilities in OUT."""
    given = varied(opened(asked, factors))
    if dry_run:
        _show_plan(given, draws, as_json=asked.as_json)
        return
    made = done(asked, given, "uncertainty", draws=draws, seed=seed, level=level)
    told_of = {"units": len(made.units), "draws": draws, "factors": len(given.factors)}
    tell("ranged", **told_of, level=level, out=given.out)


@on_tables("sensitivity")
def sensitivity(
    asked: Asked,
    *,
    factors: FactorsOption = None,
    points: PointsOption = 512,
    pair: PairOption = None,
    seed: SeedOption = 1,
    level: LevelOption = 0.9,
    dry_run: DryOption = False,
) -> None:
    """Find which factor moves the ranking: first-order and total Sobol' indices in OUT."""
    given = varied(opened(asked, factors))
    if dry_run:
        _show_plan(given, points, as_json=asked.as_json)
        return
    pairs = _pairs(pair or [])
    more = {"pairs": pairs} if pairs else {}
    made = done(asked, given, "sensitivity", points=points, seed=seed, level=level, **more)
    leading = max(zip(made.shift.total[0], made.shift.factors, strict=True))
    tell("sensed", runs=made.runs, factor=leading[1], share=float(leading[0]), out=given.out)


def _pairs(words: list[str]) -> list[list[str]]:
    """The units of each `A=B`."""
    from hubscope.errors import UsageError

    for word in words:
        if not all(word.partition("=")[::2]):
            raise UsageError(f"--pair {word} names no two units", hint="--pair A=B")
    return [list(w.partition("=")[::2]) for w in words]


def _show_plan(given: Given, count: int, *, as_json: bool) -> None:
    from hubscope.index import dry_run

    plan = dry_run(given.tree, given.recipe, given.factors, count)
    if as_json:
        show_json(plan.as_json())
        return
    rows = [[f.label, f.kind, str(f.alternatives or ""), f.varies] for f in plan.factors]
    table(["factor", "kind", "alternatives", "varies"], rows)
    tell(
        "planned",
        draws=plan.draws,
        runs=plan.sensitivity_runs,
        combinations=plan.combinations or "∞",
    )
