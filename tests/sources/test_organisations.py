"""ROR in both schemas and OpenAlex's institutions as sites; what is faulty is named."""

import csv
import gzip
import json
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from hubscope.errors import BadDataError
from hubscope.sources.organisations import named_places, read, sites
from hubscope.sources.star import INSTITUTIONS, SITES

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HUBSCOPE_SHARED", ROOT.parent / "shared"))
PLACES = SHARED / "data/bibliometrics/institution_geolocation.csv.gz"

ROR2 = {
    "id": "https://ror.org/01abc0001",
    "names": [{"value": "AU", "types": ["acronym"]}, {"value": "A University", "types": ["label", "ror_display"]}],
    "types": ["education"],
    "locations": [{"geonames_id": 1816670, "geonames_details": {
        "name": "Beijing", "country_code": "CN", "country_subdivision_name": "Beijing", "lat": 39.9, "lng": 116.4}}],
}  # fmt: skip
ROR1 = {
    "id": "https://ror.org/01abc0002",
    "name": "B Institute",
    "types": ["Facility"],
    "country": {"country_code": "DE"},
    "addresses": [{"city": "Kiel", "state": None, "lat": 54.3, "lng": 10.1, "geonames_city": {"id": 2891122}}],
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/I7",
    "ror": "https://ror.org/01abc0003",
    "display_name": "C Company",
    "type": "company",
    "geo": {"city": "Paris", "geonames_city_id": "2988507", "country_code": "FR", "latitude": 48.9, "longitude": 2.4},
}  # fmt: skip
KNOWN = pa.Table.from_pylist(
    [
        {"institution": 1, "ror": "01abc0001", "name": "A University"},
        {"institution": 2, "ror": "01abc0002", "name": "B Institute"},
        {"institution": 7, "ror": "01abc0003", "name": "C Company"},
        {"institution": 9, "name": "D Laboratory"},
    ],
    schema=INSTITUTIONS,
)


def write(tmp_path, name, records):
    path = tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("v1.34-ror-data.json", "[]")
            archive.writestr("v1.34-ror-data_schema_v2.json", json.dumps(records))
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    else:
        path.write_text(json.dumps(records))
    return path


@pytest.mark.parametrize("name", ["ror.json", "ror.zip", "part_0000.gz"])
def test_every_form_reads(tmp_path, name):
    rows, faults = read(write(tmp_path, name, [ROR2, ROR1, OPENALEX]))
    assert faults == []
    assert [(r["name"], r["city"], r["country"], r["geonames"], r["type"]) for r in rows] == [
        ("A University", "Beijing", "CN", 1816670, "education"),
        ("B Institute", "Kiel", "DE", 2891122, "facility"),
        ("C Company", "Paris", "FR", 2988507, "company"),
    ]


def test_sites_are_found_by_number_ror_and_name(tmp_path):
    rows, _ = read(write(tmp_path, "r.json", [ROR2, ROR1, OPENALEX]))
    named = named_places([{"institution": "d laboratory", "latitude": "1.5", "longitude": "2.5"}])
    found = sites(KNOWN, [*rows, *named], SITES.empty_table()).to_pylist()
    assert [(r["institution"], r["city"], r["latitude"]) for r in found] == [
        (1, "Beijing", 39.9), (2, "Kiel", 54.3), (7, "Paris", 48.9), (9, None, 1.5)
    ]  # fmt: skip


def test_a_later_source_corrects_and_does_not_erase():
    base = dict.fromkeys((*SITES.names, "ror", "name", "type"))
    before = pa.Table.from_pylist(
        [{"institution": 1, "city": "Peking", "country": "CN"}], schema=SITES
    )
    later = base | {"institution": 1, "city": "Beijing", "latitude": 39.9, "longitude": 116.4}
    (row,) = sites(KNOWN, [later], before).to_pylist()
    assert (row["city"], row["country"], row["latitude"]) == ("Beijing", "CN", 39.9)


def test_a_name_does_not_move_a_campus():
    known = pa.Table.from_pylist(
        [{"institution": n, "name": "D Laboratory"} for n in (1, 2)], schema=INSTITUTIONS
    )
    before = pa.Table.from_pylist([{"institution": 1, "city": "Shenyang"}], schema=SITES)
    named = named_places([{"institution": "D Laboratory", "latitude": "39.9", "longitude": "116"}])
    one, two = sites(known, named, before).to_pylist()
    assert (one["city"], one["latitude"]) == ("Shenyang", None)
    assert two["latitude"] == 39.9


def test_faulty_records_are_named(tmp_path):
    off = OPENALEX | {"geo": {"latitude": 99.0, "longitude": 0.0}}
    rows, faults = read(write(tmp_path, "r.json", [ROR2, {"id": "x"}, 5, off]))
    assert len(rows) == 1
    assert [(f.line, f.column) for f in faults] == [(2, "id"), (3, "id"), (4, "geo")]


@pytest.mark.parametrize("name", ["broken.json", "broken.zip", "broken.gz"])
def test_a_broken_file_is_said(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"[{")
    with pytest.raises(BadDataError, match="broken"):
        read(path)


@pytest.mark.skipif(
    not PLACES.is_file(), reason="the recorded coordinates are not beside this checkout"
)
def test_the_recorded_coordinates_match_by_name():
    with gzip.open(PLACES, "rt", encoding="utf-8") as handle:
        rows = named_places(csv.DictReader(handle))
    assert len(rows) == 570
    known = pa.Table.from_pylist(
        [{"institution": 5, "name": "Aalto University"}], schema=INSTITUTIONS
    )
    (site,) = sites(known, rows, SITES.empty_table()).to_pylist()
    assert site["latitude"] == pytest.approx(60.186, abs=0.001)


def test_an_alias_places_what_carries_no_ror_id_where_one_record_alone_has_it(tmp_path):
    def ror(number, country, *names):
        labels = [
            {"value": n, "types": ["label" if k else "ror_display"]} for k, n in enumerate(names)
        ]
        place = {"name": f"City {number}", "country_code": country, "lat": number, "lng": number}
        return {
            "id": f"https://ror.org/01abc000{number}",
            "names": [*labels, {"value": "XY", "types": ["acronym"]}],
            "locations": [{"geonames_id": number, "geonames_details": place}],
        }

    dump = [
        ror(1, "DE", "Kiel University", "Christian-Albrechts-Universität zu Kiel"),
        ror(2, "FR", "National Institute", "Institute of Data"),
        ror(3, "DE", "Another Institute", "Institute of Data"),
    ]
    known = pa.Table.from_pylist(
        [
            {"institution": 11, "name": "christian-albrechts-universität zu kiel", "country": "DE"},
            {
                "institution": 12,
                "name": "Institute of Data",
                "country": "DE",
            },  # two records have it
            {"institution": 13, "name": "XY", "country": "DE"},  # an acronym names nobody alone
            {"institution": 14, "name": "National Institute", "country": "US"},  # another economy
            {"institution": 15, "name": "Another Institute"},
            {"institution": 16, "ror": "09zzz9999", "name": "Kiel University", "country": "DE"},
        ],
        schema=INSTITUTIONS,
    )
    rows, faults = read(write(tmp_path, "ror.json", dump))
    assert faults == []
    found = sites(known, rows, SITES.empty_table()).to_pylist()
    assert [(r["institution"], r["city"]) for r in found] == [(11, "City 1"), (15, "City 3")]
    own = {"institution": 11, "city": "Rendsburg", "country": "DE"}
    before = pa.Table.from_pylist([own], schema=SITES)
    assert sites(known, rows, before).to_pylist()[0]["city"] == "Rendsburg"  # its own word stands
