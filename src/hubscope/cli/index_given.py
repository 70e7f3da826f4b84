"""What the verbs of `hubscope index` share: their options, the tables behind them, their files."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, run_until
from hubscope.cli.talk import Voice, language, show_json

if TYPE_CHECKING:
    from hubscope.index import Data, Factor, Framework, Recipe
    from hubscope.index.jobs import Job
    from hubscope.index.provenance import Input
    from hubscope.job.steps import Context

INDEX = Voice("index")
told, tell = INDEX.told, INDEX.tell

FactorsOption = Annotated[Path | None, typer.Option("--factors", help=told("factors"))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help=told("seed"))]
LevelOption = Annotated[float, typer.Option("--level", min=0.01, max=0.999, help=told("level"))]
DryOption = Annotated[bool, typer.Option("--dry-run", help=told("dry_run"))]
RecipesOption = Annotated[list[Path] | None, typer.Option("--recipe", help=told("recipes"))]
DrawsOption = Annotated[int, typer.Option("--draws", min=1, help=told("draws"))]
PairOption = Annotated[list[str] | None, typer.Option("--pair", help=told("pair"))]
PointsOption = Annotated[int, typer.Option("--points", min=2, help=told("points"))]

FIRST: dict[str, tuple[Any, Any]] = {
    "data": (Annotated[Path | None, typer.Option("--data", help=told("data"))], None),
    "framework": (
        Annotated[Path | None, typer.Option("--framework", help=told("framework"))],
        None,
    ),
    "recipe": (Annotated[Path | None, typer.Option("--recipe", help=told("recipe"))], None),
    "out": (Annotated[Path | None, typer.Option("--out", help=told("out"))], None),
    "workspace": (WorkspaceOption, HERE),
    "drop": (Annotated[list[str] | None, typer.Option("--drop", help=told("drop"))], None),
}
LAST: dict[str, tuple[Any, Any]] = {
    "sign": (Annotated[Path | None, typer.Option("--sign", help=told("sign"))], None),
    "as_json": (JsonOption, False),
}
"""Options of every verb that makes files, before and after its own: type and default."""


@dataclass(frozen=True)
class Asked:
    """The shared options as a verb was given them."""

    verb: str
    data: Path | None
    framework: Path | None
    recipe: Path | list[Path] | None
    out: Path | None
    workspace: Path
    drop: list[str] | None
    sign: Path | None = None
    as_json: bool = False

    @property
    def recipes(self) -> list[Path]:
        """The recipes named, none in a workspace."""
        found = self.recipe
        return found if isinstance(found, list) else [found] if found else []


def on_tables(verb: str, **changes: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A verb with the shared options beside its own; it gets them as its first argument, Asked.

    `changes` replaces the type of a shared option, or takes the option away where it is None.
    """

    def decorate(run: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
        first, last = (_parameters(part, changes) for part in (FIRST, LAST))

        @wraps(run)
        def verb_on_tables(**options: Any) -> None:
            shared = {n: options.pop(n) for n in {**FIRST, **LAST} if n in options}
            run(Asked(verb, **shared), **options)

        described = inspect.Signature([*first, *own, *last])
        verb_on_tables.__signature__ = described  # type: ignore[attr-defined]  # typer reads it
        return verb_on_tables

    return decorate


def _parameters(part: Mapping[str, tuple[Any, Any]], changes: Mapping[str, Any]) -> list[Any]:
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (shared, default) in part.items()
        if (kind := changes.get(name, shared)) is not None
    ]


@dataclass(frozen=True)
class Given:
    """What a verb works on: tables named on the command line, or those of a workspace."""

    data: Data
    tree: Framework
    recipes: Mapping[str, Recipe]
    """By version; one for all verbs but compare."""
    factors: tuple[Factor, ...]
    out: Path
    inputs: tuple[Input, ...]
    """What went in, for the record."""
    more: Mapping[str, Any]
    """What else the record needs to find the inputs again."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What a workspace calls units and elements in the user's language, where it differs."""

    @property
    def recipe(self) -> Recipe:
        """The one recipe, or the reference of a comparison."""
        return next(iter(self.recipes.values()))

    def job(self, verb: str, **options: Any) -> Job:
        """The work of a verb on these tables."""
        from hubscope.index.jobs import Job

        return Job(verb, self.data, self.tree, self.recipes, self.factors, options)


def opened(asked: Asked, factors: Path | None = None) -> Given:
    """The named tables, or, where none is named, those of the workspace.

    Raises:
        UsageError: if some but not all of data, framework, recipe and out are named.
    """
    if asked.data is None and asked.framework is None:
        return of_workspace(asked, factors)
    if asked.data is None or asked.framework is None or not asked.recipes or asked.out is None:
        from hubscope.errors import UsageError

        raise UsageError(
            "tables of your own need all of --data, --framework, --recipe and --out",
            hint="name none of the first three to use the workspace's (-w DIR)",
        )
    return of_files(asked, asked.data, asked.framework, factors)


def of_files(asked: Asked, data: Path, framework: Path, factors: Path | None) -> Given:
    """The tables in the named files, with what the record says of them."""
    from hubscope.index import Framework, read_factors
    from hubscope.index.data import take
    from hubscope.index.provenance import Input, tree_hash

    whole = Framework.read(framework)
    tree = whole.drop(*asked.drop) if asked.drop else whole
    recipes = _versions(asked.recipes)
    varied = read_factors(factors or asked.recipes[0])
    taken = take(data, tree)
    inputs = (
        Input("data", data, taken.fingerprint),
        Input("framework", framework, tree_hash(whole)),
        *_choices(asked, recipes, factors, varied),
    )
    more = {"drop": asked.drop} if asked.drop else {}
    return Given(taken, tree, recipes, varied, asked.out or HERE, inputs, more)


def _choices(
    asked: Asked, recipes: Mapping[str, Recipe], factors: Path | None, varied: Sequence[Factor]
) -> list[Input]:
    """Recipes, factors and tables of errors, as the record names them."""
    from hubscope.index.provenance import Input, error_files, factors_hash, file_hash

    files: list[Path | None] = [*asked.recipes] or [None] * len(recipes)
    return [
        *(Input("recipe", p, r.hash) for p, r in zip(files, recipes.values(), strict=True)),
        *([Input("factors", factors, factors_hash(varied))] if factors else []),
        *(Input("errors", p, file_hash(p)) for p in error_files(varied)),
    ]


def _versions(paths: Sequence[Path]) -> dict[str, Recipe]:
    """Recipes by the name of their file; a name used twice is numbered."""
    from hubscope.index import Recipe

    made: dict[str, Recipe] = {}
    for path in paths:
        name, number = path.stem, 2
        while name in made:
            name, number = f"{path.stem} {number}", number + 1
        made[name] = Recipe.read(path)
    return made


def of_workspace(asked: Asked, factors: Path | None) -> Given:
    """The tables of the workspace's index, its job run up to the measures."""
    from hubscope.errors import HubscopeError
    from hubscope.index import read_factors
    from hubscope.index.data import take
    from hubscope.index.provenance import Input, relative, tree_hash
    from hubscope.job.measure import MEASURE
    from hubscope.job.ranking import index_inputs

    root = asked.workspace
    context = run_until(root, MEASURE)
    found = index_inputs(context)
    if found is None:
        raise HubscopeError(
            f"{root / 'hubscope.toml'} makes no index", hint="give it an [index] table"
        )
    tree = found.table.framework.drop(*asked.drop) if asked.drop else found.table.framework
    folder = asked.out or root / "results" / f"index-{asked.verb}"
    taken = take(found.table.columns, tree)
    recipes = _versions(asked.recipes) or {"recipe": found.recipe}
    varied = read_factors(factors) if factors else found.factors
    inputs = (
        Input("data", None, taken.fingerprint),
        Input("framework", None, tree_hash(found.table.framework)),
        *_choices(asked, recipes, factors, varied),
    )
    more = {"workspace": relative(root, folder), **({"drop": asked.drop} if asked.drop else {})}
    return Given(taken, tree, recipes, varied, folder, inputs, more, _names(context))


def _names(context: Context) -> dict[str, str]:
    """Hubs, indicators and forces as the user's language calls them."""
    from hubscope.index.table import columns_of
    from hubscope.job.figures import catalogue
    from hubscope.words import words

    lang, force = language(), "nouns.force_name."
    settings = context.workspace.settings.index
    tree = columns_of(context.workspace.input(settings.framework)) if settings else {}
    own = zip(tree.get("code", ()), tree.get(f"name_{lang}", ()), strict=False)
    hubs = {h.id: h.name.in_(lang) for h in context.workspace.hubs.values()}
    indicators = {code: i.name.in_(lang) for code, i in catalogue(context).items()}
    forces = {k.removeprefix(force): w for k, w in words(lang).items() if k.startswith(force)}
    return {**forces, **{str(c): str(n) for c, n in own if n}, **indicators, **hubs}


def varied(given: Given) -> Given:
    """With the default factors, which are told, where none are given."""
    from dataclasses import replace

    from hubscope.index import default_factors

    if given.factors:
        return given
    made = default_factors(given.tree, given.recipe)
    tell("default_factors", factors=", ".join(f.label for f in made))
    return replace(given, factors=made)


def done(asked: Asked, given: Given, verb: str, **options: Any) -> Any:
    """Run the verb and write its files with their provenance; the result comes back.

    The record is printed on stdout with --json, else the paths.
    """
    from hubscope.index.export import write
    from hubscope.index.jobs import VERBS, run
    from hubscope.index.provenance import signed, stamped

    job, record = given.job(verb, **options), VERBS[verb][0]
    made, files = run(job)
    files = stamped(files, job, given.inputs, given.out, **given.more)
    if asked.sign is not None:
        files = signed(files, record, asked.sign)
    paths = write(given.out, files, record)
    if asked.as_json:
        show_json(json.loads(files[record]))
    else:
        print("\n".join(str(p) for p in paths))
    return made
