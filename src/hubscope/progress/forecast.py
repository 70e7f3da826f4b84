"""A linear trend to the target's year, with its prediction interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hubscope.nouns import Estimate

LEVEL = 0.9
FEWEST_YEARS = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """An ordinary least-squares line and what its scatter says of a later year.

    `centre` and `se` are the predicted value and the standard error of a single new observation;
    `df` the degrees of freedom of its t distribution.
    """

    centre: float
    se: float
    df: int
    slope: float

    def estimate(self) -> Estimate:
        """The predicted value with its 90 % prediction interval."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.df, 0.5 + LEVEL / 2)) * self.se
        return Estimate(self.centre, self.centre - half, self.centre + half, LEVEL, "linear trend")

    def probability_above(self, value: float) -> float:
        """Probability that a new observation is at least `value`."""
        from scipy.special import stdtr

        if self.se == 0:
            return 1.0 if self.centre >= value else 0.0
        return float(stdtr(self.df, (self.centre - value) / self.se))


def trend(years: Sequence[int], values: Sequence[float], at: int) -> Trend | None:
    """The line through `values` read at the year `at`; None with fewer than three years.

    The standard error of prediction is s * sqrt(1 + 1/n + (x - xbar)^2 / Sxx) with s^2 the residual
    variance on n - 2 degrees of freedom (Draper and Smith 1998, Applied Regression Analysis, 3.1).
    """
    n = len(set(years))
    if n < FEWEST_YEARS or n != len(years):
        return None
    mean_x, mean_y = math.fsum(years) / n, math.fsum(values) / n
    sxx = math.fsum((x - mean_x) ** 2 for x in years)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(years, values, strict=True)) / sxx
    residuals = [y - mean_y - slope * (x - mean_x) for x, y in zip(years, values, strict=True)]
    variance = math.fsum(r * r for r in residuals) / (n - 2)
    se = math.sqrt(variance * (1 + 1 / n + (at - mean_x) ** 2 / sxx))
    return Trend(mean_y + slope * (at - mean_x), se, n - 2, slope)
