"""Concentration: hand cases, ranges that hold what they promise, and the published chip numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.chains.concentration import concentrations, hhi_range
from hubscope.chains.supply import concentration_table, foreign, holdings, members
from hubscope.errors import HubscopeError

NAN = float("nan")


def one(shares, residual=None, lo=None, hi=None):
    n = len(shares)
    flags = np.zeros(n, bool) if residual is None else np.array(residual)
    bounds = [None if b is None else np.array(b, float) for b in (lo, hi)]
    return concentrations(np.zeros(n, np.int64), np.array(shares, float), flags, *bounds)


def test_hand_case():
    found = one([0.5, 0.3, 0.2])
    assert found.hhi[0] == pytest.approx(0.25 + 0.09 + 0.04)
    assert (found.cr1[0], found.cr3[0], found.n75[0]) == (0.5, pytest.approx(1.0), 2)
    assert (found.hhi_lo[0], found.hhi_hi[0]) == (pytest.approx(0.38), pytest.approx(0.38))


def test_various_is_no_holder_but_makes_a_range():
    found = one([0.6, 0.4], [False, True])
    assert found.hhi[0] == pytest.approx(0.36)
    assert found.hhi_lo[0] == pytest.approx(0.36)
    assert found.hhi_hi[0] == pytest.approx(0.36 + 0.16)
    assert (found.named[0], found.residual[0]) == (1, 0.4)
    assert found.n75[0] == 2


def test_a_missing_share_is_not_zero():
    found = one([0.6, NAN])
    assert found.missing[0] == 1
    assert found.hhi_hi[0] == pytest.approx(0.6**2 + 0.4**2)
    nothing = one([NAN, NAN])
    assert np.isnan(nothing.hhi[0])
    assert (nothing.hhi_lo[0], nothing.hhi_hi[0]) == (pytest.approx(0.5), pytest.approx(1.0))
    assert nothing.top[0] == -1


def test_bands_widen_the_range():
    found = one([0.5, 0.5], lo=[0.4, 0.4], hi=[0.6, 0.6])
    assert found.hhi_lo[0] == pytest.approx(0.5)
    assert found.hhi_hi[0] == pytest.approx(0.52)


def test_groups_do_not_mix_and_order_does_not_matter():
    group = np.array([1, 0, 1, 0, 1])
    share = np.array([0.2, 0.9, 0.5, 0.1, 0.3])
    found = concentrations(group, share, np.zeros(5, bool))
    assert found.group.tolist() == [0, 1]
    assert found.hhi.tolist() == pytest.approx([0.82, 0.38])
    assert found.top.tolist() == [1, 2]


def test_no_rows_no_groups():
    found = concentrations(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool))
    assert found.hhi.size == 0


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=5),
    st.integers(0, 2**32 - 1),
)
def test_every_possible_market_lies_within_the_range(bands, seed):
    lo = np.array([b[0] for b in bands]) / len(bands)
    hi = np.minimum(lo + [b[1] for b in bands], 1.0)
    rng = np.random.default_rng(seed)
    share = lo + rng.random(lo.size) * (hi - lo)
    if share.sum() > 1:
        share = lo + (share - lo) * (1 - lo.sum()) / (share.sum() - lo.sum())
    rest = 1 - share.sum()
    low, high = hhi_range(lo, hi, rest)
    assert low <= (share**2).sum() + 1e-9
    assert (share**2).sum() + rest**2 <= high + 1e-9


def test_the_chip_numbers_of_the_reference(eto, shared):
    published = pl.read_csv(shared / "data" / "chains" / "ref_eto_concentration.csv")
    sizes = {"country": (96, 0.552), "firm": (86, 0.416)}
    above = {"country": 74, "firm": 44}
    at_80 = {"country": 37, "firm": 20}
    for level, (count, median) in sizes.items():
        ours = concentration_table(eto, level).drop_nulls("total")
        assert ours.height == count
        assert ours["hhi"].median() == pytest.approx(median, abs=5e-4)
        assert (ours["hhi"] > 0.4).sum() == above[level]
        assert (ours["cr1"] >= 0.8).sum() == at_80[level]
        theirs = published.filter((pl.col("level") == "country") == (level == "country"))
        both = ours.join(theirs, left_on="item", right_on="input_id")
        assert both.height == count
        assert (both["hhi"] - both["hhi_named"]).abs().max() < 1e-12
        assert (both["cr3"] - both["cr3_right"]).abs().max() < 1e-12
        assert (both["cr1"] * 100 - both["top_share"]).abs().max() < 1e-9
        assert both.filter(pl.col("n75") != pl.col("n75_right")).height == 0
        assert ((ours["hhi_lo"] <= ours["hhi"]) & (ours["hhi"] <= ours["hhi_hi"])).all()


def test_the_chip_countries_in_numbers(eto):
    found = concentration_table(eto, "country").drop_nulls("total")
    assert found["hhi"].drop_nulls().len() == 94
    assert found["hhi"].mean() == pytest.approx(0.585, abs=5e-4)
    assert (found["hhi"] > 0.25).sum() == 88
    code = dict(zip(eto.nodes["id"].to_pylist(), eto.nodes["name_en"].to_pylist(), strict=True))
    leaders = found.filter(pl.col("hhi") > 0.4)["top"].replace_strict(code).value_counts()
    assert dict(leaders.iter_rows()) == {
        "United States": 35,
        "Japan": 19,
        "Singapore": 6,
        "Netherlands": 5,
        "Germany": 3,
        "Republic of Korea": 2,
        "China": 2,
        "Austria": 1,
        "Sweden": 1,
    }
    item = {n: i for i, n in code.items()}
    hhi = dict(found.select("item", "hhi").iter_rows())
    assert hhi[item["EUV lithography tools"]] == 1.0
    assert hhi[item["ArF immersion (DUV) lithography tools"]] == pytest.approx(0.986, abs=5e-4)
    plating = item["Electrochemical plating tools"]
    assert hhi[plating] == pytest.approx(0.988, abs=5e-4)
    firm = dict(concentration_table(eto, "firm").select("item", "hhi").iter_rows())
    assert firm[plating] == pytest.approx(0.854, abs=5e-4)


def test_regions_are_summed_from_countries_and_say_so(eto):
    regions = concentration_table(eto, "region").drop_nulls("total")
    countries = dict(concentration_table(eto, "country").select("item", "hhi").iter_rows())
    assert regions["rolled"].all()
    assert all(
        hhi >= countries[item] - 1e-12
        for item, hhi in regions.select("item", "hhi").iter_rows()
        if hhi is not None and countries[item] is not None
    )


def test_china_holds_half_or_more_of_two_inputs(eto):
    china = next(
        i
        for i, n in zip(*(eto.nodes[c].to_pylist() for c in ("id", "name_en")), strict=True)
        if n == "China"
    )
    inputs = dict(zip(eto.nodes["id"].to_pylist(), eto.nodes["kind"].to_pylist(), strict=True))
    found = foreign(eto, holdings(eto, "country"), china)
    half = found.filter(pl.col("foreign") <= 0.5)
    assert sum(inputs[i] == "input" for i in half["item"].to_list()) == 2
    assert (found["foreign_lo"] <= found["foreign_hi"]).all()


def test_years_stand_apart(small):
    found = concentration_table(small, "country")
    assert found.select("item", "year").rows() == [("cell", 2023), ("ore", 2023)]
    (ore,) = found.filter(pl.col("item") == "ore").to_dicts()
    assert ore["hhi"] == pytest.approx(0.36 + 0.09)
    (cell,) = found.filter(pl.col("item") == "cell").to_dicts()
    assert cell["rolled"]
    assert cell["hhi"] is None


def test_foreign_is_a_range_where_holders_are_not_named(small):
    (ore,) = (
        foreign(small, holdings(small, "country"), "cn").filter(pl.col("item") == "ore").to_dicts()
    )
    assert ore["foreign"] == pytest.approx(0.4)
    assert (ore["foreign_lo"], ore["foreign_hi"]) == (pytest.approx(0.3), pytest.approx(0.4))


def test_a_place_holds_what_lies_in_it(small):
    assert members(small, "cn") == {"cn", "acme"}
    with pytest.raises(HubscopeError, match="no place 'china'"):
        members(small, "china")
    with pytest.raises(HubscopeError, match="no level 'county'"):
        holdings(small, "county")
