"""Complexity against py-ecomplexity 0.5.3, the R vignette, the plain eigen form and hand cases."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.chains import complexity as cx
from hubscope.chains.options import landscape, options
from hubscope.chains.relatedness import cooccurrences, relatedness
from hubscope.errors import BadDataError, HubscopeError


@pytest.fixture(scope="module")
def trade(shared):
    """Trade of 226 places in 785 products, mean of 1998 to 2000."""
    file = shared / "data" / "chains" / "test_trade_sitc4_1998_2000.csv.gz"
    rows = pl.read_csv(file, schema_overrides={"product": pl.String})
    return rows.rename({"country": "place", "product": "activity"})


@pytest.fixture(scope="module")
def world(trade):
    return landscape(trade)


@pytest.fixture(scope="module")
def published(shared):
    rows = pl.read_csv(shared / "data" / "chains" / "ref_ecomplexity053_eci.csv")
    return {r["country"]: r for r in rows.iter_rows(named=True)}


def at(world, place, activity):
    return world.places.index(place), world.activities.index(activity)


def test_eci_is_that_of_ecomplexity_with_the_population_deviation(world, published):
    assert len(world.places) == len(published) == 226
    ours = dict(zip(world.places, world.outcome.eci, strict=True))
    assert max(abs(ours[p] - r["eci"]) for p, r in published.items()) < 1e-9
    assert world.outcome.deviation == "population"
    assert world.outcome.second == pytest.approx(0.17913, abs=5e-6)
    assert world.outcome.third == pytest.approx(0.12095, abs=5e-6)
    assert not world.shaky


def test_the_outlook_is_that_of_ecomplexity_once_standardised(world, published):
    found = cx.outlook(world.m, cx.density(world.m, world.phi), world.outcome.raw)
    standard = (found - found.mean()) / found.std()
    assert (
        max(abs(s - published[p]["coi"]) for p, s in zip(world.places, standard, strict=True))
        < 1e-9
    )


def test_the_r_vignette_with_the_sample_deviation(world):
    found = cx.complexity(world.m, deviation="sample")
    ours = dict(zip(world.places, found.eci, strict=True))
    assert ours["afg"] == pytest.approx(-0.5764283, abs=5e-8)
    assert ours["ago"] == pytest.approx(-1.7770752, abs=5e-8)
    assert ours["aia"] == pytest.approx(1.4090414, abs=5e-8)


def test_named_values_of_the_vignette(world):
    assert world.advantage[at(world, "afg", "0011")] == pytest.approx(0.2312238, abs=5e-8)
    assert world.advantage[at(world, "and", "0015")] == pytest.approx(3.815013019, abs=5e-10)
    column = world.activities.index
    assert world.phi[column("0011"), column("0012")] == pytest.approx(0.3658537, abs=5e-8)
    assert world.phi[column("0012"), column("0013")] == 0.25


def test_fitness_of_the_vignette(world):
    f, q = cx.fitness(world.m)
    place = dict(zip(world.places, f, strict=True))
    assert place["afg"] == pytest.approx(0.78605655, abs=1e-4)
    assert place["ago"] == pytest.approx(0.03999516, abs=1e-4)
    assert place["aia"] == pytest.approx(1.05645538, abs=1e-4)
    assert q[world.activities.index("0011")] == pytest.approx(0.7538883, abs=1e-4)


def test_the_floor_takes_tiny_territories_out(trade, world):
    assert world.place_rows()["place"][0] == "sgs"
    floored = landscape(trade, floor=1e9)
    assert {"sgs", "hmd"} <= set(floored.left_out)
    assert floored.place_rows()["place"][0] == "jpn"


def plain(m):
    """The form of the paper: eigenvectors of the matrix as it stands."""
    d, u = m.sum(1), m.sum(0)
    values, vectors = np.linalg.eig((m / d[:, None]) @ (m / u).T)
    order = np.argsort(-values.real)
    second = vectors[:, order[1]].real
    second = second * np.sign(np.corrcoef(second, d)[0, 1])
    return (second - second.mean()) / second.std()


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("shape", [(20, 60), (60, 20), (40, 40)])
def test_the_fast_form_equals_the_plain_one(seed, shape):
    rng = np.random.default_rng(seed)
    m = (rng.random(shape) < rng.uniform(0.1, 0.7, shape[0])[:, None]).astype(float)
    m[:, m.sum(0) == 0] = 1
    m[m.sum(1) == 0] = 1
    found = cx.complexity(m)
    assert found.eci == pytest.approx(plain(m), abs=1e-8 / max(found.gap, 1e-3))
    assert found.eci.mean() == pytest.approx(0, abs=1e-12)
    assert found.eci.std() == pytest.approx(1)


matrices = st.integers(0, 10_000).map(
    lambda seed: (np.random.default_rng(seed).random((12, 17)) < 0.35).astype(float)
)


@settings(max_examples=60, deadline=None)
@given(matrices, st.integers(1, 16))
def test_density_lies_between_0_and_1_with_all_and_with_the_nearest(m, k):
    phi = cx.proximity(m)
    for found in (cx.density(m, phi), cx.density(m, phi, nearest=k)):
        assert ((found >= 0) & (found <= 1)).all()
    assert (np.diagonal(phi)[m.sum(0) > 0] == 1).all()


@settings(max_examples=40, deadline=None)
@given(matrices, st.integers(1, 16))
def test_density_over_the_nearest_is_the_slow_sum(m, k):
    phi = cx.proximity(m)
    found = cx.density(m, phi, nearest=k)
    for p in range(phi.shape[0]):
        near = np.delete(np.arange(phi.shape[0]), p)
        values = np.sort(phi[near, p])[::-1][:k]
        if values.sum() == 0:
            assert (found[:, p] == 0).all()
            continue
        chosen = near[np.argsort(-phi[near, p], kind="stable")[:k]]
        if phi[chosen[-1], p] > max((phi[x, p] for x in near if x not in chosen), default=-1):
            want = m[:, chosen] @ phi[chosen, p] / phi[chosen, p].sum()
            assert found[:, p] == pytest.approx(want)


def test_density_is_no_whole_number(world):
    """The peer sums a place's neighbours instead of weighing them: 0, 1, 2 ..."""
    found = cx.density(world.m, world.phi, nearest=5)
    assert not np.isin(found, np.arange(6)).all()
    assert found.max() <= 1


def test_all_nearest_is_density_without_itself(world):
    phi = world.phi.copy()
    np.fill_diagonal(phi, 0)
    n = phi.shape[0]
    assert cx.density(world.m, world.phi, nearest=n - 1) == pytest.approx(cx.density(world.m, phi))


def test_gain_is_the_slow_sum():
    rng = np.random.default_rng(1)
    m = (rng.random((6, 9)) < 0.5).astype(float)
    phi, pci = cx.proximity(m), rng.normal(size=9)
    found = cx.gain(m, phi, pci)
    for r in range(6):
        for p in range(9):
            want = (1 - m[r, p]) * sum(
                (1 - m[r, q]) * phi[q, p] * pci[q] / phi[q].sum() for q in range(9) if phi[q].sum()
            )
            assert found[r, p] == pytest.approx(want)


def test_rca_and_its_symmetric_form_by_hand():
    found = cx.rca(np.array([[2.0, 0.0], [1.0, 1.0]]))
    assert found == pytest.approx(np.array([[4 / 3, 0], [2 / 3, 2]]))
    assert cx.symmetric(found) == pytest.approx(np.array([[1 / 7, -1], [-1 / 5, 1 / 3]]))
    assert (cx.rca(np.zeros((2, 2))) == 0).all()


def test_too_small_a_table_says_so():
    with pytest.raises(HubscopeError, match="3 places and 3 activities, got 2 and 3"):
        cx.complexity(np.array([[1.0, 1, 0], [0, 1, 1]]))


def test_relatedness_of_three_by_hand():
    c = np.array([[0.0, 2, 1], [2, 0, 1], [1, 1, 0]])
    s, t = np.array([3.0, 3, 2]), 8.0
    assert relatedness(c)[0, 1] == pytest.approx(2 / 3)
    assert relatedness(c, "association")[0, 2] == pytest.approx((1 / t) / (3 / t * 2 / t))
    assert relatedness(c, "jaccard")[0, 1] == pytest.approx(2 / (3 + 3 - 2))
    want = 1 / ((s[0] / t * s[2] / (t - s[0]) + s[2] / t * s[0] / (t - s[2])) * t / 2)
    assert relatedness(c, "probability")[0, 2] == pytest.approx(want)
    with pytest.raises(HubscopeError, match="no relatedness 'cosin'"):
        relatedness(c, "cosin")


def test_cooccurrences_count_items_that_two_classes_share():
    pairs = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]])
    assert cooccurrences(pairs, 3, 2).tolist() == [[0, 2, 1], [2, 0, 1], [1, 1, 0]]


def test_options_leave_out_what_a_place_has_and_put_near_and_complex_first(world):
    found = options(world, "chn")
    row = world.places.index("chn")
    has = {a for a, m in zip(world.activities, world.m[row], strict=True) if m}
    assert not has & set(found["activity"])
    assert len(has) + found.height == len(world.activities)
    assert found["quadrant"][0] == "low_risk_high_benefit"
    assert found["quadrant"].n_unique() == 4
    with pytest.raises(HubscopeError, match="no place 'chna'"):
        options(world, "chna")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "is empty"),
        ([("a", "x", -1.0)], "a, x: -1.0 is negative"),
        ([("a", "x", 1.0), ("a", "x", 2.0)], "a, x stands 2 times"),
    ],
)
def test_a_bad_table_is_refused(rows, says):
    schema = {"place": pl.String, "activity": pl.String, "value": pl.Float64}
    with pytest.raises(BadDataError, match=says):
        landscape(pl.DataFrame(rows, schema=schema, orient="row"))
