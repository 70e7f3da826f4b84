"""`hubscope index`: indicators into scores, ranks and their ranges, from any tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, run_until
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubscope.index import Factor, Framework, Recipe

INDEX = Voice("index")
told, tell = INDEX.told, INDEX.tell

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("index"))

DataOption = Annotated[Path | None, typer.Option("--data", help=told("data"))]
FrameworkOption = Annotated[Path | None, typer.Option("--framework", help=told("framework"))]
RecipeOption = Annotated[Path | None, typer.Option("--recipe", help=told("recipe"))]
OutOption = Annotated[Path | None, typer.Option("--out", help=told("out"))]
FactorsOption = Annotated[Path | None, typer.Option("--factors", help=told("factors"))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help=told("seed"))]
LevelOption = Annotated[float, typer.Option("--level", min=0.01, max=0.999, help=told("level"))]


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="index")


@app.callback()
def _index() -> None:
    pass


@dataclass(frozen=True)
class Given:
    """What a verb works on: tables named on the command line, or those of a workspace."""

    data: object
    tree: Framework
    steps: Recipe
    factors: tuple[Factor, ...]
    out: Path


def _given(
    verb: str,
    workspace: Path,
    tables: tuple[Path | None, Path | None, Path | None],
    out: Path | None,
    factors: Path | None = None,
) -> Given:
    """The named tables, or, where none is named, those of `workspace`.

    Raises:
        UsageError: if some but not all of data, framework, recipe and out are named.
    """
    data, framework, recipe = tables
    if data is None and framework is None and recipe is None:
        return _of_workspace(verb, workspace, out, factors)
    if data is None or framework is None or recipe is None or out is None:
        from hubscope.errors import UsageError

        raise UsageError(
            "tables of your own need all of --data, --framework, --recipe and --out",
            hint="name none of the first three to use the workspace's (-w DIR)",
        )
    from hubscope.index import Framework, Recipe, read_factors

    tree, steps = Framework.read(framework), Recipe.read(recipe)
    return Given(data, tree, steps, read_factors(factors or recipe), out)


def _of_workspace(verb: str, workspace: Path, out: Path | None, factors: Path | None) -> Given:
    from hubscope.errors import HubscopeError
    from hubscope.index import read_factors
    from hubscope.job.measure import MEASURE
    from hubscope.job.ranking import index_inputs

    context = run_until(workspace, MEASURE)
    found = index_inputs(context)
    if found is None:
        raise HubscopeError(
            f"{workspace / 'hubscope.toml'} makes no index", hint="give it an [index] table"
        )
    varied = read_factors(factors) if factors else found.factors
    folder = out or workspace / "results" / f"index-{verb}"
    return Given(found.table.columns, found.table.framework, found.recipe, varied, folder)


def _varied(given: Given) -> tuple[Factor, ...]:
    """The factors given, else the default ones, which are told."""
    from hubscope.index import default_factors

    if given.factors:
        return given.factors
    made = default_factors(given.tree, given.steps)
    tell("default_factors", factors=", ".join(f.label for f in made))
    return made


def _write(out: Path, files: Mapping[str, str], record: str, *, as_json: bool) -> None:
    """Write the files, and print the record or the paths on stdout."""
    import json

    from hubscope.cli.talk import show_json
    from hubscope.index.export import write

    paths = write(out, files, record)
    if as_json:
        show_json(json.loads(files[record]))
    else:
        print("\n".join(str(p) for p in paths))


@app.command("build", help=told("build"))
def build(
    *,
    data: DataOption = None,
    framework: FrameworkOption = None,
    recipe: RecipeOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = HERE,
    workbook: Annotated[Path | None, typer.Option("--workbook", help=told("workbook"))] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the recipe: one CSV a step, scores.csv, ranks.csv and log.json in OUT."""
    from hubscope.index import build as run
    from hubscope.index.export import build_files

    given = _given("build", workspace, (data, framework, recipe), out)
    made = run(given.data, given.tree, given.steps)
    for entry in made.log:
        for note in entry.notes:
            tell("note", step=entry.do, note=note)
    _write(given.out, build_files(made), "log.json", as_json=as_json)
    if workbook is not None:
        from hubscope.index.workbook import write_workbook

        write_workbook(workbook, made)
    tell(
        "built",
        units=len(made.units),
        indicators=len(given.tree.indicators),
        steps=len(made.log),
        out=given.out,
    )


@app.command("uncertainty", help=told("uncertainty"))
def uncertainty(
    *,
    data: DataOption = None,
    framework: FrameworkOption = None,
    recipe: RecipeOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = HERE,
    factors: FactorsOption = None,
    draws: Annotated[int, typer.Option("--draws", min=1, help=told("draws"))] = 10_000,
    seed: SeedOption = 1,
    level: LevelOption = 0.9,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=told("dry_run"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Vary the factors: ranges of scores and ranks, rank and pair probabilities in OUT."""
    from hubscope.index import uncertainty as run
    from hubscope.index.export import uncertainty_files

    given = _given("uncertainty", workspace, (data, framework, recipe), out, factors)
    varied = _varied(given)
    if dry_run:
        _show_plan(given.tree, given.steps, varied, draws, as_json=as_json)
        return
    made = run(given.data, given.tree, given.steps, varied, draws=draws, seed=seed, level=level)
    _write(given.out, uncertainty_files(made), "uncertainty.json", as_json=as_json)
    tell(
        "ranged",
        units=len(made.units),
        draws=draws,
        factors=len(varied),
        level=level,
        out=given.out,
    )


@app.command("sensitivity", help=told("sensitivity"))
def sensitivity(
    *,
    data: DataOption = None,
    framework: FrameworkOption = None,
    recipe: RecipeOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = HERE,
    factors: FactorsOption = None,
    points: Annotated[int, typer.Option("--points", min=2, help=told("points"))] = 512,
    seed: SeedOption = 1,
    level: LevelOption = 0.9,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=told("dry_run"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Find which factor moves the ranking: first-order and total Sobol' indices in OUT."""
    from hubscope.index import sensitivity as run
    from hubscope.index.export import sensitivity_files

    given = _given("sensitivity", workspace, (data, framework, recipe), out, factors)
    varied = _varied(given)
    if dry_run:
        _show_plan(given.tree, given.steps, varied, points, as_json=as_json)
        return
    made = run(given.data, given.tree, given.steps, varied, n=points, seed=seed, level=level)
    _write(given.out, sensitivity_files(made), "sensitivity.json", as_json=as_json)
    leading = max(zip(made.shift.total[0], made.shift.factors, strict=True))
    tell("sensed", runs=made.runs, factor=leading[1], share=float(leading[0]), out=given.out)


def _show_plan(
    tree: Framework, steps: Recipe, varied: tuple[Factor, ...], count: int, *, as_json: bool
) -> None:
    from hubscope.cli.talk import show_json, table
    from hubscope.index import dry_run

    plan = dry_run(tree, steps, varied, count)
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


@app.command("diagnose", help=told("diagnose"))
def diagnose(
    *,
    data: DataOption = None,
    framework: FrameworkOption = None,
    recipe: RecipeOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Statistics, availability, correlations, reliability, weights and removals in OUT."""
    from hubscope.index import build as run
    from hubscope.index.export import diagnose_files

    given = _given("diagnose", workspace, (data, framework, recipe), out)
    made = run(given.data, given.tree, given.steps)
    files = diagnose_files(made)
    _write(given.out, files, "diagnose.json", as_json=as_json)
    flagged = files["flags.csv"].count("\n") - 1
    tell("diagnosed", indicators=len(given.tree.indicators), flags=flagged, out=given.out)


@app.command("compare", help=told("compare"))
def compare(
    *,
    data: DataOption = None,
    framework: FrameworkOption = None,
    recipe: Annotated[list[Path], typer.Option("--recipe", help=told("recipes"))],
    out: OutOption = None,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Put the versions made by several recipes side by side; the first is the reference."""
    from hubscope.errors import UsageError
    from hubscope.index import Recipe
    from hubscope.index import build as run
    from hubscope.index.compare import compare as beside
    from hubscope.index.export import compare_files

    if len(recipe) < 2:
        raise UsageError("one recipe has nothing to be compared with", hint="give --recipe twice")
    first = None if data is None and framework is None else recipe[0]
    given = _given("compare", workspace, (data, framework, first), out)
    names: dict[str, Any] = {}
    for path in recipe:
        name = path.stem if path.stem not in names else str(path)
        names[name] = run(given.data, given.tree, Recipe.read(path))
    made = beside(names)
    _write(given.out, compare_files(made), "compare.json", as_json=as_json)
    tell("compared", versions=len(names), shift=float(made.mean_shift.max()), out=given.out)
