"""Charts for notebooks: their data are right and their specifications valid."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from hubscope.errors import HubscopeError
from hubscope.index import Choice, WeightNoise, build, plots, sensitivity, uncertainty
from hubscope.index.ranks import rank_sets

altair = pytest.importorskip("altair", reason="the extra hubscope[notebook] is not installed")


def test_every_chart_has_a_valid_specification(toy, tree, plain):
    made = build(toy, tree, plain)
    factors = [WeightNoise(0.2), Choice("aggregate", ("arithmetic", "geometric"), "method")]
    ranges = uncertainty(toy, tree, plain, factors, draws=50)
    indices = sensitivity(toy, tree, plain, factors, n=32)
    sets = rank_sets(made.score, np.full(6, 5.0), units=made.units)
    for chart in (
        plots.framework_sunburst(made),
        plots.score_bars(ranges),
        plots.score_bars(ranges, "first"),
        plots.correlation_heat(made),
        plots.rank_intervals(ranges),
        plots.rank_intervals(sets),
        plots.sensitivity_bars(indices.shift),
        plots.score_strip(made),
        plots.distribution(made, "w"),
        plots.distribution(made, "first"),
        plots.scatter(made, "w", "top"),
    ):
        spec = chart.to_dict()  # validated against the Vega-Lite schema
        rows = next(iter(spec["datasets"].values()))
        assert len(rows) >= 4


def test_a_scatter_says_the_correlation_of_what_it_draws(toy, tree, plain):
    made = build(toy, tree, plain)
    spec = plots.scatter(made, "w", "top").to_dict()
    rows = next(iter(spec["datasets"].values()))
    assert [(r["w"], r["top"]) for r in rows] == list(zip(toy["w"], made.score, strict=True))
    assert spec["title"] == f"r = {np.corrcoef(toy['w'], made.score)[0, 1]:.2f}"


def test_arcs_fill_the_circle_in_every_ring(toy, tree, plain):
    arcs = plots.rings(build(toy, tree, plain))
    for ring in set(arcs["inner"]):
        own = [i for i, r in enumerate(arcs["inner"]) if r == ring]
        assert sum(arcs["weight"][i] for i in own) == pytest.approx(1)
        assert min(arcs["start"][i] for i in own) == 0
        assert max(arcs["end"][i] for i in own) == pytest.approx(2 * np.pi)


def test_without_altair_the_error_names_the_extra(toy, tree, plain, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(HubscopeError, match="charts need Altair") as caught:
        plots.framework_sunburst(build(toy, tree, plain))
    assert "hubscope[notebook]" in caught.value.hint
