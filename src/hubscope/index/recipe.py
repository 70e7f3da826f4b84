"""The immutable list of steps that makes an index, in Python or TOML, with a content hash."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError, nearest
from hubscope.index.kinds import wanted
from hubscope.index.options import METHODS, OPTIONS, STEPS


@dataclass(frozen=True)
class Step:
    """One step: what to do and with which options; `name` tells two steps of a kind apart."""

    do: str
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def __hash__(self) -> int:
        """Equal steps hash equally; options are compared by content."""
        return hash(self.key)

    @cached_property
    def key(self) -> str:
        """The step as canonical JSON."""
        return json.dumps(self.table, sort_keys=True, ensure_ascii=False, default=list)

    @property
    def label(self) -> str:
        """The name by which factors and errors speak of the step."""
        return self.name or self.do

    @property
    def table(self) -> dict[str, Any]:
        """The step as its TOML table."""
        named = {"name": self.name} if self.name else {}
        return {"do": self.do, **named, **self.options}

    def problems(self) -> Iterator[str]:
        """What is wrong with the step's options."""
        if self.do not in STEPS:
            yield f"unknown step {self.do!r} ({nearest(self.do, STEPS)})"
            return
        method = self.options.get("method")
        methods = METHODS.get(self.do, {})
        for one in method if isinstance(method, list | tuple) else [method]:
            if one is not None and one not in methods:
                yield f"{self.do}: unknown method {one!r} ({nearest(str(one), methods)})"
        for option in self.options:
            if option not in OPTIONS[self.do]:
                yield f"{self.do}: unknown option {option!r} ({nearest(option, OPTIONS[self.do])})"
            elif method is not None and not self._shared(option, method):
                yield f"{self.do}: {option!r} is no option of {method!r}"
            elif words := wanted(self.do, option, self.options[option]):
                yield f"{self.do}: {option} = {self.options[option]!r} is not {words}"

    def with_options(self, changes: Mapping[str, Any]) -> Step:
        """The step with changed options; options that a new method does not know are left out."""
        merged = {**self.options, **changes}
        if "method" in changes and changes["method"] != self.options.get("method"):
            new = changes["method"]
            merged = {k: v for k, v in merged.items() if k in changes or self._shared(k, new)}
        return Step(self.do, merged, self.name)

    def _shared(self, option: str, method: object) -> bool:
        """Whether an option is read by the method (one of them) or by every method."""
        methods = METHODS.get(self.do, {})
        only = {o for options in methods.values() for o in options}
        chosen = method if isinstance(method, list | tuple) else [method]
        return option not in only or any(option in methods.get(str(m), ()) for m in chosen)


@dataclass(frozen=True)
class Recipe:
    """Steps in their order; change one with `replace`, never in place."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, *steps: Mapping[str, Any] | Step) -> Recipe:
        """A recipe of step tables such as `{"do": "normalise", "method": "minmax"}`.

        The second step of a kind without a name is called `impute_2`, and so on.

        Raises BadDataError that lists every unknown step, method and option.
        """
        made = _numbered([s if isinstance(s, Step) else _step(s) for s in steps])
        bad = [f"step {i}, {p}" for i, s in enumerate(made, 1) for p in s.problems()]
        labels = [s.label for s in made]
        bad += [f"two steps are called {n}: give one a name" for n in sorted(_twice(labels))]
        if not made:
            bad = ["no step at all"]
        if bad:
            raise BadDataError(
                "the recipe cannot be used: " + "; ".join(bad),
                hint='a step reads [[step]] do = "normalise" method = "minmax" low = 0 high = 100',
            )
        return cls(made)

    @classmethod
    def read(cls, path: Path | str) -> Recipe:
        """The recipe in a TOML file."""
        try:
            text = Path(path).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadDataError(f"the recipe {path} cannot be read: {error}") from error
        try:
            return cls.from_toml(text)
        except BadDataError as error:
            raise BadDataError(f"{path}: {error.what}", hint=error.hint) from None

    @classmethod
    def from_toml(cls, text: str) -> Recipe:
        """The recipe in TOML text: one `[[step]]` table a step."""
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadDataError(f"not valid TOML: {error}") from error
        unknown = sorted(set(table) - {"step", "factor", "name", "note"})
        if unknown:
            raise BadDataError(
                f"unknown key {unknown[0]}", hint=nearest(unknown[0], ("step", "factor"))
            )
        steps = table.get("step", [])
        if not isinstance(steps, list) or not all(isinstance(s, dict) for s in steps):
            raise BadDataError(
                "`step` is no list of tables", hint="write [[step]] before each step"
            )
        return cls.of(*steps)

    def to_toml(self) -> str:
        """The recipe as TOML; reading it again gives an equal recipe."""
        tables = (
            "[[step]]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in s.table.items())
            for s in self.steps
        )
        return "\n".join(tables)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the steps in canonical form: equal recipes, equal hashes."""
        return hashlib.sha256("\n".join(s.key for s in self.steps).encode()).hexdigest()

    def step(self, label: str) -> Step:
        """The step called `label` (its name, or what it does)."""
        for step in self.steps:
            if step.label == label:
                return step
        raise BadDataError(
            f"the recipe has no step {label}", hint=nearest(label, (s.label for s in self.steps))
        )

    def has(self, label: str) -> bool:
        """Whether there is a step called `label`."""
        return any(s.label == label for s in self.steps)

    def replace(self, label: str, /, **options: Any) -> Recipe:
        """The recipe with other options in the step called `label`."""
        old = self.step(label)
        new = old.with_options(options)
        return Recipe.of(*(new if s is old else s for s in self.steps))

    def without(self, label: str) -> Recipe:
        """The recipe without the step called `label`."""
        old = self.step(label)
        return Recipe.of(*(s for s in self.steps if s is not old))


def _numbered(steps: list[Step]) -> tuple[Step, ...]:
    """The steps, each repeated one without a name of its own numbered."""
    made: list[Step] = []
    for step in steps:
        before = sum(s.do == step.do for s in made)
        label = f"{step.do}_{before + 1}"
        made.append(Step(step.do, step.options, label) if before and not step.name else step)
    return tuple(made)


def _twice(labels: list[str]) -> set[str]:
    return {n for n in labels if labels.count(n) > 1}


def _step(table: Mapping[str, Any]) -> Step:
    if "do" not in table:
        raise BadDataError(
            f"a step does not say what to do: {dict(table)}", hint=nearest("", STEPS)
        )
    rest = {k: _read_back(v) for k, v in table.items() if k not in {"do", "name"}}
    return Step(str(table["do"]), rest, str(table.get("name", "")))


def _read_back(value: Any) -> Any:
    """An option as the recipe holds it; a log in JSON, which has no infinity, writes it as text."""
    if isinstance(value, Mapping):
        return {k: _read_back(v) for k, v in value.items()}
    return float(value) if isinstance(value, str) and value in {"inf", "-inf"} else value


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = ", ".join(
            f"{json.dumps(str(k), ensure_ascii=False)} = {_toml(v)}" for k, v in value.items()
        )
        return "{ " + inner + " }"
    return "[" + ", ".join(_toml(v) for v in value) + "]"
