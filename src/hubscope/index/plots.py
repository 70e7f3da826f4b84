"""Charts for notebooks, with the extra `hubscope[notebook]` (Altair); each returns a chart."""

from __future__ import annotations

from typing import Any

import numpy as np

from hubscope.errors import HubscopeError
from hubscope.index.build import Build
from hubscope.index.panel import values_of
from hubscope.index.ranks import RankSets
from hubscope.index.relate import correlation_of, correlations
from hubscope.index.sensitivity import Indices
from hubscope.index.sheets import Columns
from hubscope.index.table import Array, to_frame
from hubscope.index.uncertainty import Uncertainty
from hubscope.index.weight import effective

INK = "#1b4965"
RANGE = "#9db4c0"


def _altair() -> Any:
    try:
        import altair as alt
    except ImportError as error:
        raise HubscopeError(
            "charts need Altair", hint="install it with: pip install hubscope[notebook]"
        ) from error
    return alt


def _rows(columns: Columns) -> Any:
    alt = _altair()
    alt.data_transformers.disable_max_rows()
    return to_frame({k: _list(v) for k, v in columns.items()})


def _list(values: Any) -> list[Any]:
    plain = np.asarray(values).tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if isinstance(v, float) and not np.isfinite(v) else v for v in plain]


def rings(build: Build) -> Columns:
    """The sunburst's arcs: one row an element with its angles and ring; angles follow weights."""
    share = effective(build.framework, build.weights)
    made: Columns = {k: [] for k in ("code", "name", "weight", "start", "end", "inner", "outer")}

    def place(code: str, start: float) -> None:
        e = build.framework.by_code[code]
        ring = build.framework.top_level - e.level
        width = share[code] * 2 * np.pi
        row = (code, e.name or code, share[code], start, start + width, ring * 40, ring * 40 + 38)
        for key, value in zip(made, row, strict=True):
            made[key].append(value)
        for child in build.framework.children.get(code, ()):
            place(child, start)
            start += share[child] * 2 * np.pi

    place(build.framework.top, 0.0)
    return made


def framework_sunburst(build: Build) -> Any:
    """The tree as rings from the index outwards, each arc as wide as its effective weight."""
    alt = _altair()
    return (
        alt.Chart(_rows(rings(build)), title="Effective weights")
        .mark_arc(stroke="white")
        .encode(
            theta=alt.Theta("start:Q", scale=alt.Scale(domain=[0, 2 * np.pi])),
            theta2="end:Q",
            radius=alt.Radius("inner:Q", scale=None),
            radius2="outer:Q",
            color=alt.Color("inner:O", legend=None, scale=alt.Scale(scheme="blues")),
            tooltip=["code:N", "name:N", alt.Tooltip("weight:Q", format=".3f")],
        )
    )


def score_bars(made: Uncertainty, code: str | None = None) -> Any:
    """Scores as bars with their ranges, best first."""
    alt = _altair()
    own = made.scores[code or made.nominal.framework.top]
    rows = _rows({"unit": made.units, "score": own.nominal, "lo": own.lo, "hi": own.hi})
    base = alt.Chart(rows).encode(y=alt.Y("unit:N", sort="-x", title=None))
    ends = made.nominal.scale
    scale = f" between {ends[0]:g} and {ends[1]:g}" if ends else ""
    title = f"score{scale}, {made.level:.0%} range"
    bars = base.mark_bar(color=RANGE).encode(x=alt.X("score:Q", title=title))
    return bars + base.mark_rule(color=INK, strokeWidth=2).encode(x="lo:Q", x2="hi:Q")


def score_strip(build: Build, code: str | None = None) -> Any:
    """Scores as dots on one line: who stands close to whom."""
    alt = _altair()
    rows = _rows({"unit": build.units, "score": build.scores[code or build.framework.top]})
    return (
        alt.Chart(rows)
        .mark_point(color=INK, filled=True, opacity=0.6)
        .encode(x=alt.X("score:Q", scale=alt.Scale(zero=False)), tooltip=["unit:N", "score:Q"])
    )


def distribution(build: Build, code: str, bins: int = 20) -> Any:
    """Histogram of an indicator as the data stand, or of an element's scores."""
    alt = _altair()
    rows = _rows({"unit": build.units, "value": values_of(build, code)})
    return (
        alt.Chart(rows, title=code)
        .mark_bar(color=INK)
        .encode(x=alt.X("value:Q", bin=alt.Bin(maxbins=bins)), y=alt.Y("count()", title="units"))
    )


def scatter(build: Build, first: str, second: str) -> Any:
    """Two indicators or elements against each other, with their correlation in the title."""
    alt = _altair()
    x, y = values_of(build, first), values_of(build, second)
    rows = _rows({"unit": build.units, first: x, second: y})
    kept = {"scale": alt.Scale(zero=False)}
    return (
        alt.Chart(rows, title=f"r = {correlation_of(x, y):.2f}")
        .mark_point(color=INK, filled=True)
        .encode(
            x=alt.X(field=first, type="quantitative", **kept),
            y=alt.Y(field=second, type="quantitative", **kept),
            tooltip=["unit:N"],
        )
    )


def correlation_heat(build: Build, kind: str = "pearson") -> Any:
    """Correlations of the indicators after the recipe's last change of their values."""
    alt = _altair()
    codes = build.framework.indicators
    r: Array = correlations(build.last.values, kind)
    rows = _rows(
        {
            "first": np.repeat(codes, len(codes)),
            "second": list(codes) * len(codes),
            "r": r.ravel(),
        }
    )
    return (
        alt.Chart(rows, title=f"{kind} correlation")
        .mark_rect()
        .encode(
            x=alt.X("second:N", sort=list(codes), title=None),
            y=alt.Y("first:N", sort=list(codes), title=None),
            color=alt.Color("r:Q", scale=alt.Scale(scheme="redblue", domain=[-1, 1])),
            tooltip=["first:N", "second:N", alt.Tooltip("r:Q", format=".2f")],
        )
    )


def rank_intervals(made: Uncertainty | RankSets) -> Any:
    """Every unit's rank with its range, best first: where ranges overlap the order is not sure."""
    alt = _altair()
    if isinstance(made, Uncertainty):
        own = {"rank": made.rank.nominal, "lo": made.rank.lo, "hi": made.rank.hi}
    else:
        own = {"rank": made.rank, "lo": made.lo, "hi": made.hi}
    rows = _rows({"unit": made.units, **own})
    base = alt.Chart(rows).encode(
        y=alt.Y("unit:N", sort=alt.EncodingSortField("rank", order="ascending"), title=None)
    )
    ranges = base.mark_rule(color=RANGE, strokeWidth=6).encode(
        x=alt.X("lo:Q", title=f"rank, {made.level:.0%} range"), x2="hi:Q"
    )
    return ranges + base.mark_point(color=INK, filled=True, size=50).encode(x="rank:Q")


def sensitivity_bars(indices: Indices, output: int = 0) -> Any:
    """First-order and total indices of one output with their intervals."""
    alt = _altair()
    count = len(indices.factors)
    rows = _rows(
        {
            "factor": list(indices.factors) * 2,
            "index": ["first order"] * count + ["total"] * count,
            "value": np.concatenate([indices.first[output], indices.total[output]]),
            "lo": np.concatenate([indices.first_lo[output], indices.total_lo[output]]),
            "hi": np.concatenate([indices.first_hi[output], indices.total_hi[output]]),
        }
    )
    base = alt.Chart(rows, title=indices.outputs[output]).encode(
        y=alt.Y("factor:N", sort=list(indices.factors), title=None), yOffset="index:N"
    )
    bars = base.mark_bar().encode(
        x=alt.X("value:Q", title="Sobol' index"),
        color=alt.Color("index:N", scale=alt.Scale(range=[RANGE, INK])),
    )
    return bars + base.mark_rule(color="black").encode(x="lo:Q", x2="hi:Q")
