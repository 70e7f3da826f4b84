"""The verbs on tables: inputs and options in, the files of the results out, the same each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hubscope.errors import BadDataError, nearest
from hubscope.index.build import build
from hubscope.index.compare import compare
from hubscope.index.export import (
    build_files,
    compare_files,
    diagnose_files,
    sensitivity_files,
    uncertainty_files,
)
from hubscope.index.factors import Factor
from hubscope.index.framework import Framework
from hubscope.index.recipe import Recipe
from hubscope.index.sensitivity import sensitivity
from hubscope.index.uncertainty import uncertainty

Files: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Job:
    """What a verb works on."""

    verb: str
    data: object
    framework: Framework
    recipes: Mapping[str, Recipe]
    """By the name of the version; all verbs but compare have one."""
    factors: tuple[Factor, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of uncertainty draws, seed, level; of sensitivity points, seed, level and pairs of units."""

    @property
    def recipe(self) -> Recipe:
        """The one recipe, or the reference of a comparison."""
        return next(iter(self.recipes.values()))


def _build(job: Job) -> tuple[Any, Files]:
    made = build(job.data, job.framework, job.recipe)
    return made, build_files(made)


def _uncertainty(job: Job) -> tuple[Any, Files]:
    made = uncertainty(job.data, job.framework, job.recipe, job.factors, **job.options)
    return made, uncertainty_files(made)


def _sensitivity(job: Job) -> tuple[Any, Files]:
    options = {"n" if k == "points" else k: v for k, v in job.options.items()}
    made = sensitivity(job.data, job.framework, job.recipe, job.factors, **options)
    return made, sensitivity_files(made)


def _diagnose(job: Job) -> tuple[Any, Files]:
    made = build(job.data, job.framework, job.recipe)
    return made, diagnose_files(made)


def _compare(job: Job) -> tuple[Any, Files]:
    versions = {n: build(job.data, job.framework, r) for n, r in job.recipes.items()}
    made = compare(versions)
    return made, compare_files(made)


VERBS: dict[str, tuple[str, Callable[[Job], tuple[Any, Files]]]] = {
    "build": ("log.json", _build),
    "uncertainty": ("uncertainty.json", _uncertainty),
    "sensitivity": ("sensitivity.json", _sensitivity),
    "diagnose": ("diagnose.json", _diagnose),
    "compare": ("compare.json", _compare),
}
"""Each verb's record of what it did, and how its files are made."""


def run(job: Job) -> tuple[Any, Files]:
    """The result and its files as texts by name, the verb's record among them."""
    if job.verb not in VERBS:
        raise BadDataError(f"no verb {job.verb!r}", hint=nearest(job.verb, VERBS))
    return VERBS[job.verb][1](job)
