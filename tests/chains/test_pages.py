"""The chains' pages: what each keeps to, and how Chromium and axe see them."""

import gzip
import io
import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import networkx as nx
import pytest
from openpyxl import load_workbook

from hubscope.chains.load import ChainSettings, Named, read_chains
from hubscope.chains.report import report
from hubscope.nouns import Words
from hubscope.portal.chain_files import files_of
from hubscope.portal.chain_map import wrapped
from hubscope.portal.observatory import Observatory
from hubscope.portal.render import navigation
from hubscope.portal.sheets.chains import chains_of, sheets
from hubscope.portal.site import page, written
from hubscope.portal.view import View
from hubscope.sources.chain_tables import make_chain, make_evidence, make_link, make_node
from hubscope.sources.chains import read_pair
from hubscope.sources.raw import Raw
from hubscope.words import say

CHROMIUM = "/usr/bin/chromium"
BUDGET = 40_000


@pytest.fixture(scope="module")
def seen(beijing):
    reports = json.loads(json.dumps([report(n, "beijing", draws=50) for n in read_chains(beijing)]))
    return Observatory(Words("台", "O"), "beijing", {}, {}, (), chains=tuple(reports), run="abc")


@pytest.fixture(scope="module")
def site(seen):
    made = [p for s in sheets(seen) for lang in ("zh", "en") for p in written(s, seen, lang)]
    files = {
        path: body
        for lang in ("zh", "en")
        for chain in chains_of(seen)
        for path, body in files_of(chain, seen, lang)
    }
    return {p.path: p.body for p in made} | files


@pytest.fixture(scope="module")
def folded():
    """The English pages of a chain of 700 nodes, which no map can show at once."""
    e = make_evidence(source="s", locator="l", licence="own work", status="published")
    nodes = [make_node(f"n{i}", "input", f"第{i}号", f"Part {i}") for i in range(700)]
    links = [make_link(f"n{i}", f"n{(i - 1) // 3}", "input_to", e["id"]) for i in range(1, 700)]
    chain = make_chain(nodes, links, [e])
    settings = ChainSettings.model_validate({})
    body = json.loads(json.dumps(report(Named("big", chain, settings), "", draws=0)))
    seen = Observatory(Words("台", "O"), "x", {}, {}, (), chains=(body,), run="abc")
    made = [p for s in sheets(seen) for p in written(s, seen, "en")]
    return {p.path: p.body.decode() for p in made if p.path.endswith(".html")}, body


@pytest.fixture(scope="module")
def html(site):
    return {path: body.decode() for path, body in site.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def walked(html, walk):
    return {path: walk(text) for path, text in html.items()}


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
        assert not walked[path].tags & {"script", "style", "iframe", "object", "form"}, path
        assert not walked[path].styled, path


def test_every_link_and_every_popover_leads_somewhere(site, walked, seen):
    outside = {"index.html", "zh/index.html", "en/index.html"}
    others = ("indicators/", "methods", "downloads", "glossary", "hubs/", "static/", "index.html")
    for path, found in walked.items():
        assert set(found.targets) <= set(found.ids), path
        assert len(found.ids) == len(set(found.ids)), path
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
    bands = re.findall(r'<text class="band"[^>]*>([^<]*)</text>', drawing)
    assert "Hydrogen" in bands
    assert "High-end machine tools, Robots" in bands


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
    first = text[: text.index('id="quotients"')]
    assert first.count('class="board unknown"') == 6
    assert "board short" not in text


def test_a_cluster_with_two_quotients_is_a_long_board_with_its_figures(html):
    text = html["en/chains/beijing/lists.html"]
    (row,) = re.findall(r"<tr>(?:(?!</tr>).)*board long(?:(?!</tr>).)*</tr>", text)[:1]
    assert "Artificial intelligence" in row
    part = re.sub(r"<[^>]+>", " ", text[text.index('id="quotients"') : text.index("<details>")])
    assert all(n in part for n in ("314,575 applications", "1,576,379", "1.43", "4,984.3 billion"))


def test_a_part_of_a_year_is_no_latest_size(html):
    text = html["en/chains/beijing/lists.html"]
    part = re.sub(r"<[^>]+>", " ", text[text.index('id="clusters"') :])
    assert "11,070" not in part
    assert "Gross domestic product" not in part


def test_a_folded_map_unfolds_on_pages_of_its_own(folded):
    pages, chain = folded
    maps = {p: b for p, b in pages.items() if "/map" in p}
    assert len(maps) == 1 + len(chain["views"]) > 2
    drawn = set()
    for path, text in maps.items():
        assert len(gzip.compress(text.encode(), 6)) < BUDGET, path
        svg = text[text.index('<svg class="chain"') : text.index("</svg>")]
        assert svg.count('<rect class="node') <= 150
        drawn |= set(re.findall(r"<title>Part (\d+)</title>", svg))
        bundles = re.findall(r'<a href="([^"]*)"><title>\d+ more</title>', svg)
        assert all(re.search(r"map-\d+\.html$", href) for href in bundles)
        assert all(urlsplit(urljoin(path, h)).path in pages for h in bundles)
        for href in re.findall(r'<a href="([^"]*)"', svg):
            assert urlsplit(urljoin(path, href)).path in pages
    assert len(drawn) == 700


def test_clusters_stand_beside_their_targets_and_say_why_a_board_is_unknown(html):
    text = html["en/chains/beijing/lists.html"]
    assert "only <a href=" in text
    plain = re.sub(r"<[^>]+>", " ", text)
    assert "120%" in plain
    assert re.search(r"met in\s+2023", plain)
    assert "98%" in plain


def test_strengthen_fill_extend_has_its_page(html):
    text = html["en/chains/photovoltaic/work.html"]
    assert text.count('<tr><th scope="row">strengthen</th>') == 2
    assert "Encapsulant" in text


def test_the_strength_of_ties_stands_beside_the_raw_flow(html):
    text = html["en/chains/beijing/region.html"]
    part = re.sub(r"<[^>]+>", " ", text[text.index('id="ties"') : text.index('id="flows"')])
    (row,) = [r for r in part.split("Beijing") if "35.69" in r]
    assert "0.072" in row
    assert "4%" in row


def test_every_line_of_the_map_names_its_evidence(html):
    text = html["en/chains/beijing/map.html"]
    lines = re.findall(r'<path class="feeds[^>]*><title>([^<]*)</title>', text)
    assert lines
    assert all(": hubscope" in x and "(estimated)" in x for x in lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_names_nodes_and_heads_in_words(site, lang):
    book = load_workbook(io.BytesIO(site[f"{lang}/chains/beijing/lists.xlsx"]))
    boards = book[say(lang, "chains.sheet.boards")]
    heads = [cell.value for cell in boards[1]]
    assert heads[0] == say(lang, "chains.column.segment")
    names = {row[0].value for row in boards.iter_rows(min_row=2)}
    assert {"zh": "医药健康", "en": "Medicine and health"}[lang] in names
    links = book[say(lang, "chains.column.links")]
    assert all(row[-1].value is not None for row in links.iter_rows())


def test_the_files_of_a_chain_read_back(site):
    pair = (
        Raw(f"{n}.csv", site[f"en/chains/photovoltaic/pair/{n}.csv"]) for n in ("nodes", "links")
    )
    again = read_pair(*pair)
    graph = nx.read_graphml(io.BytesIO(site["en/chains/photovoltaic/chain.graphml"]))
    assert again.links.num_rows == graph.number_of_edges()
    assert nx.read_gexf(io.BytesIO(site["zh/chains/photovoltaic/chain.gexf"])).number_of_nodes()


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
        "chains/linkage",
        "chains/beijing/map",
        "chains/beijing/lists",
        "chains/beijing/region",
        "chains/photovoltaic/lists",
        "chains/photovoltaic/work",
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
