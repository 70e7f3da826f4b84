"""Flows, gravity, Salton, coupling and vintages: hand cases and statsmodels as the oracle."""

import numpy as np
import polars as pl
import pytest

from hubscope.chains import region
from hubscope.chains.gravity import gravity, kilometres
from hubscope.errors import HubscopeError
from hubscope.sources.chain_tables import make_chain, make_evidence, make_link, make_node


def some_flows(seed=0, n=120):
    rng = np.random.default_rng(seed)
    origin, destination, distance = (np.exp(rng.normal(3, 1, n)) for _ in range(3))
    border = (rng.random(n) < 0.3).astype(float)
    mean = np.exp(
        -1
        + 0.6 * np.log(origin)
        + 0.5 * np.log(destination)
        - 0.8 * np.log(distance)
        + 0.4 * border
    )
    return rng.poisson(mean).astype(float), origin, destination, distance, border


@pytest.mark.parametrize("seed", range(5))
def test_the_gravity_model_is_that_of_statsmodels(seed):
    import statsmodels.api as sm

    flow, origin, destination, distance, border = some_flows(seed)
    found = gravity(flow, origin, destination, distance, border)
    x = np.column_stack([np.ones(flow.size), *map(np.log, (origin, destination, distance)), border])
    oracle = sm.GLM(flow, x, family=sm.families.Poisson()).fit(cov_type="HC0")
    assert list(found.coefficients.values()) == pytest.approx(oracle.params, abs=1e-7)
    assert list(found.errors.values()) == pytest.approx(oracle.bse, rel=1e-6)
    assert found.residual == pytest.approx(oracle.resid_pearson, abs=1e-6)


def test_the_model_finds_what_made_the_flows():
    found = gravity(*some_flows(n=5000))
    assert found.coefficients["distance"] == pytest.approx(-0.8, abs=0.1)
    assert found.coefficients["border"] == pytest.approx(0.4, abs=0.15)
    assert found.expected.sum() == pytest.approx(some_flows(n=5000)[0].sum())


@pytest.mark.parametrize("seed", [0, 1])
def test_pooled_years_and_clusters_are_those_of_statsmodels(seed):
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    n, years = 60, np.repeat([2019, 2020, 2021], 60)
    origin, destination, distance = (np.tile(rng.uniform(5, 90, n), 3) for _ in range(3))
    pair = np.tile(np.arange(n), 3)
    mean = np.exp(0.4 * (years - 2019)) * origin * destination / distance**0.8
    flow = rng.poisson(mean * np.tile(rng.gamma(4, 0.25, n), 3)).astype(float)
    found = gravity(flow, origin, destination, distance, years=years, clusters=pair)
    dummies = [(years == y).astype(float) for y in (2020, 2021)]
    x = np.column_stack([np.ones(3 * n), *map(np.log, (origin, destination, distance)), *dummies])
    fitted = sm.GLM(flow, x, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": pair, "use_correction": False}
    )
    assert list(found.coefficients) == [
        "intercept",
        "origin",
        "destination",
        "distance",
        "2020",
        "2021",
    ]
    assert list(found.coefficients.values()) == pytest.approx(fitted.params.tolist(), rel=1e-6)
    assert list(found.errors.values()) == pytest.approx(fitted.bse.tolist(), rel=1e-5)
    assert found.residual == pytest.approx(fitted.resid_pearson, rel=1e-5, abs=1e-6)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", x, fitted.cov_params(), x))
    assert found.spread == pytest.approx(spread, rel=1e-5)


def test_the_range_of_synergy_holds_what_drawing_again_gives():
    """The delta method against 400 drawn flows and coefficients, for one pair."""
    rng = np.random.default_rng(4)
    n = 300
    origin, destination, distance = (rng.uniform(5, 60, n) for _ in range(3))
    flow = rng.poisson(origin * destination / distance).astype(float)
    found = gravity(flow, origin, destination, distance)
    lo, hi = found.synergy_range(flow, counted=True)
    i = int(np.argmax(flow > 30))
    y = rng.poisson(flow[i], 20_000)
    m = found.expected[i] * np.exp(found.spread[i] * rng.standard_normal(20_000))
    drawn = np.quantile((y - m) / np.sqrt(m), [0.05, 0.95])
    assert [lo[i], hi[i]] == pytest.approx(drawn, abs=0.15)
    narrow = found.synergy_range(flow, counted=False)
    assert (narrow[1] - narrow[0] < hi - lo).all()
    none = flow == 0
    assert (hi[none] > lo[none]).all()


def test_gravity_says_what_it_cannot_do():
    two = np.array([1.0, 2.0])
    with pytest.raises(HubscopeError, match="2 flows cannot tell 4 effects apart"):
        gravity(two, two, two, two)
    with pytest.raises(HubscopeError, match="a distance is not above 0"):
        gravity(np.ones(9), np.ones(9), np.ones(9), np.zeros(9))


def test_the_distance_from_beijing_to_tianjin():
    found = kilometres(np.array([39.9042, 39.0842]), np.array([116.4074, 117.2009]))
    assert found[0, 1] == pytest.approx(114, abs=2)
    assert found[0, 0] == 0


def test_salton_by_hand():
    found = region.salton(np.array([[0.0, 20], [20, 0]]), np.array([100.0, 400]))
    assert found[0, 1] == pytest.approx(20 / 200)
    assert np.isnan(found[0, 0])


def test_complementarity_by_hand():
    m = np.array([[1.0, 0, 0, 0], [0, 1, 1, 0]])
    found = region.complementarity(m)
    assert found[0, 1] == pytest.approx(2 / 3)
    assert found[1, 0] == pytest.approx(1 / 2)


def test_coupling_by_hand_and_at_its_ends():
    c, t, d = region.coupling(np.array([[0.4, 0.9], [1.0, 1.0], [0.0, 0.8]]))
    assert c[0] == pytest.approx(2 * np.sqrt(0.36) / 1.3)
    assert t[0] == pytest.approx(0.65)
    assert d[0] == pytest.approx(np.sqrt(c[0] * t[0]))
    assert (c[1], d[1]) == (1, 1)
    assert (c[2], d[2]) == (0, 0)
    with pytest.raises(HubscopeError, match="outside 0 and 1"):
        region.coupling(np.array([[1.2, 0.5]]))


def revised():
    evidence = [
        make_evidence(source="a", status="published", vintage="2024", licence="facts only"),
        make_evidence(source="b", status="derived", vintage="2025-12", licence="facts only"),
        make_evidence(source="c", status="secondary", vintage="2025-12", licence="facts only"),
    ]
    nodes = [
        make_node(i, "place", i, i, ext=f'{{"latitude": {x}, "longitude": {y}}}')
        for i, x, y in (("b", 39.9, 116.4), ("t", 39.1, 117.2), ("h", 38.0, 114.5))
    ]
    values = [(0, 100.0), (1, 110.0), (2, 90.0)]
    links = [
        make_link("b", "t", "flows_to", evidence[k]["id"], year=2024, value=v, unit="x")
        for k, v in values
    ]
    links.append(make_link("b", "h", "flows_to", evidence[0]["id"], year=2024, value=5.0, unit="x"))
    return make_chain(nodes, links, evidence)


def test_vintages_stand_beside_each_other_and_the_newest_counts():
    found = region.flows(revised())
    (current,) = found.filter((pl.col("dst") == "t") & pl.col("current")).to_dicts()
    assert (current["value"], current["status"]) == (110.0, "derived")
    told = region.vintages(found)
    assert told["value"].to_list() == [100.0, 110.0, 90.0]
    assert told["change"].to_list() == pytest.approx([0, 0.1, -0.1])
    assert found.filter(pl.col("dst") == "h")["revisions"].to_list() == [1]


def test_synergy_is_what_size_and_distance_do_not_explain():
    rng = np.random.default_rng(3)
    n = 9
    ids = [f"p{i}" for i in range(n)]
    where = pl.DataFrame(
        {
            "id": ids,
            "latitude": rng.uniform(30, 40, n),
            "longitude": rng.uniform(110, 120, n),
            "size": None,
        },
        schema_overrides={"size": pl.Float64},
    )
    sizes = pl.DataFrame({"id": ids, "size": rng.uniform(10, 100, n)})
    far = kilometres(where["latitude"].to_numpy(), where["longitude"].to_numpy())
    rows = []
    for i in range(n):
        for j in range(n):
            if i != j:
                usual = 50 * sizes["size"][i] * sizes["size"][j] / far[i, j]
                rows.append((ids[i], ids[j], 2024, "", usual * (5 if (i, j) == (0, 1) else 1)))
    found = pl.DataFrame(
        rows, schema=["src", "dst", "year", "period", "value"], orient="row"
    ).with_columns(unit=pl.lit("papers"), current=pl.lit(value=True))
    table, model = region.synergy(found, where, sizes, unit="papers", year=2024)
    assert table.row(0)[:2] == ("p0", "p1")
    pooled, both = region.synergy(
        pl.concat(
            [found, found.with_columns(pl.lit(2023, pl.Int64).alias("year"), pl.col("value") * 2)]
        ).select(found.columns),
        where,
        sizes,
        unit="papers",
    )
    assert pooled["year"].unique().sort().to_list() == [2023, 2024]
    assert pooled.filter(pl.col("year") == 2023).row(0)[:2] == ("p0", "p1")
    assert both.coefficients["2024"] == pytest.approx(-np.log(2))
    assert (pooled["residual_lo"] < pooled["residual"]).all()
    assert model.coefficients["distance"] < 0
    assert table.height == n * (n - 1)


def test_places_with_a_point(small):
    assert region.places(small).rows() == [("cn", 35.0, 105.0, None)]
