"""Hubs as sets of places, and hubs found by density."""

import numpy as np
import pyarrow as pa
import pytest

from hubscope.errors import BadDataError, UsageError
from hubscope.nouns import Hub, Words
from hubscope.places.cities import largest_near, named, nearest
from hubscope.places.clusters import find_clusters
from hubscope.places.members import Place, assign, default, read_places
from hubscope.places.standings import sensitivity
from hubscope.sources.star import SITES

HUBS = {
    "beijing": Hub("beijing", Words("北京", "Beijing"), "CN", "city", 39.9, 116.4, ("Peking",)),
    "tianjin": Hub("tianjin", Words("天津", "Tianjin"), "CN", "city"),
    "china": Hub("china", Words("中国", "China"), "CN", "country"),
}


def sites(*rows):
    names = SITES.names
    return pa.Table.from_pylist([dict(zip(names, r, strict=True)) for r in rows], schema=SITES)


TABLE = sites(
    (1, "Beijing", "Beijing", "CN", 1816670, 39.99, 116.31),
    (2, "Peking", None, "CN", None, None, None),
    (3, "Beijing", None, "US", None, None, None),
    (4, None, "Hebei", "CN", None, 39.95, 116.60),
    (5, "Tianjin", None, "CN", None, 39.1, 117.2),
    (6, None, None, None, None, None, None),
)


def members(*places):
    rows = assign(TABLE, {"03cve4549": 9}, places).to_pylist()
    return {(r["hub"], r["institution"]): r["how"] for r in rows}


def test_a_hub_without_rules_is_its_names_and_a_circle():
    found = members(*read_places_of())
    assert found == {
        ("beijing", 1): "city",
        ("beijing", 2): "city",
        ("beijing", 4): "circle",
        ("tianjin", 5): "city",
    }


def read_places_of(path=None):
    from pathlib import Path

    return read_places(path or Path("does-not-exist"), HUBS)


def test_by_region_polygon_id_and_ror():
    assert members(Place("jjj", regions=frozenset({"hebei"}))) == {("jjj", 4): "region"}
    around = ((40.2, 116.0), (40.2, 116.5), (39.7, 116.5), (39.7, 116.0))
    assert members(Place("b", polygon=around)) == {("b", 1): "polygon"}
    assert members(Place("b", city_ids=frozenset({1816670}))) == {("b", 1): "city"}
    by_id = members(Place("b", institutions=frozenset({5, "03cve4549", "unknown"})))
    assert by_id == {("b", 5): "institution", ("b", 9): "institution"}


def test_no_sites_no_members():
    assert assign(sites(), {}, [default(HUBS["beijing"])]).num_rows == 0


def test_rules_replace_the_default(tmp_path):
    path = tmp_path / "places.toml"
    path.write_text('[[place]]\nhub = "beijing"\ncities = ["Beijing"]\ncountry = "US"\n')
    assert members(*read_places_of(path)) == {("beijing", 3): "city", ("tianjin", 5): "city"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[place]]\nhub = "beijng"\ncities = ["x"]', "unknown hub beijng"),
        ('[[place]]\nhub = "beijing"', "names no city"),
        ('[[place]]\nhub = "beijing"\ncities = [1]', "no city has the GeoNames id 1"),
        ('[[place]]\nhub = "beijing"\ncircle = [99, 0, 5]', "circle.0"),
        ('[[place]]\nhub = "beijing"\npolygon = [[1, 1], [2, 2]]', "three corners"),
        ('[[place]]\nhub = "beijing"\nradius = 5', "radius"),
        ("[[place", "not valid TOML"),
    ],
)
def test_a_faulty_rule_is_said(tmp_path, text, says):
    path = tmp_path / "places.toml"
    path.write_text(text)
    with pytest.raises(BadDataError, match=says):
        read_places_of(path)


def test_cities_by_name_and_by_point():
    assert named("peking", "CN").id == 1816670
    assert named("Cambridge", "US").country == "US"
    assert named("no such place") is None
    assert [c.name for c in nearest(np.array([39.9]), np.array([116.4]))] == ["Beijing"]


def test_a_district_is_called_by_its_city():
    lat, lon = np.array([42.35, 0.0]), np.array([-71.08, -30.0])
    back_bay, ocean = largest_near(lat, lon)
    assert back_bay.name == "Boston"
    assert ocean == nearest(lat, lon)[1]


def points():
    """Tokyo and Yokohama (28 km apart) and Boston; a lone point in the ocean."""
    r = np.random.default_rng(5)
    where = [(35.69, 139.69, 3000), (35.44, 139.64, 2500), (42.36, -71.06, 2000), (0.0, -30.0, 1)]
    lat = np.concatenate([la + r.normal(0, 0.02, n) for la, _, n in where])
    lon = np.concatenate([lo + r.normal(0, 0.02, n) for _, lo, n in where])
    return lat, lon, np.ones(len(lat))


def test_clusters_are_named_ranked_and_shared():
    found = find_clusters(*points(), radius_km=10, minimum=500)
    assert [(c.name, c.country) for c in found.clusters] == [
        ("Tokyo", "JP"), ("Yokohama", "JP"), ("Boston", "US")
    ]  # fmt: skip
    assert [c.weight for c in found.clusters] == [3000, 2500, 2000]
    assert [c.share for c in found.clusters] == pytest.approx(
        [3000 / 7501, 2500 / 7501, 2000 / 7501]
    )
    assert found.labels[-1] == -1


def test_neighbouring_clusters_merge_by_the_distance_of_their_centres():
    merged = find_clusters(*points(), radius_km=10, minimum=500, merge_km=40)
    assert [(c.weight, c.joined) for c in merged.clusters] == [(5500, 2), (2000, 1)]
    assert merged.clusters[0].country == "JP"


def test_what_the_parameters_decide_is_shown():
    standing = sensitivity(*points(), radii=(10, 40), minima=(500, 2300), radius_km=10, minimum=500)
    by_rank = {s.rank: s for s in standing.standings}
    assert (by_rank[1].highest, by_rank[1].lowest, by_rank[1].lost) == (1, 1, 0)
    assert (by_rank[2].highest, by_rank[2].lowest) == (1, 2)  # at 40 km it is one with the first
    assert by_rank[3].lost == 2  # 2,000 records never reach 2,300
    assert [(s.radius_km, s.minimum, s.clusters) for s in standing.settings] == [
        (10, 500, 3), (10, 2300, 2), (40, 500, 2), (40, 2300, 1)
    ]  # fmt: skip
    assert standing.settings[0].share == pytest.approx(7500 / 7501)
    assert by_rank[1].ranks == (1, 1, 1, 1)
    assert by_rank[3].ranks == (3, None, 2, None)


def test_two_kinds_start_a_cluster_together_and_rank_it_by_the_mean_of_their_shares():
    lat, lon, weight = points()
    place = np.repeat([0, 1, 2, 3], [3000, 2500, 2000, 1])
    patents = np.where(place == 2, 0.1, np.where(place == 1, 0.02, 0.0))  # Boston invents most
    kinds = {"works": weight, "patents": patents}
    found = find_clusters(lat, lon, weight + patents, radius_km=10, minimum=500, kinds=kinds)
    assert [c.name for c in found.clusters] == ["Boston", "Yokohama", "Tokyo"]
    first = found.clusters[0]
    assert [(p.kind, p.weight) for p in first.parts] == [
        ("works", 2000), ("patents", pytest.approx(200))
    ]  # fmt: skip
    assert first.share == pytest.approx((2000 / 7501 + 200 / 250) / 2)
    assert first.per_head == pytest.approx(first.weight / first.population)
    assert sum(c.share for c in found.clusters) == pytest.approx((7500 / 7501 + 1) / 2)
    empty = find_clusters(
        lat, lon, weight, radius_km=10, minimum=500, kinds={"works": weight, "patents": 0 * weight}
    )
    assert [c.share for c in empty.clusters] == pytest.approx(
        [3000 / 7501, 2500 / 7501, 2000 / 7501]
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [({"radius_km": 0}, "radius of 0"), ({"minimum": -1}, "minimum of -1"), ({}, "point 1 is at")],
)
def test_what_has_no_meaning_is_refused(change, says):
    lat = np.array([1.0, 2.0 if change else 91.0])
    with pytest.raises(UsageError, match=says):
        find_clusters(lat, np.zeros(2), np.ones(2), **change)
