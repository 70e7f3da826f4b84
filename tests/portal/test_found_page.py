"""Pages of hubs that were found, of who came to a hub and what it patents: whole, light, told."""

import gzip
import io
import json
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from hubscope.job.found import Points, Settings, described
from hubscope.portal.site import pages

BUDGET = 40_000
RELEASES = {k: {"vintage": "2026-06-01", "parts": [{"source": k}]} for k in ("works", "patents")}
INFLOW = {
    "hub": "beijing", "persons": 128, "hidden": 2, "first": 2020, "last": 2024,
    "origins": [
        {"kind": "economy", "origin": "US", "persons": 61},
        {"kind": "economy", "origin": "XK", "persons": 10},
        {"kind": "hub", "origin": "shanghai-suzhou", "persons": 30,
         "name": {"zh": "上海—苏州", "en": "Shanghai-Suzhou"}},
    ],
}  # fmt: skip
FIELDS = {
    "hub": "beijing", "families": 410.5, "without": 0.031, "first": 2020, "last": 2024,
    "fields": [
        {"field": n, "families": 10.0 + n, "share": 1 / 35, "specialisation": 0.5 + n / 20}
        for n in range(1, 36)
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    """A body with more hubs than the page lists."""
    r = np.random.default_rng(8)
    lat, lon = r.uniform(-40, 60, 130), r.uniform(-170, 170, 130)
    at = np.repeat(np.arange(130), 4)
    works, patents = r.uniform(5, 400, 520), r.uniform(0, 90, 520)
    where = Points(
        lat[at] + r.normal(0, 0.01, 520), lon[at] + r.normal(0, 0.01, 520),
        {"works": works, "patents": patents}, [f"City {n}" for n in at], {"works": 0.381, "patents": 0.02},
    )  # fmt: skip
    return described(
        where, Settings(radius=15, minimum=100, merge=5, first=2019, last=2023), RELEASES
    )


@pytest.fixture(scope="module")
def site(observatory, found):
    seen = replace(
        observatory, found=found, inflow=(INFLOW,), patent_fields=(FIELDS,), unplaced=UNPLACED
    )
    wanted = ("hubs/found", "hubs/beijing", "index", "downloads")
    return {
        p.path: p.body
        for p in pages(seen, briefs=False)
        if any(
            p.path.removeprefix(f"{lang}/").startswith(w) for w in wanted for lang in ("zh", "en")
        )
    }


UNPLACED = tuple(
    {"kind": k, "hub": "beijing", "year": y, "records": 40, "unnamed": 0.31, "unlocated": 0.33}
    for k in ("works", "patents")
    for y in range(2005, 2025)
)
OWN = ("hubs/found", "hubs/beijing/inside")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", OWN)
def test_every_number_opens_an_origin_and_the_page_is_light(site, walk, lang, path):
    html = site[f"{lang}/{path}.html"].decode()
    seen = walk(html)
    assert seen.bare == []
    assert seen.styled == []
    assert "script" not in seen.tags
    assert len(set(seen.ids)) == len(seen.ids)
    assert set(seen.targets) <= set(seen.ids)
    assert len(gzip.compress(html.encode(), 6)) < BUDGET
    assert {f"{lang}/{path}.csv", f"{lang}/{path}.json"} <= set(site)


def test_the_page_says_how_and_how_much_is_unplaced(site):
    english, chinese = (site[f"{lang}/hubs/found.html"].decode() for lang in ("en", "zh"))
    for text in (
        "Hubs that the data show",
        "38.1%",
        "centres lie within",
        "The first",
        "patent families",
    ):
        assert text in english
    for text in ("数据自身呈现的中心", "没有坐标已知的地点", "重心相距不超过", "每千人记录数"):
        assert text in chinese
    assert english.count('<circle class="spot"') == 130


def test_the_files_hold_every_hub(site, found):
    rows = json.loads(site["en/hubs/found.json"])["rows"]
    assert [r["rank"] for r in rows] == list(range(1, len(found["clusters"]) + 1))
    assert len(rows) == 130
    assert sum(r["share"] for r in rows) == pytest.approx(found["inside"])
    book = openpyxl.load_workbook(io.BytesIO(site["zh/hubs/found.xlsx"]))
    assert book.sheetnames == ["发现的中心", "各设定下的名次"]
    assert book["发现的中心"].max_row == 131
    assert book["各设定下的名次"].max_row == 1 + 130 * 9


def test_pages_lead_there(site):
    assert b'href="../en/hubs/found.html"' in site["en/index.html"]
    assert b'href="../../zh/hubs/beijing/inside.html"' in site["zh/hubs/beijing.html"]
    assert b"hubs/found.csv" in site["en/downloads.html"]
    assert b"hubs/beijing/inside.csv" in site["en/downloads.html"]


def test_arrivals_and_fields_are_named_in_both_languages(site):
    english, chinese = (site[f"{lang}/hubs/beijing/inside.html"].decode() for lang in ("en", "zh"))
    for text in ("United States", "XK", "Semiconductors", "came from", "128"):
        assert text in english
    assert english.count("33.0%") == 24
    for text in ("未能定位的部分", "美国", "上海", "半导体", "不足十人", "专业化程度"):
        assert text in chinese
    rows = json.loads(site["en/hubs/beijing/inside.json"])["rows"]
    assert [r["table"] for r in rows] == ["inflow"] * 3 + ["fields"] * 35 + ["unplaced"] * 40


def test_without_such_tables_there_is_no_such_page(observatory):
    paths = {p.path for p in pages(observatory, briefs=False) if p.path.startswith("en/hubs/")}
    assert not any("found" in p or "inside" in p for p in paths)
