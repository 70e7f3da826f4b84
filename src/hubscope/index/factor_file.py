"""Factors written in TOML, beside the steps of the recipe that they vary.

```toml
[[factor]]
step = "normalise"
option = "method"
choices = ["minmax", "zscore"]

[[factor]]
weight = "publications"
low = 0.3
high = 0.7
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError, nearest
from hubscope.index.factors import Choice, DataError, Factor, Range, multiple_imputation
from hubscope.index.framework import Framework
from hubscope.index.kinds import wanted_of_factor
from hubscope.index.recipe import Recipe
from hubscope.index.weight_factors import Dirichlet, LeaveOut, WeightNoise, WeightRange, WeightSets

Made = Callable[[dict[str, Any], Path], Factor]

KINDS: dict[str, tuple[tuple[str, ...], Made]] = {
    "choices": (
        ("step", "option"),
        lambda t, _: Choice(t["step"], tuple(t["choices"]), t.get("option", ""), t["name"]),
    ),
    "weight": (
        ("low", "high"),
        lambda t, _: WeightRange(t["weight"], t["low"], t["high"], t["name"]),
    ),
    "noise": (("level",), lambda t, _: WeightNoise(t["noise"], t.get("level"), t["name"])),
    "dirichlet": (
        ("concentration",),
        lambda t, _: Dirichlet(_codes(t["dirichlet"]), t.get("concentration"), t["name"]),
    ),
    "leave_out": (
        ("none_too",),
        lambda t, _: LeaveOut(_codes(t["leave_out"]), bool(t.get("none_too", True)), t["name"]),
    ),
    "imputations": (
        ("step", "seed"),
        lambda t, _: multiple_imputation(
            int(t["imputations"]), int(t.get("seed", 1)), t.get("step", "impute")
        ),
    ),
    "step": (
        ("option", "low", "high", "whole"),
        lambda t, _: Range(
            t["step"], t["option"], t["low"], t["high"], bool(t.get("whole", False)), t["name"]
        ),
    ),
    "sets": ((), lambda t, _: WeightSets(tuple(t["sets"]), t["name"])),
    "errors": (
        ("least",),
        lambda t, folder: DataError(folder / t["errors"], t.get("least", -float("inf")), t["name"]),
    ),
}
"""The key that tells a kind of factor, the other keys it reads, and how it is made."""


def _codes(value: object) -> tuple[str, ...]:
    """Codes listed, or none for "all"."""
    if value in ("all", True):
        return ()
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def factors_of(tables: Sequence[Mapping[str, Any]], folder: Path = Path()) -> tuple[Factor, ...]:
    """The factors of `[[factor]]` tables; files they name are looked for in `folder`.

    Raises BadDataError that names the table and what it lacks or has too much of.
    """
    return tuple(_factor(i, dict(t), folder) for i, t in enumerate(tables, 1))


def _factor(number: int, table: dict[str, Any], folder: Path) -> Factor:
    kind = next((k for k in KINDS if k in table), None)
    if kind is None:
        raise BadDataError(
            f"factor {number} says none of {', '.join(KINDS)}",
            hint='for example step = "treat", option = "winsorise", choices = [1, 3, 5]',
        )
    known = {kind, "name", *KINDS[kind][0]}
    extra = sorted(set(table) - known)
    if extra:
        raise BadDataError(
            f"factor {number}: unknown key {extra[0]}", hint=nearest(extra[0], known)
        )
    for key, value in table.items():
        if words := wanted_of_factor(key, value):
            raise BadDataError(f"factor {number}: {key} = {value!r} is not {words}")
    try:
        return KINDS[kind][1]({"name": "", **table}, folder)
    except KeyError as error:
        raise BadDataError(f"factor {number} ({kind}) lacks {error.args[0]}") from error


def read_factors(path: Path | str) -> tuple[Factor, ...]:
    """The `[[factor]]` tables of a recipe or of a file of their own; none is no error."""
    path = Path(path)
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig")).get("factor", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadDataError(f"{path} cannot be read: {error}") from error
    try:
        return factors_of(tables, path.parent)
    except BadDataError as error:
        raise BadDataError(f"{path}: {error.what}", hint=error.hint) from None


def default_factors(framework: Framework, recipe: Recipe) -> tuple[Factor, ...]:
    """What is varied when nothing is said: weights by a quarter, and one indicator left out.

    Normalisation varies too where the recipe uses min-max or z-scores.
    """
    found: list[Factor] = []
    if WeightNoise(0.25).codes(framework):
        found.append(WeightNoise(0.25))
    if len(framework.indicators) > 1:
        found.append(LeaveOut())
    for step in recipe.steps:
        if step.do == "normalise" and step.options.get("method", "minmax") in {"minmax", "zscore"}:
            own = {k: v for k, v in step.options.items() if k not in {"method", "low", "high"}}
            other = ({"method": "minmax"}, {"method": "zscore"})
            nominal = dict(step.options) or {"method": "minmax"}
            rest = [o for o in other if o["method"] != nominal.get("method", "minmax")]
            found.append(Choice(step.label, (nominal, *({**own, **o} for o in rest))))
    return tuple(found)
