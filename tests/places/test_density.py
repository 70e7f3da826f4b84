"""Weighted DBSCAN on the sphere equals scikit-learn's, point for point, and never wavers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from hubscope.places.density import dbscan
from hubscope.places.sphere import EARTH_KM, distance_km, in_polygon


def world(points, *, seed=1, cities=4000):
    """Points around cities of very unequal size, and a fifth anywhere on the globe."""
    r = np.random.default_rng(seed)
    lat0, lon0 = np.degrees(np.arcsin(r.uniform(-0.9, 0.95, cities))), r.uniform(-180, 180, cities)
    size = r.pareto(1.1, cities) + 0.1
    at = r.choice(cities, points, p=size / size.sum())
    lat = lat0[at] + r.normal(0, 0.08, points)
    lon = lon0[at] + r.normal(0, 0.08, points) / np.cos(np.radians(lat0[at]))
    far = r.random(points) < 0.2
    lat[far] = np.degrees(np.arcsin(r.uniform(-1, 1, far.sum())))
    lon[far] = r.uniform(-180, 180, far.sum())
    return lat, (lon + 180) % 360 - 180, r.integers(1, 5, points).astype(float)


def sklearn(lat, lon, weight, radius, minimum):
    model = DBSCAN(
        eps=radius / EARTH_KM, min_samples=int(minimum), metric="haversine", algorithm="ball_tree"
    )
    return model.fit(np.radians(np.c_[lat, lon]), sample_weight=weight).labels_


def test_fifty_thousand_points_as_scikit_learn():
    lat, lon, weight = world(50_000)
    ours = dbscan(lat, lon, weight, 15.0, 70.0)
    theirs = sklearn(lat, lon, weight, 15.0, 70.0)
    assert ours.max() > 50
    assert np.array_equal(ours, theirs)  # even the numbering is the same


@pytest.mark.parametrize("radius", [1.0, 15.0, 300.0, 1500.0])
@pytest.mark.parametrize("minimum", [2, 9, 40])
def test_any_radius_and_minimum_as_scikit_learn(radius, minimum):
    lat, lon, weight = world(1_500, seed=int(radius) + minimum, cities=60)
    ours = dbscan(lat, lon, weight, radius, minimum)
    assert np.array_equal(ours, sklearn(lat, lon, weight, radius, minimum))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(89.9, 0.2), (-89.9, 0.2), (0.0, 3.0), (60, 0.5)]),
       st.sampled_from([179.99, 0.0, -90.0]), st.sampled_from([5.0, 40.0]), st.integers(1, 8))  # fmt: skip
def test_at_the_poles_and_the_date_line(seed, where, lon0, radius, minimum):
    r = np.random.default_rng(seed)
    n = 60
    lat = np.clip(where[0] + r.normal(0, where[1], n), -90, 90)
    around = r.uniform(-180, 180, n) if abs(where[0]) > 89 else lon0 + r.normal(0, where[1], n)
    lon, weight = (around + 180) % 360 - 180, r.integers(0, 4, n).astype(float)
    ours = dbscan(lat, lon, weight, radius, minimum)
    assert np.array_equal(ours, sklearn(lat, lon, weight, radius, minimum))


def test_many_points_at_one_place_cost_nothing_and_cluster():
    lat, lon = np.r_[np.full(3000, 39.9), 60.0], np.r_[np.full(3000, 116.4), 10.0]
    labels = dbscan(lat, lon, np.ones(3001), 15.0, 3000.0)
    assert (labels[:3000] == 0).all()
    assert labels[3000] == -1


def test_no_points_no_clusters():
    assert dbscan(np.empty(0), np.empty(0), np.empty(0), 15.0, 5.0).shape == (0,)


def test_distances_by_hand():
    assert distance_km(0.0, 0.0, 0.0, 90.0) == pytest.approx(EARTH_KM * np.pi / 2)
    # Beijing to Tianjin, city centres of GeoNames: 111 km
    assert distance_km(39.9075, 116.39723, 39.14222, 117.17667) == pytest.approx(108.0, abs=1.0)
    assert distance_km(10.0, 179.5, 10.0, -179.5) == pytest.approx(109.5, abs=0.1)


def test_a_polygon_may_cross_the_date_line():
    polygon = np.array([[10.0, 170.0], [10.0, -170.0], [-10.0, -170.0], [-10.0, 170.0]])
    inside = in_polygon(
        np.array([0.0, 0.0, 0.0, 11.0]), np.array([179.0, -175.0, 160.0, 179.0]), polygon
    )
    assert inside.tolist() == [True, True, False, False]
