"""One target against its observations: met, on target, behind, missed or unknown, and why."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hubscope.nouns import Element, Indicator, Observation, Target, Verdict, VerdictKind
from hubscope.progress.forecast import Trend, trend
from hubscope.progress.units import in_unit

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_EVEN_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Demand:
    """A target in its indicator's unit: `asked` must be reached from the side `better`."""

    asked: float
    operator: str
    better: str
    about: float

    def satisfied(self, value: float) -> bool:
        """Whether `value` reaches what is asked; "about" allows a shortfall of `about` x asked."""
        if self.operator == "≈":
            slack = abs(self.asked) * self.about
            return (
                value <= self.asked + slack if self.better == "-" else value >= self.asked - slack
            )
        if self.operator == "=" and self.better == "-":
            return value <= self.asked
        return _COMPARE[self.operator](value, self.asked)

    @property
    def falling(self) -> bool:
        """Whether less is better."""
        return self.operator in ("<", "<=") or (self.operator in ("=", "≈") and self.better == "-")

    def probability(self, line: Trend) -> float:
        """Probability under `line` that the target year's value satisfies the demand."""
        slack = abs(self.asked) * self.about if self.operator == "≈" else 0.0
        if self.falling:
            return 1 - line.probability_above(self.asked + slack)
        return line.probability_above(self.asked - slack)


def demand(target: Target, indicator: Indicator, about: float) -> Demand | None:
    """`target` as a number in the indicator's unit, or None where it is not one.

    A multiple of a baseline asks for that product; a range asks for its lower end.
    """
    if target.quantity is None or target.year is None:
        return None
    if target.operator == "×":
        asked = target.quantity * target.baseline.quantity if target.baseline else None
    else:
        asked = in_unit(target.quantity, target.unit, indicator.unit, target.indicator)
    sign = ">=" if target.operator in ("×", "range") else target.operator
    if asked is None or sign not in (*_COMPARE, "≈"):
        return None
    return Demand(asked, sign, indicator.direction, about)


def judge(
    element: Element,
    hub: str,
    indicator: Indicator | None,
    observations: Sequence[Observation],
    *,
    issued: int,
    about: float,
    early_years: int,
) -> Verdict:
    """The verdict on one target.

    Args:
        element: a plan element of kind target.
        hub: id of the hub the plan is of.
        indicator: what the target's words were linked to, or None.
        observations: all observations of that hub and indicator, any vintage.
        issued: the year in which the target was set.
        about: share of the value asked for by which "about" may fall short.
        early_years: from how many years before its own year a met target counts as easy.

    Current annual observations decide. A figure for the target's own year settles it; before that
    the latest figure, and the linear trend where three or more years exist, do.
    """
    target = element.target
    if target is None:
        raise ValueError(f"{element.id} is not a target")
    points = tuple(sorted((o for o in observations if o.current and not o.period), key=_year))
    case = _Case(element, target, hub, indicator, points, issued, early_years)
    if indicator is None:
        return case.verdict("unknown", "progress.no_indicator")
    if target.operator in ("ordinal", "magnitude") or target.quantity is None:
        return case.verdict("unknown", "progress.not_a_number")
    asked = demand(target, indicator, about)
    if asked is None:
        return case.verdict("unknown", "progress.no_common_unit")
    if not points:
        return case.verdict("unknown", "progress.no_data", asked)
    return _judge_numbers(case, asked, target.year or issued)


def _year(o: Observation) -> int:
    return o.year


@dataclass(frozen=True, slots=True)
class _Case:
    element: Element
    target: Target
    hub: str
    indicator: Indicator | None
    points: tuple[Observation, ...]
    issued: int
    early_years: int

    def verdict(
        self,
        kind: VerdictKind,
        reason: str,
        asked: Demand | None = None,
        *,
        line: Trend | None = None,
        met_year: int | None = None,
        settled: bool = False,
        **values: str | float,
    ) -> Verdict:
        latest = self._judged()
        gap = latest.value - asked.asked if latest and asked else None
        share = gap / abs(asked.asked) if gap is not None and asked and asked.asked else None
        year = self.target.year
        easy = met_year is not None and (
            met_year < self.issued or (year is not None and year - met_year >= self.early_years)
        )
        told: dict[str, str | float | int] = {**values}
        if asked:
            told |= {"asked": asked.asked, "unit": self.indicator.unit if self.indicator else ""}
        if latest:
            told |= {"latest": latest.value, "latest_year": latest.year, "status": latest.status}
        if share is not None:
            told |= {"gap_percent": abs(share) * 100}
        return Verdict(
            target=self.element.id,
            hub=self.hub,
            indicator=self.indicator.id if self.indicator else None,
            kind=kind,
            gap=gap,
            gap_share=share,
            latest=latest,
            points=self.points,
            projection=line.estimate() if line else None,
            probability=asked.probability(line) if line and asked and not settled else None,
            easy=easy and kind == "met",
            met_year=met_year,
            reason=reason,
            reason_values=told
            | ({"year": year} if year else {})
            | ({"met_year": met_year} if met_year else {}),
        )

    def _judged(self) -> Observation | None:
        """The observation of the target's year, else the latest before it."""
        year = self.target.year
        usable = [o for o in self.points if year is None or o.year <= year]
        return usable[-1] if usable else (self.points[-1] if self.points else None)


def _judge_numbers(case: _Case, asked: Demand, year: int) -> Verdict:
    past = [o for o in case.points if o.year <= year]
    if not past:
        return case.verdict("unknown", "progress.only_later_data", asked)
    latest = past[-1]
    earlier = [o for o in past if o.year < year]
    line = trend([o.year for o in earlier], [o.value for o in earlier], year)
    met_year = _first_lasting(past, asked)
    if latest.year == year:
        if asked.satisfied(latest.value):
            return case.verdict(
                "met", "progress.met", asked, line=line, met_year=met_year, settled=True
            )
        return case.verdict("missed", "progress.missed", asked, line=line, settled=True)
    if asked.satisfied(latest.value):
        return case.verdict(
            "met",
            "progress.met_early",
            asked,
            line=line,
            met_year=met_year,
            years_early=year - (met_year or latest.year),
        )
    if line is not None:
        kind, reason = _from_trend(asked, line)
        return case.verdict(kind, reason, asked, line=line)
    return _from_pace(case, asked, past, year)


def _first_lasting(points: Sequence[Observation], asked: Demand) -> int | None:
    """First year from which every observation satisfies the demand."""
    first: int | None = None
    for o in points:
        first = (first or o.year) if asked.satisfied(o.value) else None
    return first


def _from_trend(asked: Demand, line: Trend) -> tuple[VerdictKind, str]:
    if asked.probability(line) >= _EVEN_CHANCE:
        return "on_target", "progress.trend_reaches"
    return "behind", "progress.trend_falls_short"


def _from_pace(case: _Case, asked: Demand, past: Sequence[Observation], year: int) -> Verdict:
    """Two years of data: the yearly change so far against the yearly change still needed."""
    latest = past[-1]
    if len(past) == 1:
        return case.verdict("unknown", "progress.one_figure", asked)
    first = past[0]
    so_far = (latest.value - first.value) / (latest.year - first.year)
    needed = (asked.asked - latest.value) / (year - latest.year)
    enough = so_far <= needed if asked.falling else so_far >= needed
    return case.verdict(
        "on_target" if enough else "behind",
        "progress.pace_enough" if enough else "progress.pace_too_slow",
        asked,
        so_far=so_far,
        needed=needed,
        first_year=first.year,
    )
