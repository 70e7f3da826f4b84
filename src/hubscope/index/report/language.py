"""The words and numbers of a report: English by default, any language from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hubscope.errors import BadDataError, nearest

ENGLISH: Mapping[str, str] = {
    "over": "{index}",
    "over_time": "{index}, {time}",
    "answer": "Rank {rank} of {ranked}, with a score of {score}.",
    "answer_range": "Rank {rank} of {ranked} (range {ranks}), with a score of {score} "
    "(range {scores}).",
    "answer_how": "The ranges hold {level} of {draws} draws in which {factors} choices of method "
    "or data vary.",
    "scale": "Scores can lie between {low} and {high}; higher is better.",
    "no_score": "It has no score: none of its indicators has a value.",
    "no_range": "No range was computed, so this page does not say how sure the rank is.",
    "tied": "Cannot be told apart from {units}.",
    "tied_more": "Cannot be told apart from {units} and {more} more.",
    "tied_none": "No other unit changes places with it in more than {tail} of the draws.",
    "list_joint": ", ",
    "scores": "Scores and ranks",
    "element": "Element",
    "score": "Score",
    "rank": "Rank",
    "of": "of {count}",
    "range": "Range",
    "weight": "Weight",
    "data": "Data",
    "data_count": "{available} of {asked}",
    "drawn": "Among all units",
    "drawn_label": "{name}: score {score} among {count} units",
    "legend": "Red is this unit, the band is its range, grey ticks are the other units.",
    "chances": "How often it takes each rank",
    "share_of_draws": "Share of draws",
    "chance_label": "rank {rank} in {share} of the draws",
    "chances_rest": "Other ranks together: {share}.",
    "strong": "Strengths",
    "weak": "Weaknesses",
    "strong_note": "Indicators in which it ranks best, per denominator where the index divides.",
    "weak_note": "Indicators in which it ranks worst, per denominator where the index divides.",
    "per": "{value} ÷ {denominator}",
    "indicator": "Indicator",
    "group": "Group",
    "value": "Value",
    "cells": "Missing and changed data",
    "cells_none": "All {count} indicators have a value, and none was changed.",
    "cells_note": "{missing} of {count} indicators have no value, {imputed} are filled in, "
    "{winsorised} are moved as outliers.",
    "state": "What was done",
    "given": "As given",
    "used": "As used",
    "kind_missing": "missing; the other weights share its part",
    "kind_imputed": "filled in ({how})",
    "how_mean": "mean of the units",
    "how_median": "median of the units",
    "how_group_mean": "mean of its group",
    "how_group_median": "median of its group",
    "how_row_mean": "mean of its other indicators",
    "how_latest": "its last value before",
    "how_linear": "on the line between its years",
    "how_linear_constant": "on the line between its years, ends held",
    "how_constant": "a constant",
    "how_regression": "regression on the other indicators",
    "how_em": "expectation under a normal distribution",
    "how_multiple": "one draw of multiple imputation",
    "kind_winsorised": "moved as an outlier (winsorised)",
    "none": "none",
    "peers": "Within its groups",
    "peers_column": "Sorted by",
    "peers_group": "Its group",
    "peers_rank": "Rank there",
    "drivers": "What its rank is most sensitive to",
    "driver_first": "Its rank depends most on: {factor}. Total is the share of the variance of its "
    "rank in which a choice takes part, alone or with others; alone, the share it makes by itself "
    "(Sobol' indices).",
    "drivers_none": "Its rank is the same in every run: no varied choice moves it.",
    "factor": "Choice",
    "total": "Total",
    "first": "Alone",
    "driver_label": "{factor}: total index {total}",
    "factor_share": "weight of {name}",
    "factor_noise": "all weights",
    "factor_noise_level": "weights at level {level}",
    "factor_dirichlet": "weights drawn at random",
    "factor_sets": "set of weights",
    "factor_left_out": "an element left out",
    "factor_errors": "errors of the data",
    "factor_imputed": "imputed values",
    "factor_option": "{step}: {option}",
    "step_denominate": "denomination",
    "step_screen": "screening",
    "step_impute": "imputation",
    "step_transform": "transformation",
    "step_treat": "treatment of outliers",
    "step_normalise": "normalisation",
    "step_weight": "weighting",
    "step_aggregate": "aggregation",
    "step_custom": "own step",
    "option_method": "method",
    "change": "Change since {time}",
    "change_note": "The score went from {start} to {end}. These indicators moved it most.",
    "points": "Points",
    "method": "How it was made",
    "step": "Step",
    "options": "Options",
    "units_kept": "Units",
    "hashes": "Recipe {recipe}, data {data}.",
    "seed": "Seed {seed}.",
    "all_units": "All units",
    "unit": "Unit",
}
"""What a report says; the places in braces are filled."""


def plain_number(value: float, digits: int) -> str:
    """A number with so many decimals, U+2212 for minus."""
    shown = f"{abs(value):,.{digits}f}"
    return ("\u2212" if value < 0 and shown.strip("0.,") else "") + shown


def plain_quantity(value: float, unit: str) -> str:
    """A value with about three significant digits, or all its whole ones, and its unit."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 3
    shown = plain_number(value, digits)
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{shown} {unit}".rstrip()


@dataclass(frozen=True)
class Language:
    """A language: its words by key, and how it writes numbers and quantities."""

    lang: str = "en"
    words: Mapping[str, str] = field(default_factory=lambda: ENGLISH)
    number: Callable[[float, int], str] = plain_number
    quantity: Callable[[float, str], str] = plain_quantity

    def say(self, key: str, **values: object) -> str:
        """The words under `key` with the places filled."""
        if key not in self.words:
            raise BadDataError(f"the report's words lack {key!r}", hint=nearest(key, self.words))
        return self.words[key].format(**values)

    def percent(self, share: float) -> str:
        """A share of one in per cent, with a decimal below ten."""
        return self.number(share * 100, 1 if 0 < share < 0.0995 else 0) + "%"

    def span(self, lo: float, hi: float, digits: int) -> str:
        """A range with an en dash, or its one value; empty where there is none."""
        if lo != lo or hi != hi:  # noqa: PLR0124  # NaN
            return ""
        ends = self.number(lo, digits), self.number(hi, digits)
        return ends[0] if ends[0] == ends[1] else "–".join(ends)

    def joined(self, names: Sequence[str]) -> str:
        """Names one after the other."""
        return self.words["list_joint"].join(names)
