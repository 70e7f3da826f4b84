"""A dry run: what an uncertainty or sensitivity analysis would vary, counted before it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hubscope.index.factors import Choice, DataError, Factor, Range
from hubscope.index.framework import Framework
from hubscope.index.recipe import Recipe
from hubscope.index.sensitivity import MOST_EXACT, combinations
from hubscope.index.weight_factors import Dirichlet, LeaveOut, WeightNoise, WeightRange, WeightSets


@dataclass(frozen=True)
class PlannedFactor:
    """One factor of the plan."""

    label: str
    kind: str
    alternatives: int | None
    """None where the factor is continuous."""
    varies: str
    """What changes, with the nominal value it departs from."""


@dataclass(frozen=True)
class Plan:
    """What would be run."""

    factors: tuple[PlannedFactor, ...]
    draws: int
    sensitivity_runs: int
    """Runs that sampled indices take: points x (2 factors + 2)."""
    combinations: int | None
    """All combinations of a discrete design."""
    exact: bool
    """Whether the indices would be computed from every combination."""

    def as_json(self) -> dict[str, Any]:
        """The plan as plain values."""
        return asdict(self)


def _step_option(f: Choice | Range, _: Framework, recipe: Recipe) -> str:
    step = recipe.step(f.step)
    now = step.options.get(f.option, "default") if f.option else dict(step.options)
    values = list(f.values) if isinstance(f, Choice) else f"{f.low:g} .. {f.high:g}"
    return f"{f.label}: {values}, nominal {now}"


def _share(f: WeightRange, framework: Framework, _: Recipe) -> str:
    now = framework.weights()[f.code]
    return f"share of {f.code}: {f.low:g} .. {f.high:g}, nominal {now:.4g}"


def _noise(f: WeightNoise, framework: Framework, _: Recipe) -> str:
    return f"{len(f.codes(framework))} weights, each by up to {f.size:.0%}"


def _dirichlet(f: Dirichlet, framework: Framework, _: Recipe) -> str:
    return "shares of " + ", ".join(f.heads(framework))


def _sets(f: WeightSets, _framework: Framework, _recipe: Recipe) -> str:
    return f"{len(f.sets)} sets of weights"


def _left_out(f: LeaveOut, framework: Framework, _: Recipe) -> str:
    return f"at most one left out of {len(f.pool(framework)) - int(f.none_too)}"


def _errors(_factor: DataError, _framework: Framework, _recipe: Recipe) -> str:
    return "every observation by its own standard error"


VARIES: dict[type, Callable[..., str]] = {
    Choice: _step_option,
    Range: _step_option,
    WeightRange: _share,
    WeightNoise: _noise,
    Dirichlet: _dirichlet,
    WeightSets: _sets,
    LeaveOut: _left_out,
    DataError: _errors,
}
"""What each kind of factor varies, in words."""


def dry_run(framework: Framework, recipe: Recipe, factors: Sequence[Factor], draws: int) -> Plan:
    """Check every factor against framework and recipe, and count what would be run.

    Raises BadDataError for a step that the recipe does not have, an option that the step does not
    know, or a code that the framework does not have.
    """
    for factor in factors:
        factor.check(framework, recipe)
    planned = tuple(
        PlannedFactor(
            f.label,
            type(f).__name__,
            f.levels(framework) or None,
            VARIES[type(f)](f, framework, recipe),
        )
        for f in factors
    )
    count = combinations(framework, factors)
    exact = count is not None and count <= MOST_EXACT
    return Plan(planned, draws, draws * (2 * len(factors) + 2), count, exact)
