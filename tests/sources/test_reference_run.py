"""The reference run on real samples gives the numbers that its page gives, paper by paper."""

import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from hubscope.cli.here import write_context
from hubscope.indicators.works import measure_works, prepare
from hubscope.indicators.works_measures import chosen
from hubscope.job.works import add_institutions, members, sites, works_engine
from hubscope.store.works import load, loaded

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / f"docs/how-to/reference-run{s}.md" for s in ("", ".zh-CN")]
IDS = ("oa_works_fractional", "oa_works_full", "oa_ai_share")


def rows_of(page):
    """line: (by hand, by hubscope) of the table of thirty papers."""
    cells = re.findall(
        r"^\| (\d+) \| \w+ \| \d+ \| ([\d/]+) \| ([\d.]+) \|", page.read_text("utf-8"), re.MULTILINE
    )
    return {int(line): (Fraction(hand), float(ours)) for line, hand, ours in cells}


@pytest.fixture(scope="module")
def measured(shared, tmp_path_factory, beijing):
    folder = tmp_path_factory.mktemp("reference") / "w"
    shutil.copytree(beijing, folder)
    data = shared / "data/bibliometrics"
    with write_context(folder) as context:
        load(
            context.store, [data / "conference_papers.parquet"], vintage="2025-12-01",
            source="papers", url="https://github.com/papercopilot/paperlists",
        )  # fmt: skip
        places = add_institutions(context, [data / "institution_geolocation.csv.gz"])
        body, inside = loaded(context.store), members(context)
        with works_engine(context) as engine:
            hubs = context.workspace.hubs
            found, _ = measure_works(
                engine, inside, sites(context), hubs, vintage="2025-12-01", sha256="0",
                sources=["papers"], addresses=[p["url"] for p in body["parts"]], ids=IDS,
            )  # fmt: skip
            numbers = prepare(engine, inside, hubs, None, [m.sql for m in chosen(IDS)])
            sql = (
                "SELECT works.line, hub_works.weight FROM hub_works "
                "JOIN works ON works.work = hub_works.work "
                f"WHERE hub_works.hub = {numbers['beijing']} AND hub_works.year = 2024"
            )
            papers = {r["line"]: r["weight"] for r in engine.rows(sql, "x").to_pylist()}
    return body, places, inside, found, papers


def value(found, hub, indicator, year):
    (one,) = [o for o in found if (o.hub, o.indicator, o.year) == (hub, indicator, year)]
    return one


def test_the_page_says_what_was_loaded_and_placed(measured):
    body, places, inside, _, _ = measured
    text = PAGES[0].read_text("utf-8")
    hubs = len(set(inside["institution"].to_pylist()))
    assert f"87,728; {sum(body['rejects'].values())}; {body['works']:,} |" in text
    assert f"{places:,} of {body['parts'][0]['rows']['institutions']:,}; {hubs:,} in" in text


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_the_page_gives_the_measured_numbers(measured, page):
    found = measured[3]
    text = page.read_text("utf-8")
    for hub, year in (("beijing", 2024), ("beijing", 2019), ("boston-cambridge", 2019)):
        o = value(found, hub, "oa_works_fractional", year)
        assert f"{o.value:.1f} [{o.lo:.1f}, {o.hi:.1f}]" in text
    share = value(found, "beijing", "oa_ai_share", 2024)
    assert f"{share.value:.2f}" in text
    assert f"{share.lo:.2f}" in text
    assert f"{share.hi:.2f}" in text
    assert share.origin.url == "https://github.com/papercopilot/paperlists"


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_thirty_papers_weigh_what_the_page_says(measured, page):
    papers, table = measured[4], rows_of(page)
    assert len(table) == 30
    for line, (_, ours) in table.items():
        assert papers[line] == pytest.approx(ours, abs=5e-5), line
    same = [line for line, (hand, ours) in table.items() if abs(float(hand) - ours) < 5e-5]
    assert len(same) == 21
    assert sum(papers.values()) == pytest.approx(
        value(measured[3], "beijing", "oa_works_fractional", 2024).value
    )
