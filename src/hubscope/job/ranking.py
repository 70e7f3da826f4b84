"""Step: the observations of one year into an index of all hubs, with ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index import (
    Factor,
    Framework,
    Recipe,
    Sweep,
    Uncertainty,
    WeightRange,
    dry_run,
    read_factors,
    sensitivity,
    sweep,
    uncertainty,
)
from hubscope.indicators import observations
from hubscope.job.figures import catalogue
from hubscope.job.steps import Context, Step, artifact_hashes, hash_file, hash_value
from hubscope.nouns import Indicator, Observation
from hubscope.workspace import IndexSettings, Workspace

LEVEL = 0.9
APART = 0.95
"""Two hubs are told apart when one is above the other in at least this share of draws."""
SOBOL = 1024
"""Base points of the sensitivity design; runs are that times the number of factors plus two."""
OLDEST = 3
"""Years by which an observation may lie before the index's year."""
Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """The index's input: one row a hub, one column an indicator, and the forces it covers."""

    columns: Columns
    framework: Framework
    """Without the forces that no hub has data for: they are unknown, not zero."""
    unknown: tuple[str, ...]
    years: Mapping[str, Mapping[str, int]]
    """The year of the observation that each hub's value is of, by hub and indicator."""


def _inputs(context: Context) -> Mapping[str, str]:
    workspace = context.workspace
    settings = workspace.settings.index
    if settings is None:
        return {"settings": "none"}
    return artifact_hashes(context, "observations") | {
        "settings": hash_value(settings.model_dump()),
        "hubs": hash_value(sorted((h.id, h.kind) for h in workspace.hubs.values())),
        settings.framework: hash_file(workspace.input(settings.framework)),
        settings.recipe: hash_file(workspace.input(settings.recipe)),
    }


def gather(
    workspace: Workspace,
    settings: IndexSettings,
    framework: Framework,
    found: Sequence[Observation],
) -> Table:
    """The latest current observation of each indicator at or before the index's year, by hub.

    Hubs of the kind the settings ask for that have at least one of the indicators take part.
    """
    latest: dict[tuple[str, str], Observation] = {}
    for o in sorted(found, key=lambda o: o.year):
        if o.current and settings.year - OLDEST <= o.year <= settings.year:
            latest[o.hub, o.indicator] = o
    codes = framework.indicators
    hubs = [
        h.id
        for h in workspace.hubs.values()
        if settings.hubs in ("all", h.kind) and any((h.id, c) in latest for c in codes)
    ]
    if not hubs:
        raise BadDataError(
            f"no hub has an observation of {', '.join(codes)} in {settings.year}",
            hint="check [index] year and hubs in hubscope.toml",
        )
    columns: Columns = {"unit": list(hubs)}
    for code in codes:
        values = [latest[h, code].value if (h, code) in latest else None for h in hubs]
        if any(v is not None for v in values):
            columns[code] = values
    fed = {p for c in columns if c != "unit" for p in _above(framework, c)}
    unknown = tuple(c for c in framework.aggregates if c not in fed)
    kept = framework.drop(*unknown, *(c for c in codes if c not in columns))
    years = {h: {c: latest[h, c].year for c in codes if (h, c) in latest} for h in hubs}
    return Table(columns, kept, unknown, years)


def _above(framework: Framework, code: str) -> list[str]:
    found = []
    while code:
        found.append(code)
        code = framework.by_code[code].parent
    return found


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the engine is given for a workspace."""

    table: Table
    framework: Framework
    """As the workspace's file has it, forces without data included."""
    recipe: Recipe
    factors: tuple[Factor, ...]


def index_inputs(context: Context) -> Inputs | None:
    """The workspace's table, framework, recipe and factors; None where it makes no index.

    Raises:
        BadDataError: if the framework names an unknown indicator or a rank published by others.
    """
    workspace, settings = context.workspace, context.workspace.settings.index
    if settings is None:
        return None
    framework, recipe, factors = _read_files(context, settings)
    found = observations(context.store.table("observations"))
    return Inputs(gather(workspace, settings, framework, found), framework, recipe, factors)


def check_index(context: Context) -> None:
    """Whether framework, recipe and factors fit together; nothing is computed.

    Raises:
        BadDataError: naming the file, and the element, step or option that does not fit.
    """
    settings = context.workspace.settings.index
    if settings is None:
        return
    framework, recipe, factors = _read_files(context, settings)
    with _of_file(settings.recipe):
        dry_run(framework, recipe, factors, settings.draws)


def _read_files(
    context: Context, settings: IndexSettings
) -> tuple[Framework, Recipe, tuple[Factor, ...]]:
    workspace = context.workspace
    with _of_file(settings.framework):
        framework = Framework.read(workspace.input(settings.framework))
    _check_codes(settings.framework, framework, catalogue(context))
    recipe = workspace.input(settings.recipe)
    return framework, Recipe.read(recipe), read_factors(recipe)


@contextmanager
def _of_file(name: str) -> Iterator[None]:
    """Put the file's name before what is wrong in it."""
    try:
        yield
    except BadDataError as error:
        raise BadDataError(f"{name}: {error.what}", hint=error.hint) from error


def _check_codes(file: str, framework: Framework, known: Mapping[str, Indicator]) -> None:
    for code in framework.indicators:
        if code not in known:
            raise BadDataError(f"{file}: unknown indicator {code}", hint=nearest(code, known))
        if known[code].role == "context":
            raise BadDataError(
                f"{file}: {code} is a rank published by others",
                hint="such ranks are context and never an input",
            )


def _make(context: Context) -> Mapping[str, object]:
    settings, given = context.workspace.settings.index, index_inputs(context)
    if settings is None or given is None:
        return {}
    table, framework, recipe, factors = given.table, given.framework, given.recipe, given.factors
    ranges = uncertainty(
        table.columns,
        table.framework,
        recipe,
        factors,
        draws=settings.draws,
        seed=settings.seed,
        level=LEVEL,
    )
    return {
        "index": {
            "year": settings.year,
            "level": LEVEL,
            "draws": settings.draws,
            "seed": settings.seed,
            "recipe": {
                "hash": recipe.hash,
                "steps": [dict(s.table) for s in recipe.steps],
                "factors": [_factor(f) for f in factors],
            },
            "hubs": _hubs(framework, table, ranges),
            "coverage": _coverage(framework, table),
            "inputs": table.years,
            "sensitivity": _sensitivity(table, recipe, factors, settings.seed),
            "sweep": _sweep(table, ranges, factors),
        }
    }


def _factor(factor: Factor) -> dict[str, Any]:
    plain = {k: v for k, v in asdict(factor).items() if not k.startswith("_") and v not in ("", ())}
    return {"kind": type(factor).__name__, **plain, "name": factor.label}


def _hubs(framework: Framework, table: Table, ranges: Uncertainty) -> list[dict[str, Any]]:
    groups = [c for c in framework.aggregates if c != framework.top]
    ties = _ties(ranges)
    asked = len(framework.indicators)
    rows = []
    for i, hub in enumerate(ranges.units):
        rows.append(
            {
                "hub": hub,
                **_interval(ranges.score, i),
                "rank": int(ranges.rank.nominal[i]),
                "rank_lo": int(ranges.rank.lo[i]),
                "rank_hi": int(ranges.rank.hi[i]),
                "ties": ties[i],
                "available": int(ranges.available[framework.top][i]),
                "indicators": asked,
                "forces": {g: _force(framework, table, ranges, g, i) for g in groups},
            }
        )
    return sorted(rows, key=lambda r: (r["rank"], r["hub"]))


def _interval(interval: Any, i: int) -> dict[str, float]:
    return {
        "score": float(interval.nominal[i]),
        "lo": float(interval.lo[i]),
        "hi": float(interval.hi[i]),
    }


def _force(
    framework: Framework, table: Table, ranges: Uncertainty, group: str, i: int
) -> dict[str, Any] | None:
    """The force's score with its range, or None: unknown, never zero."""
    if group in table.unknown or np.isnan(ranges.scores[group].nominal[i]):
        return None
    return {
        **_interval(ranges.scores[group], i),
        "available": int(ranges.available[group][i]),
        "indicators": sum(c in framework.indicators for c in framework.leaves(group)),
    }


def _ties(ranges: Uncertainty) -> list[list[str]]:
    """For each hub those that it cannot be told apart from over the draws."""
    above = ranges.pair_probabilities
    units = ranges.units
    return [
        [units[j] for j in range(len(units)) if j != i and 1 - APART < above[i, j] < APART]
        for i in range(len(units))
    ]


def _coverage(framework: Framework, table: Table) -> dict[str, dict[str, Any]]:
    """Indicators that feed each force and hubs that have any of them."""
    found = {}
    for group in framework.aggregates:
        if group == framework.top:
            continue
        leaves = [c for c in framework.leaves(group) if c in table.columns]
        covered = sum(
            any(table.columns[c][i] is not None for c in leaves)
            for i in range(len(table.columns["unit"]))
        )
        found[group] = {"indicators": len(leaves), "hubs": covered, "codes": leaves}
    return found


def _sensitivity(
    table: Table, recipe: Recipe, factors: Sequence[Factor], seed: int
) -> list[dict[str, Any]]:
    """Which factor moves the ranking most: Sobol' indices of the mean rank shift."""
    if not factors:
        return []
    found = sensitivity(
        table.columns, table.framework, recipe, factors, n=SOBOL, seed=seed, level=LEVEL
    ).shift
    if not found.variance[0] > 0:
        return []
    names = ("first", "first_lo", "first_hi", "total", "total_lo", "total_hi")
    return [
        {"factor": factor, **{n: float(getattr(found, n)[0, j]) for n in names}}
        for j, factor in enumerate(found.factors)
    ]


def _sweep(table: Table, ranges: Uncertainty, factors: Sequence[Factor]) -> dict[str, Any] | None:
    """How far ranks move while the first weight range among the factors is run through."""
    ranged = next((f for f in factors if isinstance(f, WeightRange)), None)
    if ranged is None:
        return None
    moved: Sweep = sweep(ranges.nominal, ranged.code, ranged.low, ranged.high)
    leaves = [c for c in table.framework.leaves(ranged.code) if c in table.columns]
    return {
        "code": leaves[0] if len(leaves) == 1 else ranged.code,
        "low": ranged.low,
        "high": ranged.high,
        "median_span": float(np.nanmedian(moved.span)),
        "hubs": {
            hub: [int(moved.best[i]), int(moved.worst[i])] for i, hub in enumerate(moved.units)
        },
    }


INDEX = Step("index", _inputs, _make)
