"""What kind of value each option of a step or factor takes: a number, a name, codes, a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, TypeAlias

Fits: TypeAlias = Callable[[Any], bool]


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _number_or_infinity(value: Any) -> bool:
    return _number(value) or (isinstance(value, float) and math.isinf(value))


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


def _flag(value: Any) -> bool:
    return isinstance(value, bool) or (_number(value) and value in {0, 1})


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _listed(fits: Fits) -> Fits:
    return lambda value: isinstance(value, list | tuple) and all(fits(v) for v in value)


def _table(fits: Fits) -> Fits:
    return lambda value: isinstance(value, Mapping) and all(fits(v) for v in value.values())


def _either(*kinds: Fits) -> Fits:
    return lambda value: any(fits(value) for fits in kinds)


def _any(value: Any) -> bool:
    del value
    return True


NUMBER = (_number, "a number")
EDGE = (_either(_number_or_infinity, _table(_number_or_infinity)), "a number or a table by code")
WHOLE = (_whole, "a whole number from 0 on")
FLAG = (_flag, "true or false")
TEXT = (_text, "a name in quotes")
CODES = (_either(_text, _listed(_text)), "a list of names")
NUMBERS = (_listed(_number), "a list of numbers")
_ROWS = _either(_listed(_number), _listed(_listed(_number)))
ROWS = (_either(_ROWS, _table(_ROWS)), "a list of rows of numbers, or a table of them by group")

KINDS: dict[str, tuple[Fits, str]] = {
    **dict.fromkeys(
        ("availability", "nonzero", "value", "offset", "power", "skew", "kurtosis", "low", "high"),
        NUMBER,
    ),
    **dict.fromkeys(("mean", "sd", "threshold", "eigenvalue", "penalty"), NUMBER),
    **dict.fromkeys(("level", "version", "seed", "factors"), WHOLE),
    **dict.fromkeys(("combine", "force", "squared", "cap"), FLAG),
    **dict.fromkeys(("group", "over", "then", "call", "returns", "limits", "scaling"), TEXT),
    **dict.fromkeys(("keep", "drop", "indicators", "groups", "bad"), CODES),
    **dict.fromkeys(("cuts", "values", "order_weights", "targets"), NUMBERS),
    **dict.fromkeys(("comparisons", "allocations"), ROWS),
    **dict.fromkeys(("q", "p", "v"), EDGE),
    **dict.fromkeys(("least", "most"), (_either(_number, _table(_number)), EDGE[1])),
    "within": (_number_or_infinity, "a number"),
    "winsorise": NUMBER,
    "preference": TEXT,
    "weights": (_table(_number), "a table of numbers by code"),
    "reference": (_either(_text, _whole), "the name of a unit, or a whole number from 0 on"),
    "towards": (_either(_text, _table(_number)), "a name in quotes or a table by code"),
    "options": (_table(_any), "a table"),
}
"""By option; what two steps call alike stands below by step."""

OWN: dict[tuple[str, str], tuple[Fits, str]] = {
    ("denominate", "by"): (_table(_text), "a table of columns by code"),
    ("denominate", "scale"): NUMBER,
    ("screen", "by"): TEXT,
    ("normalise", "scale"): NUMBER,
    ("normalise", "indicators"): (_table(_table(_any)), "a table of options by code"),
    ("aggregate", "scale"): TEXT,
}


def wanted(do: str, option: str, value: Any) -> str:
    """What the option takes where the value is of another kind, else nothing.

    None is an option left out. Options of `aggregate` may list one value a level.
    """
    fits, words = OWN.get((do, option)) or KINDS.get(option, (_any, ""))
    if do == "aggregate" and isinstance(value, list | tuple) and value:
        fits = _either(fits, _listed(fits))
    return "" if value is None or fits(value) else words


MOST_IMPUTATIONS = 10_000

FACTOR: dict[str, tuple[Fits, str]] = {
    **dict.fromkeys(("name", "step", "option", "weight", "errors"), TEXT),
    **dict.fromkeys(("low", "high", "noise", "concentration"), NUMBER),
    **dict.fromkeys(("level", "seed"), WHOLE),
    **dict.fromkeys(("whole", "none_too"), FLAG),
    **dict.fromkeys(
        ("dirichlet", "leave_out"), (_either(CODES[0], lambda value: value is True), CODES[1])
    ),
    "choices": (_listed(_any), "a list"),
    "sets": (_listed(_table(_number)), "a list of tables of numbers by code"),
    "imputations": (
        lambda value: _whole(value) and 0 < value <= MOST_IMPUTATIONS,
        f"a whole number from 1 to {MOST_IMPUTATIONS}",
    ),
    "least": (_number_or_infinity, "a number"),
}
"""By key of a factor's table."""


def wanted_of_factor(key: str, value: Any) -> str:
    """What the key of a factor takes where the value is of another kind, else nothing."""
    fits, words = FACTOR.get(key, (_any, ""))
    return "" if fits(value) else words
