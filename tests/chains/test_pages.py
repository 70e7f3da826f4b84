"""The chains' pages: what each keeps to, and how Chromium and axe see them."""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from hubscope.chains.load import read_chains
from hubscope.chains.report import report
from hubscope.nouns import Words
from hubscope.portal.chain_map import wrapped
from hubscope.portal.observatory import Observatory
from hubscope.portal.render import navigation
from hubscope.portal.sheets.chains import sheets
from hubscope.portal.site import page, written
from hubscope.portal.view import View

CHROMIUM = "/usr/bin/chromium"
BUDGET = 40_000
PLAIN = {"time", "code", "button", "svg", "title", "a", "span"}


@pytest.fixture(scope="module")
def seen(beijing):
    reports = json.loads(json.dumps([report(n, "beijing", draws=50) for n in read_chains(beijing)]))
    return Observatory(Words("台", "O"), "beijing", {}, {}, (), chains=tuple(reports), run="abc")


@pytest.fixture(scope="module")
def site(seen):
    return {
        p.path: p.body
        for s in sheets(seen)
        for lang in ("zh", "en")
        for p in written(s, seen, lang)
    }


@pytest.fixture(scope="module")
def html(site):
    return {path: body.decode() for path, body in site.items() if path.endswith(".html")}


class Walk(HTMLParser):
    """Notes ids, links, popover targets, inline styles and digits that open nothing."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.targets, self.bare, self.bad = [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.bad += [k for k in given if k == "style" or k.startswith("on")] + ["script"] * (
            tag == "script"
        )
        self.ids += [given["id"]] if "id" in given else []
        self.targets += [given["popovertarget"]] if "popovertarget" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag not in {"meta", "link", "br", "img", "path", "rect", "circle"}:
            plain = tag in PLAIN or "popover" in given or given.get("class") in {"sources", "aside"}
            self.open.append((tag, plain))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        inside = {t for t, _ in self.open}
        if "main" in inside and not any(p for _, p in self.open) and re.search(r"\d", data):
            self.bare.append(data.strip())


@pytest.fixture(scope="module")
def walked(html):
    found = {}
    for path, text in html.items():
        found[path] = Walk()
        found[path].feed(text)
    return found


def test_every_kind_of_page_is_there_in_both_languages(site):
    zh, en = ({p[3:] for p in site if p.startswith(f"{lang}/")} for lang in ("zh", "en"))
    assert zh == en
    kinds = ("map", "lists", "tools", "matches", "region", "node/beijing", "node/cluster-it")
    assert {f"chains/beijing/{k}.html" for k in kinds} <= zh
    assert "chains/photovoltaic/node/pv-silicon.html" in zh
    assert "chains/index.csv" in zh


def test_pages_are_light_without_script_or_style(html, walked):
    for path, text in html.items():
        assert len(gzip.compress(text.encode(), 6)) < BUDGET, path
        assert not walked[path].bad, path


def test_every_link_and_every_popover_leads_somewhere(site, walked, seen):
    outside = {"index.html", "zh/index.html", "en/index.html"}
    others = ("indicators/", "methods", "downloads", "glossary", "hubs/", "static/", "index.html")
    for path, found in walked.items():
        assert set(found.targets) <= set(found.ids), path
        for link in found.links:
            if urlsplit(link).scheme or link.startswith("#"):
                continue
            to = urlsplit(urljoin(path, link)).path
            rest = to.split("/", 1)[-1]
            assert (
                to in site or to in outside or to.startswith("static/") or rest.startswith(others)
            ), (path, to)


def test_every_number_opens_its_origin(walked):
    bare = {path: found.bare for path, found in walked.items() if found.bare}
    allowed = re.compile(r"^[（(]?\d{4}[）)]?$|CO2|^\W*$|75|\(72\)|72项|0\.4")
    left = {p: [b for b in found if not allowed.search(b)] for p, found in bare.items()}
    left = {p: b for p, b in left.items() if b}
    names = ("scenario-compute-bth",)
    assert not {p: b for p, b in left.items() if not any(n in p for n in names)}, left


def test_every_node_of_the_map_is_a_link_with_its_whole_name(html, seen):
    text = html["en/chains/beijing/map.html"]
    drawing = text[text.index('<svg class="chain"') : text.index("</svg>")]
    spots = seen.chains[0]["map"]["spots"]
    assert drawing.count("<a href=") == len(spots) <= 150
    assert "<title>Embodied-intelligence models</title>" in drawing


def test_a_node_page_shows_holders_and_their_evidence(html):
    text = html["en/chains/photovoltaic/node/pv-silicon.html"]
    assert "84.09%" in text
    assert "National Renewable Energy Laboratory" in text
    assert "BSD-3-Clause" in text


def test_both_figures_of_2024_stand_on_the_region_page(html):
    text = html["zh/chains/beijing/region.html"]
    assert "843.7 亿元" in text
    assert "852.7 亿元" in text
    assert "已被新版取代" in text


def test_clusters_without_peers_are_unknown_not_short(html):
    text = html["en/chains/beijing/lists.html"]
    assert text.count('class="board unknown"') == 4
    assert "board short" not in text


def test_the_navigation_shows_chains_only_where_there_are_some(seen):
    assert "chains" in dict(navigation(View(seen, "zh", "chains/index")))
    empty = Observatory(Words("台", "O"), "beijing", {}, {}, ())
    assert "chains" not in dict(navigation(View(empty, "zh", "index")))
    assert list(sheets(empty)) == []


def test_names_are_wrapped_and_cut_with_a_mark():
    assert wrapped("整车") == ["整车"]
    assert wrapped("生物反应器与纯化设备") == ["生物反应器与纯化设", "备"]
    assert wrapped("Embodied-intelligence models of robots") == [
        "Embodied-intellig…",
        "models of robots",
    ]


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no browser")
@pytest.mark.parametrize(
    "name",
    [
        "chains/index",
        "chains/beijing/map",
        "chains/beijing/region",
        "chains/photovoltaic/lists",
        "chains/photovoltaic/node/pv-silicon",
    ],
)
@pytest.mark.parametrize("view", [("zh", 390, "light"), ("en", 1200, "dark")], ids=["zh", "en"])
def test_axe_finds_no_fault_and_the_page_fits(site, tmp_path, name, view):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    from hubscope.portal.site import _static

    lang, width, scheme = view
    for found in [
        *_static(),
        *(page(p, b) for p, b in site.items() if p.startswith(f"{lang}/{name}")),
    ]:
        target = tmp_path / found.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.body)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        shown.goto((tmp_path / f"{lang}/{name}.html").as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        result = Axe().run(shown)
        browser.close()
    faults = [(v["id"], v["nodes"][0]["html"][:120]) for v in result.response["violations"]]
    assert not faults
