"""The report in a browser: no fault that axe knows, nothing runs to the side, wide or narrow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hubscope.cli.index_report import spoken
from hubscope.index import WeightNoise, build, sensitivity, uncertainty
from hubscope.index.report import html, list_of_units, unit_report

CHROMIUM = os.environ.get("HUBSCOPE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed"),
]


@pytest.fixture
def pages(toy, tree, plain, tmp_path, monkeypatch):
    """A report with a long name and a list of all, in both languages."""
    factors = [WeightNoise(0.3)]
    data = {**toy, "name": ["An innovation centre of a rather long name " * 2, *"BCDEF"]}
    data["y"] = [None, *toy["y"][1:]]
    ranges = uncertainty(data, tree, plain, factors, draws=64, group_ranks=True)
    found = sensitivity(data, tree, plain, factors, n=8)
    made = []
    for lang in ("en", "zh"):
        monkeypatch.setenv("HUBSCOPE_LANG", lang)
        one = unit_report(ranges.nominal, "a", ranges=ranges, found=found)
        rest = {f"{u}.html": unit_report(build(data, tree, plain), u) for u in "abc"}
        for name, text in (("a", html(one, spoken())), ("all", list_of_units(rest, spoken()))):
            made.append(tmp_path / f"{name}-{lang}.html")
            made[-1].write_text(text, "utf-8")
    return made


def test_reports_are_fit_to_read(pages):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    faults = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, scheme in ((1200, "light"), (360, "dark")):
            size = {"width": width, "height": 800}
            # the page's own policy forbids scripts, axe's as well
            context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
            page = context.new_page()
            for path in pages:
                page.goto(path.as_uri())
                wide = page.evaluate("document.documentElement.scrollWidth")
                faults += [f"{path.name} is {wide} wide at {width}"] if wide > width else []
                found = Axe().run(page).response["violations"]
                faults += [f"{path.name} {width} {scheme}: {v['id']}" for v in found]
        browser.close()
    assert faults == []
