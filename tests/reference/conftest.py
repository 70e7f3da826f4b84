"""Published tables that stand beside the repository; tests skip where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hubscope.index import Framework, Recipe

SHARED = Path(
    os.environ.get("HUBSCOPE_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared")
)


def _folder(name: str) -> Path:
    path = SHARED / "data" / name
    if not path.is_dir():
        pytest.skip(f"the reference data {name} is not beside the repository (HUBSCOPE_SHARED)")
    return path


@pytest.fixture(scope="session")
def coinr():
    return _folder("index/coinr")


@pytest.fixture(scope="session")
def published():
    return _folder("index")


@pytest.fixture(scope="session")
def figures():
    return _folder("figures")


@pytest.fixture(scope="session")
def asem(coinr):
    return Framework.read(coinr / "00_iMeta.csv")


@pytest.fixture(scope="session")
def example(coinr, asem):
    """Data and framework of the ASEM example."""
    return coinr / "00_iData.csv", asem


@pytest.fixture(scope="session")
def default_path():
    return Recipe.of(
        {"do": "denominate"},
        {"do": "impute", "method": "group_mean", "group": "EurAsia_group"},
        {"do": "screen", "availability": 0.9},
        {"do": "treat", "winsorise": 5},
        {"do": "normalise", "method": "minmax", "low": 0, "high": 100},
        {"do": "aggregate", "method": "arithmetic"},
    )


@pytest.fixture(scope="session")
def compare(coinr):
    """Columns against a file of the reference package: the largest relative difference."""

    def largest(columns, file, key="unit", absent=()):
        table = pl.read_csv(coinr / file, infer_schema=False, null_values=["NA", "", "Inf", "NaN"])
        place = {u: i for i, u in enumerate(table["uCode"])}
        order = [place[u] for u in columns[key]]
        assert len(order) == len(place)
        worst = 0.0
        for code in table.columns:
            if code == "uCode" or code in absent:
                continue
            want = table[code].cast(pl.Float64).to_numpy()[order]
            got = np.asarray(columns[code], dtype=float)
            assert np.array_equal(np.isnan(got), np.isnan(want)), code
            gap = np.abs(got - want) / np.where(want == 0, 1, np.abs(want))
            worst = max(worst, float(np.nanmax(gap, initial=0)))
        return worst

    return largest
