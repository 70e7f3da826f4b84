"""People of a hub's cities: each city once, however its institutions are placed."""

import types

import pytest

from hubscope.job import lists
from hubscope.places.cities import cities, largest_near, named


def _site(institution, geonames=None, latitude=None, longitude=None):
    return {"institution": institution, "geonames": geonames,
            "latitude": latitude, "longitude": longitude}  # fmt: skip


@pytest.fixture
def counted(monkeypatch):
    """People of one hub that holds the institutions at these sites."""

    def count(*rows):
        table = types.SimpleNamespace(to_pylist=lambda: list(rows))
        held = [{"hub": "a", "institution": r["institution"]} for r in rows]
        monkeypatch.setattr(lists, "sites", lambda _: table)
        monkeypatch.setattr(lists, "_members", lambda _: held)
        return lists._people_of_cities(None)

    return count


def _suburb(of):
    """A city of its own whose people count with the largest city near it."""
    return next(
        c for c in cities().values()
        if c.id != of.id and c.country == of.country and abs(c.latitude - of.latitude) < 0.3
        and abs(c.longitude - of.longitude) < 0.3
        and next(iter(largest_near([c.latitude], [c.longitude]))).id == of.id
    )  # fmt: skip


def test_a_suburb_named_by_its_id_is_not_counted_beside_its_city(counted):
    city = named("Paris", "FR")
    near = _suburb(city)
    by_id, by_point = _site(1, near.id), _site(2, None, city.latitude, city.longitude)
    assert counted(by_id, by_point) == {"a": city.population}
    assert counted(by_id) == {"a": city.population}


def test_an_id_that_is_no_city_counts_nobody(counted):
    assert counted(_site(1, -5), _site(2)) == {}


def test_cities_far_apart_are_both_counted(counted):
    paris, lyon = named("Paris", "FR"), named("Lyon", "FR")
    assert counted(_site(1, paris.id), _site(2, lyon.id)) == {
        "a": paris.population + lyon.population
    }
