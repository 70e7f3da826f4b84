"""Indicators into an index: a framework and a recipe in; scores, ranks and their ranges out.

Useful on its own: it takes arrays, files and data frames, and knows no store and no hub. Files
follow the order of the method.
"""

from hubscope.index.build import Build, LogEntry, build
from hubscope.index.data import Data
from hubscope.index.dry import Plan, dry_run
from hubscope.index.factor_file import default_factors, factors_of, read_factors
from hubscope.index.factors import (
    Choice,
    DataError,
    Factor,
    Range,
    aggregation,
    imputation,
    multiple_imputation,
)
from hubscope.index.framework import Element, Framework
from hubscope.index.ranks import RankSets, rank_sets
from hubscope.index.recipe import Recipe, Step
from hubscope.index.sensitivity import Indices, Sensitivity, sensitivity
from hubscope.index.sweep import Sweep, sweep
from hubscope.index.uncertainty import Interval, Uncertainty, uncertainty
from hubscope.index.weight_factors import (
    Dirichlet,
    LeaveOut,
    WeightNoise,
    WeightRange,
    WeightSets,
)

__all__ = [
    "Build",
    "Choice",
    "Data",
    "DataError",
    "Dirichlet",
    "Element",
    "Factor",
    "Framework",
    "Indices",
    "Interval",
    "LeaveOut",
    "LogEntry",
    "Plan",
    "Range",
    "RankSets",
    "Recipe",
    "Sensitivity",
    "Step",
    "Sweep",
    "Uncertainty",
    "WeightNoise",
    "WeightRange",
    "WeightSets",
    "aggregation",
    "build",
    "default_factors",
    "dry_run",
    "factors_of",
    "imputation",
    "multiple_imputation",
    "rank_sets",
    "read_factors",
    "sensitivity",
    "sweep",
    "uncertainty",
]
