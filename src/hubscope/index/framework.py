"""The tree of an index: which indicators make which group, with direction and weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.table import MISSING, TREE_SHEETS, columns_of, text_of

Type = Literal["indicator", "aggregate", "group", "denominator", "other"]

COINR = {
    "iCode": "code",
    "iName": "name",
    "Level": "level",
    "Parent": "parent",
    "Direction": "direction",
    "Weight": "weight",
    "Unit": "unit",
    "Type": "type",
    "Denominator": "denominator",
    "Target": "target",
    "goalpost_lower": "goal_low",
    "goalpost_upper": "goal_high",
    "goalpost_scale": "goal_scale",
    "goalpost_trunc2posts": "goal_cap",
    "dist2targ_cap_max": "target_cap",
}
"""COINr's iMeta columns and the names they have here."""

DIRECTIONS = {"": 1, "1": 1, "+": 1, "+1": 1, "1.0": 1, "-1": -1, "-": -1, "-1.0": -1}


@dataclass(frozen=True, slots=True)
class Element:
    """One row of a framework: an indicator, an aggregate, a group column or a denominator."""

    code: str
    name: str = ""
    level: int = 0
    """1 for indicators, one more for each level above them, 0 for anything outside the tree."""
    parent: str = ""
    direction: int = 1
    weight: float = 1.0
    unit: str = ""
    type: Type = "indicator"
    denominator: str = ""
    target: float = np.nan
    goal_low: float = np.nan
    goal_high: float = np.nan
    goal_scale: float = np.nan
    goal_cap: float = np.nan
    target_cap: float = np.nan


@dataclass(frozen=True)
class Framework:
    """The elements of an index in the order of their table."""

    elements: tuple[Element, ...]

    @classmethod
    def read(cls, source: object) -> Framework:
        """A framework from a file, a mapping of columns or a frame.

        Columns are `code, name, level, parent, direction, weight ...`, or COINr's iCode, Level ...

        Raises BadDataError with every offending row when the tree is not one.
        """
        given = columns_of(source, TREE_SHEETS)
        own = {k: v for k, v in given.items() if k in COINR.values()}
        columns = {**{_field(k): v for k, v in given.items()}, **own}
        if "code" not in columns:
            raise BadDataError(
                "the framework has no column `code` (or iCode)", hint=nearest("code", columns)
            )
        problems: list[str] = []
        rows = [_element(i, r, problems) for i, r in enumerate(_rows(columns), 1)]
        made = cls(_infer(rows))
        _refuse(problems + list(made.problems()))
        return made

    def problems(self) -> Iterator[str]:
        """What is wrong with the tree, one sentence an offence."""
        yield from _duplicates(e.code for e in self.elements)
        yield from _bad_links(self)
        if not self.indicators:
            yield "no indicator (level 1) at all"
        elif self.top_level < 2:
            yield "no aggregate: add an element of level 2 and name it as the indicators' parent"
        roots = [e.code for e in self.tree if not e.parent]
        if len(roots) > 1:
            yield f"elements without a parent below one top: {', '.join(roots)}"
        for code, children in self.children.items():
            if children and not any(self.by_code[c].weight > 0 for c in children):
                yield f"every weight in {code} is zero"

    @cached_property
    def by_code(self) -> dict[str, Element]:
        """Elements by code."""
        return {e.code: e for e in self.elements}

    @cached_property
    def tree(self) -> tuple[Element, ...]:
        """Indicators and aggregates."""
        return tuple(e for e in self.elements if e.type in {"indicator", "aggregate"})

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of level 1 in the table's order."""
        return self.at_level(1)

    @cached_property
    def top_level(self) -> int:
        """The highest level."""
        return max((e.level for e in self.tree), default=0)

    @cached_property
    def top(self) -> str:
        """Code of the index itself."""
        return self.at_level(self.top_level)[0]

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Codes of all aggregates from the top down."""
        return tuple(c for n in range(self.top_level, 1, -1) for c in self.at_level(n))

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Codes below each aggregate; empty for an aggregate that no indicator feeds."""
        below: dict[str, list[str]] = {e.code: [] for e in self.tree if e.type == "aggregate"}
        for e in self.tree:
            if e.parent in below:
                below[e.parent].append(e.code)
        return {k: tuple(v) for k, v in below.items()}

    @cached_property
    def denominators(self) -> tuple[str, ...]:
        """Codes of columns that indicators are divided by."""
        named = [e.denominator for e in self.elements if e.denominator]
        listed = [e.code for e in self.elements if e.type == "denominator"]
        return tuple(dict.fromkeys(listed + named))

    @cached_property
    def group_columns(self) -> tuple[str, ...]:
        """Columns of the data that sort units into groups."""
        return tuple(e.code for e in self.elements if e.type == "group")

    def at_level(self, level: int) -> tuple[str, ...]:
        """Codes at `level`, in the table's order."""
        return tuple(e.code for e in self.tree if e.level == level)

    def leaves(self, code: str) -> tuple[str, ...]:
        """The indicators below (or at) `code`."""
        if code not in self.children:
            return (code,)
        return tuple(leaf for c in self.children[code] for leaf in self.leaves(c))

    def weights(self) -> dict[str, float]:
        """Each element's share of its group, as the table gives it; the shares sum to one."""
        shares = {e.code: 1.0 for e in self.tree if not e.parent}
        for below in self.children.values():
            total = sum(self.by_code[c].weight for c in below)
            shares |= {c: self.by_code[c].weight / total for c in below if total}
        return shares

    def column(self, field: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """A numeric field of the indicators, in their order."""
        return np.array([getattr(self.by_code[c], field) for c in self.indicators], dtype=float)

    def drop(self, *codes: str) -> Framework:
        """The framework without these elements (and all below them); unknown codes are an error."""
        for code in codes:
            self.require(code)
        gone = {d for c in codes for d in self._below(c)}
        made = Framework(tuple(e for e in self.elements if e.code not in gone))
        _refuse(list(made.problems()))
        return made

    def add(self, *elements: Element) -> Framework:
        """The framework with more elements; BadDataError where they do not fit the tree."""
        made = Framework((*self.elements, *elements))
        _refuse(list(made.problems()))
        return made

    def reweight(self, weights: dict[str, float]) -> Framework:
        """The framework with other weights for the named elements."""
        for code in weights:
            self.require(code)
        return Framework(
            tuple(replace(e, weight=weights.get(e.code, e.weight)) for e in self.elements)
        )

    def require(self, code: str) -> Element:
        """The element `code` of the tree, or an error with the nearest codes."""
        found = self.by_code.get(code)
        if found is None or found.level < 1:
            raise BadDataError(
                f"the framework has no element {code}",
                hint=nearest(code, (e.code for e in self.tree)),
            )
        return found

    def _below(self, code: str) -> Iterator[str]:
        yield code
        for child in self.children.get(code, ()):
            yield from self._below(child)


def _field(name: str) -> str:
    """The field of a column: COINr's name for it, ours in any case, or the name as it is."""
    plain = name.strip()
    return COINR.get(plain, plain.lower() if plain.lower() in COINR.values() else plain)


def _refuse(problems: list[str]) -> None:
    if problems:
        count = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
        raise BadDataError(
            f"the framework has {count}: " + "; ".join(problems),
            hint="columns: code, name, level, parent, direction, weight; a parent is exactly one "
            "level up",
        )


def _rows(columns: dict[str, Any]) -> Iterator[dict[str, str]]:
    count = len(columns["code"])
    for i in range(count):
        cells = {k: v[i] for k, v in columns.items()}
        yield {k: "" if (text := text_of(v).strip()) in MISSING else text for k, v in cells.items()}


def _float(row: dict[str, str], key: str, default: float, where: str, bad: list[str]) -> float:
    text = row.get(key, "")
    if not text:
        return default
    if text.upper() in {"TRUE", "FALSE"}:
        return float(text.upper() == "TRUE")
    try:
        value = float(text)
    except ValueError:
        bad.append(f"{where}: {key} {text!r} is no number")
        return default
    if np.isinf(value):
        bad.append(f"{where}: {key} is infinite")
    return value


def _element(number: int, row: dict[str, str], bad: list[str]) -> Element:
    code = row["code"]
    where = f"row {number} ({code or 'no code'})"
    if not code:
        bad.append(f"row {number} has no code")
    direction = DIRECTIONS.get(row.get("direction", ""), 0)
    if not direction:
        bad.append(f"{where}: direction {row['direction']!r} is neither 1 nor -1")
    level = _float(row, "level", 0, where, bad)
    if level < 0 or level != int(level):
        bad.append(f"{where}: level {row['level']} is no whole number from 1 on")
    weight = _float(row, "weight", 1.0, where, bad)
    if weight < 0:
        bad.append(f"{where}: weight {weight:g} is negative")
    reals = ("target", "goal_low", "goal_high", "goal_scale", "goal_cap", "target_cap")
    return Element(
        code,
        row.get("name", ""),
        int(level),
        row.get("parent", ""),
        direction or 1,
        weight,
        row.get("unit", ""),
        row.get("type", "").lower(),  # type: ignore[arg-type]
        row.get("denominator", ""),
        **{k: _float(row, k, np.nan, where, bad) for k in reals},
    )


def _infer(rows: list[Element]) -> tuple[Element, ...]:
    """Fill in type and level where the table leaves them out."""
    below: dict[str, list[str]] = {}
    for e in rows:
        if e.parent:
            below.setdefault(e.parent, []).append(e.code)
    dividers = {e.denominator for e in rows if e.denominator}
    typed = [replace(e, type=e.type or _guess(e, below, dividers)) for e in rows]
    if any(e.level for e in typed):
        return tuple(typed)
    return tuple(
        replace(e, level=_height(e.code, below, ()) if e.type in {"indicator", "aggregate"} else 0)
        for e in typed
    )


def _guess(e: Element, below: dict[str, list[str]], dividers: set[str]) -> Type:
    if e.code in dividers and not e.parent:
        return "denominator"
    if e.code in below or e.level > 1:
        return "aggregate"
    return "indicator" if e.parent or e.level == 1 else "group"


def _height(code: str, below: dict[str, list[str]], seen: tuple[str, ...]) -> int:
    if code in seen:
        return 0
    return 1 + max((_height(c, below, (*seen, code)) for c in below.get(code, [])), default=0)


def _duplicates(codes: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield f"the code {code} is used twice"
        seen.add(code)


def _bad_links(framework: Framework) -> Iterator[str]:
    for e in framework.elements:
        if e.type not in {"indicator", "aggregate", "group", "denominator", "other"}:
            yield f"{e.code}: unknown type {e.type!r}"
        if e.type == "indicator" and e.level != 1:
            yield f"{e.code}: an indicator stands at level 1, not {e.level}"
        if e.type == "aggregate" and e.level < 2:
            yield f"{e.code}: an aggregate stands at level 2 or above, not {e.level}"
    for e in framework.tree:
        if not e.parent:
            continue
        parent = framework.by_code.get(e.parent)
        if parent is None or parent.type != "aggregate":
            hint = nearest(e.parent, framework.children)
            yield f"{e.code}: its parent {e.parent} is no aggregate ({hint})"
        elif _in_cycle(e.code, framework):
            yield f"{e.code} is its own ancestor (a cycle)"
        elif parent.level != e.level + 1:
            yield f"{e.code} (level {e.level}): its parent {e.parent} is at level {parent.level}"


def _in_cycle(code: str, framework: Framework) -> bool:
    seen, at = set(), framework.by_code[code].parent
    while at and at in framework.by_code and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = framework.by_code[at].parent
    return False
