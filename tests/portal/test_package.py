"""The whole data for machines: typed, described, cited; a map of the pages where they have a place."""

import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from hubscope.portal import export, package, render
from hubscope.portal.sheets import downloads, sheets
from hubscope.portal.site import pages
from hubscope.portal.view import View
from hubscope.words import words
from hubscope.workspace import Settings

ADDRESS = "https://hubs.example.org/beijing"


@pytest.mark.parametrize("name", export.WHOLE)
def test_parquet_holds_the_rows_typed_and_described(observatory, name):
    rows = export.WHOLE[name](observatory, "zh")
    table = pq.read_table(io.BytesIO(package.to_parquet(rows, "zh")))
    assert table.num_rows == len(rows) > 0
    for column in table.schema:
        assert column.metadata[b"description"].decode() == words("zh")[f"fields.{column.name}"]
    for row, back in zip(rows, table.to_pylist(), strict=True):
        assert {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()} == {
            k: back[k] for k in row
        }


def test_a_missing_value_is_null_and_numbers_are_numbers(observatory):
    table = pq.read_table(
        io.BytesIO(package.to_parquet(export.index_rows(observatory, "en"), "en"))
    )
    assert table["pull"].null_count == table.num_rows
    assert str(table.schema.field("score").type) == "double"
    assert str(table.schema.field("ties").type).startswith("list<")


def test_a_column_of_mixed_numbers_is_a_number_and_one_without_values_is_text():
    rows = [{"value": 1, "note": None}, {"value": 1.5, "note": None}]
    assert package.columns(rows) == {"value": "number", "note": "string"}
    assert package.columns([{"value": 1, "note": "a"}, {"value": "x", "note": None}]) == {
        "value": "string",
        "note": "string",
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_package_describes_every_file_and_column(observatory, lang):
    made = {
        p.path: p for p in pages(observatory, briefs=False) if p.path.startswith(f"{lang}/data")
    }
    told = json.loads(made[f"{lang}/data/datapackage.json"].body)
    assert {f"{lang}/data/{r['path']}" for r in told["resources"]} == {
        p for p in made if not p.endswith("datapackage.json")
    }
    for resource in told["resources"]:
        if resource["format"] == "csv":
            head = made[f"{lang}/data/{resource['path']}"].body.decode("utf-8-sig").splitlines()[0]
            assert head.split(",") == [f["name"] for f in resource["schema"]["fields"]]
    assert told["version"] == observatory.run
    assert sum(x["observations"] for x in told["licences_of_the_figures"]) == len(
        observatory.observations
    )
    assert all(s["path"].startswith("http") for s in told["sources"])


def test_the_citation_names_edition_day_and_address(observatory):
    said = str(downloads.citation(View(replace(observatory, address=ADDRESS), "en", "downloads")))
    assert observatory.run in said
    assert package.read_until(observatory) in said
    assert f'href="{ADDRESS}"' in said
    assert "href" not in str(downloads.citation(View(observatory, "zh", "downloads")))


def test_a_site_with_an_address_has_a_map_of_all_its_pages(observatory):
    seen = replace(observatory, address=ADDRESS)
    paths = [s.path for s in sheets(seen)]
    found = ET.fromstring(render.site_map(ADDRESS, paths))
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [e.text for e in found.iter(f"{space}loc")]
    assert len(places) == 2 * len(paths)
    assert f"{ADDRESS}/zh/hubs/beijing.html" in places
    first = [page for _, page in zip(range(60), pages(seen, briefs=False), strict=False)]
    made = {p.path: p.body.decode() for p in first if p.path.endswith((".txt", ".xml", ".html"))}
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in made["robots.txt"]
    assert "sitemap.xml" in made
    assert f'rel="canonical" href="{ADDRESS}/zh/index.html"' in made["zh/index.html"]


def test_a_site_without_an_address_promises_no_map(observatory):
    first = [page for _, page in zip(range(20), pages(observatory, briefs=False), strict=False)]
    made = {p.path: p.body for p in first}
    assert made["robots.txt"] == b"User-agent: *\nAllow: /\n"
    assert "sitemap.xml" not in made
    assert b"canonical" not in made["zh/index.html"]


@pytest.mark.parametrize(
    "address", ["hubs.example.org", "ftp://x", 'https://x"onload', "https://a b"]
)
def test_an_address_is_an_http_address(address):
    with pytest.raises(ValidationError):
        Settings.model_validate({"name": {"zh": "甲", "en": "A"}, "focus": "a", "address": address})
