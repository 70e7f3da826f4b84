"""What is not sure about an index, as typed factors: each turns uniform numbers into choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.framework import Framework
from hubscope.index.recipe import Recipe
from hubscope.index.table import Array
from hubscope.index.weight_factors import (
    Dirichlet,
    LeaveOut,
    WeightNoise,
    WeightRange,
    WeightSets,
    bin_of,
)


@dataclass(frozen=True)
class Choice:
    """One of several values of an option of a step, or (without `option`) of several option tables.

    `Choice("normalise", ("minmax", "zscore"), option="method")`,
    `Choice("treat", (1, 2, 3), option="winsorise")`,
    `Choice("normalise", ({"method": "minmax", "low": 1}, {"method": "zscore", "mean": 10}))`.
    """

    step: str
    values: tuple[Any, ...]
    option: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or (f"{self.step}.{self.option}" if self.option else self.step)

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Number of alternatives."""
        return len(self.values) if framework else None

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError unless every value makes a valid recipe."""
        if not self.values or not framework:
            raise BadDataError(f"factor {self.label} has no values")
        for value in self.values:
            self.alter(recipe, value)

    def pick(self, u: Array) -> list[Any]:
        """The value of each draw."""
        return [self.values[i] for i in bin_of(u[:, 0], len(self.values))]

    def keys(self, u: Array) -> Array:
        """A number a draw, equal where the recipe is equal."""
        return bin_of(u[:, 0], len(self.values)).astype(float)

    def alter(self, recipe: Recipe, value: Any) -> Recipe:
        """The recipe with this value in place."""
        if self.option:
            return recipe.replace(self.step, **{self.option: value})
        if not isinstance(value, Mapping):
            raise BadDataError(
                f"factor {self.label}: {value!r} is no option table",
                hint='name the option, for example option = "method"',
            )
        return recipe.replace(self.step, **value)


@dataclass(frozen=True)
class Range:
    """An option of a step anywhere between two numbers, or any whole number between them."""

    step: str
    option: str
    low: float
    high: float
    whole: bool = False
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or f"{self.step}.{self.option}"

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Number of alternatives, None when continuous."""
        return int(self.high - self.low) + 1 if self.whole and framework else None

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError unless both ends make a valid recipe."""
        if not framework or self.low > self.high:
            raise BadDataError(f"factor {self.label}: {self.low} is above {self.high}")
        self.alter(recipe, self.low)

    def pick(self, u: Array) -> list[Any]:
        """The value of each draw."""
        if self.whole:
            steps = bin_of(u[:, 0], int(self.high - self.low) + 1)
            return [int(self.low) + int(i) for i in steps]
        return [float(v) for v in self.low + u[:, 0] * (self.high - self.low)]

    def keys(self, u: Array) -> Array:
        """A number a draw, equal where the recipe is equal."""
        return np.array(self.pick(u), dtype=float)

    def alter(self, recipe: Recipe, value: Any) -> Recipe:
        """The recipe with this value in place."""
        return recipe.replace(self.step, **{self.option: value})


@dataclass(frozen=True)
class DataError:
    """Every observation moved by its own standard error times a normal draw.

    `errors` has a column `unit` (and `time`) and one a code; a missing error means an exact value.
    """

    errors: Any
    least: float = -np.inf
    """Values never fall below this, for example 0 for counts and shares."""
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or "data_error"

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw: one, the seed of the draw's errors."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Continuous."""
        return None if framework else 0

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Nothing to check before the data is known."""
        del framework, recipe


RecipeFactor: TypeAlias = Choice | Range
WeightFactor: TypeAlias = WeightRange | WeightNoise | Dirichlet | WeightSets | LeaveOut
Factor: TypeAlias = (
    Choice | Range | WeightRange | WeightNoise | Dirichlet | WeightSets | LeaveOut | DataError
)


def imputation(*methods: str, step: str = "impute") -> Choice:
    """The imputation method as a factor."""
    return Choice(step, methods, "method")


def multiple_imputation(versions: int = 20, seed: int = 1, step: str = "impute") -> Choice:
    """The uncertainty of imputation itself: one of so many versions of the filled-in data."""
    tables = ({"method": "multiple", "version": v, "seed": seed} for v in range(versions))
    return Choice(step, tuple(tables), name="imputed values")


def aggregation(*methods: str, step: str = "aggregate") -> Choice:
    """The aggregation method as a factor."""
    return Choice(step, methods, "method")
