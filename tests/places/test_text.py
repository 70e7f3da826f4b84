"""Cities in affiliation strings: by hand, against the sources' own countries, through the store."""

import gzip
import json
from functools import cache

import pyarrow as pa
import pytest

from hubscope.cli.here import write_context
from hubscope.job.affiliations import add_affiliations
from hubscope.job.synthetic import institutions
from hubscope.job.works import add_institutions, members, sites, works_engine
from hubscope.places.gazetteer import by_gazetteer
from hubscope.places.text import city_in, city_of_name, country_in
from hubscope.sources.star import SITES
from hubscope.sources.synthetic import World, as_json_lines, make
from hubscope.store.works import load


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("3E Research Institute, Tsinghua University, Beijing, 100084 China", "Beijing"),
        ("Dept. of Physics, University of Oxford, Oxford, UK. someone@ox.ac.uk", "Oxford"),
        ("Petroleum Development Oman, Muscat, Oman. E-mail: a.b@pdo.co.om", "Muscat"),
        ("Institute, Corrensstraße 24, 48149 Münster, Germany; another one", "Münster"),
        ("Institute, Corrensstraße 24, 48149 Münster, Germany", "Münster"),
        ("University of South Carolina, Columbia, S.C. 29208, U.S.A", "Columbia"),
        ("National University of Singapore, Singapore", "Singapore"),
        ("University of Louisiana", None),
        ("Paris", None),
        ("", None),
        (",,, ;;", None),
    ],
)
def test_the_city_of_a_string(text, city):
    found = city_in(text)
    assert (found.name if found else None) == city


def test_a_known_country_helps_and_rules_others_out():
    assert city_in("Cambridge", "GB").country == "GB"
    assert city_in("Cambridge, Massachusetts", "US").country == "US"
    assert city_in("Cambridge", "CN") is None
    assert country_in("Somewhere, P.R. China") == "CN"


def test_strings_agree_with_the_countries_that_openalex_knows(shared):
    """Where OpenAlex knows the institution, the city read from the string is in its country."""
    agree = differ = placed = without = 0
    read = cache(city_in)
    with gzip.open(shared / "data/bibliometrics/openalex_works.jsonl.gz") as lines:
        for line in lines:
            for a in json.loads(line)["authorships"]:
                country = {i["id"]: i["country_code"] for i in a["institutions"]}
                for part in a.get("affiliations") or ():
                    city = read(part["raw_affiliation_string"])
                    known = {country.get(i) for i in part["institution_ids"]} - {None}
                    if known and city:
                        agree += city.country in known
                        differ += city.country not in known
                    elif not part["institution_ids"]:
                        without += 1
                        placed += city is not None
    assert agree > 5_000
    assert differ / (agree + differ) < 0.02
    assert placed / without > 0.3


@pytest.mark.parametrize(
    ("name", "country", "city"),
    [
        ("Beijing Normal University", "CN", "Beijing"),
        ("University of Copenhagen", "DK", "Copenhagen"),
        ("Columbia University", "US", None),  # New York's, not Columbia's
        ("Beijing", "CN", None),
        ("Beijing Normal University", None, None),
        ("University of Nowhere", "GB", None),
    ],
)
def test_the_city_in_a_name(name, country, city):
    found = city_of_name(name, country)
    assert (found.name if found else None) == city


def test_the_gazetteer_fills_only_what_sources_leave_open():
    known = pa.table({
        "institution": pa.array([1, 2, 3, 4], pa.int64()),
        "name": ["Uni Nanjing", "X", "Wuhan University", "Paris Lodron University"],
        "country": ["CN", "CN", "CN", "AT"],
    })  # fmt: skip
    rows = [
        {"institution": 1, "city": "Suzhou", "country": "CN", "latitude": 1.0, "longitude": 2.0},
        {"institution": 2, "city": "Suzhou", "country": "CN"},
    ]
    sites_ = pa.Table.from_pylist([{n: r.get(n) for n in SITES.names} for r in rows], schema=SITES)
    made = {r["institution"]: r for r in by_gazetteer(sites_, known).to_pylist()}
    assert set(made) == {1, 2, 3}
    assert (made[1]["latitude"], made[1]["city"]) == (1.0, "Suzhou")  # as the source has it
    assert made[2]["latitude"] == pytest.approx(31.3, abs=0.2)
    assert (made[3]["city"], made[3]["country"]) == ("Wuhan", "CN")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hubscope.toml").write_text(
        'focus = "munster"\n[name]\nzh = "甲"\nen = "A"\n', "utf-8"
    )
    (tmp_path / "hubs.toml").write_text(
        '[[hub]]\nid = "munster"\nzh = "明斯特"\nen = "Münster"\neconomy = "DE"\nkind = "city"\n',
        "utf-8",
    )
    return tmp_path


def test_what_a_string_places_counts_in_the_hub_and_is_said(folder):
    star = make(World(works=200, institutions=12, hubs=2))
    records = [json.loads(line) for line in as_json_lines(star)]
    planted = 0
    for record in records:
        for one in record["authorships"]:
            if not one["institutions"] and record["id"].endswith("7"):
                one["raw_affiliation_strings"] = ["Lab, nowhere", "Lab, 48149 Münster, Germany"]
                planted += 1
    snapshot, places = folder / "works.jsonl", folder / "places.jsonl"
    snapshot.write_text("".join(json.dumps(r) + "\n" for r in records))
    places.write_bytes(b"".join(institutions(star)))
    with write_context(folder) as context:
        load(context.store, [snapshot], vintage="2026-06-01")
        add_institutions(context, [places])
        assert members(context).num_rows == 0
        done = add_affiliations(context, [snapshot])
        assert (done.authorships, done.placed) == (planted, planted)
        (row,) = members(context).to_pylist()
        assert (row["hub"], row["how"]) == ("munster", "text")
        assert row["institution"] in sites(context)["institution"].to_pylist()
        with works_engine(context) as engine:
            sql = f"SELECT country FROM authorships WHERE institution = {row['institution']}"
            found = engine.rows(sql, "x")
            total = engine.rows("SELECT sum(weight) AS w FROM authorships", "x")["w"][0].as_py()
    assert found["country"].to_pylist() == ["DE"] * planted
    assert total == pytest.approx(200)
    assert isinstance(found, pa.Table)
