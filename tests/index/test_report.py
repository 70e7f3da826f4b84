"""The report of a unit: its numbers are those of the build, on the page and in the document."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from docx import Document

from hubscope.cli.index_report import spoken
from hubscope.errors import BadDataError
from hubscope.index import Choice, Framework, Recipe, WeightRange, build, sensitivity, uncertainty
from hubscope.index.report import ENGLISH, Language, docx, html, list_of_units, unit_report
from hubscope.index.report.marks import bar, png, strip, svg
from hubscope.index.report.write import file_names
from hubscope.words import words

FACTORS = (
    WeightRange("first", 0.4, 0.8),
    Choice("normalise", ("minmax", "percentile_rank"), "method"),
)


class Page(HTMLParser):
    """Rows of every table and all tags of a page; unbalanced tags are an error."""

    EMPTY = ("meta", "rect", "br")

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.open, self.text = [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1] in {"td", "th", "a"} and self.rows:
            self.rows[-1][-1] += data


@pytest.fixture
def holed(toy):
    """The toy with one value missing and groups."""
    made = {**toy, "y": [2.0, None, 4.0, 3.0, 7.0, 5.0]}
    return {**made, "name": list("ABCDEF"), "side": ["n", "n", "s", "s", "s", ""]}


@pytest.fixture
def sided(tree):
    columns = {k: [getattr(e, k) for e in tree.elements] for k in ("code", "level", "parent")}
    more = {"direction": [1, 1, 1, -1, 1, 1, 1], "weight": [1, 3, 1, 1, 2, 1, 1]}
    table = {**columns, **more, "type": [""] * 7}
    for column, value in zip(table, ("side", "", "", 1, 1, "group"), strict=True):
        table[column] = [*table[column], value]
    return Framework.read(table)


@pytest.fixture
def report(holed, sided):
    recipe = Recipe.of(
        {"do": "impute", "method": "median"},
        {"do": "normalise", "low": 1, "high": 100},
        {"do": "aggregate"},
    )
    ranges = uncertainty(holed, sided, recipe, FACTORS, draws=256, group_ranks=True)
    found = sensitivity(holed, sided, recipe, FACTORS, n=64)
    return unit_report(ranges.nominal, "b", ranges=ranges, found=found)


def test_lines_are_those_of_the_build(report):
    made, at = report.build, 1
    assert [line.code for line in report.lines] == ["top", "first", "second"]
    assert report.lines[2].score == made.scores["second"][at]
    assert report.top.rank == made.rank[at]
    assert report.top.rank_lo <= report.top.rank <= report.top.rank_hi
    assert report.lines[1].rank_lo <= report.lines[1].rank <= report.lines[1].rank_hi
    assert (report.lines[2].available, report.lines[2].asked) == (1, 2)
    assert report.top.share == 1
    assert report.lines[1].share == pytest.approx(2 / 3)
    assert report.chances.sum() == pytest.approx(1)


def test_the_ranks_of_groups_are_ranked_over_the_draws(report):
    ranges = report.ranges
    weights_only = uncertainty(
        report.build.data, report.build.framework, report.build.recipe, FACTORS[:1],
        draws=64, group_ranks=True,
    )  # fmt: skip
    # the share of a group in the index moves no rank within the groups
    for code in ("first", "second"):
        interval = weights_only.group_ranks[code]
        assert np.array_equal(interval.lo, report.build.ranks[code])
        assert np.array_equal(interval.hi, report.build.ranks[code])
    assert set(ranges.group_ranks) == {"first", "second"}


def test_tied_units_are_those_whose_order_is_open(report):
    chance = report.ranges.pair_probabilities[1]
    want = [u for u, p in zip("abcdef", chance, strict=True) if 0.05 < p < 0.95]
    assert sorted(report.tied) == want
    assert want


def test_cells_tell_what_was_filled_in(report):
    (cell,) = report.cells
    assert (cell.code, cell.kind, cell.how, cell.value) == ("y", "imputed", "median", 4.0)


def test_cells_of_a_recipe_that_fills_nothing(holed, sided):
    made = build(holed, sided, Recipe.of({"do": "normalise"}, {"do": "aggregate"}))
    (cell,) = unit_report(made, "b").cells
    assert (cell.code, cell.kind) == ("y", "missing")
    assert unit_report(made, "a").cells == ()


def test_winsorised_cells_tell_both_values(sided):
    spread = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000]
    data = {"unit": list("abcdefghij"), "w": spread, "x": spread[::-1]}
    data |= {"y": [float(i % 4) for i in range(10)], "z": [float(i % 3) for i in range(10)]}
    made = build(data, sided, Recipe.of({"do": "treat"}, {"do": "normalise"}, {"do": "aggregate"}))
    (cell,) = unit_report(made, "j").cells
    assert (cell.code, cell.kind, cell.was, cell.value) == ("w", "winsorised", 1000, 9)


def test_peers_rank_within_the_unit_s_own_group(report):
    ranks = report.build.rank
    assert report.peers == {"side": ("n", 1 + float(ranks[1] > ranks[0]), 2)}


def test_strengths_are_told_per_denominator():
    tree = Framework.read(
        {
            "code": ["x", "y", "top", "people"],
            "level": [1, 1, 2, 0],
            "parent": ["top", "top", "", ""],
            "denominator": ["people", "", "", ""],
            "type": ["", "", "", "denominator"],
        }
    )
    data = {"unit": ["big", "small", "mid"], "x": [100.0, 50.0, 60.0], "y": [1.0, 2.0, 3.0]}
    data |= {"people": [1000.0, 10.0, 60.0]}
    recipe = Recipe.of({"do": "denominate"}, {"do": "normalise"}, {"do": "aggregate"})
    one = unit_report(build(data, tree, recipe), "small")
    assert one.strong["code"] == ["x"]  # 50 / 10 is the most a head, though 100 is the most
    assert one.strong["rank"].tolist() == [1]
    assert "50 ÷ people" in html(one)


def test_the_page_says_what_the_report_knows(report):
    text = html(report)
    page = Page(text)
    rows = {r[0]: r for r in page.rows}
    assert rows["top"][1] == f"{report.top.score:.1f}"
    assert rows["top"][3] == f"{report.top.rank:.0f} of 6"
    assert rows["y"][1:] == ["filled in (median of the units)", "none", "4"]
    assert f"range {report.top.rank_lo:.0f}–{report.top.rank_hi:.0f}" in page.text
    assert "B (b)" in page.text
    driver = report.drivers[0]
    told = {"weight.first": "weight of first", "normalise.method": "normalisation: method"}
    assert f"depends most on: {told[driver.factor]}." in page.text


def test_the_page_needs_nothing_from_outside(report):
    page = Page(html(report))
    assert not {t for t, _ in page.tags} & {"script", "link", "img", "iframe", "object"}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on") or a == "src"]
    drawings = [a for t, a in page.tags if t == "svg"]
    assert len(drawings) > 5
    assert all(a["role"] == "img" and a["aria-label"] for a in drawings)


def test_hostile_names_stay_text(holed, sided):
    evil = "<script>alert(1)</script>\x0b"
    data = {**holed, "name": [evil] * 6}
    made = build(data, sided, Recipe.of({"do": "normalise"}, {"do": "aggregate"}))
    one = unit_report(made, "a")
    assert "<script" not in html(one)
    assert (
        "<script>alert(1)</script>\ufffd" in Document(io.BytesIO(docx(one))).core_properties.title
    )


def test_the_document_says_the_same_as_the_page(report):
    made = Document(io.BytesIO(docx(report)))
    page = Page(html(report))
    rows = [[c.text for c in row.cells] for table in made.tables for row in table.rows]
    assert rows == page.rows
    headings = [p.text for p in made.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    found = re.findall(r"<h[12]>(.*?)</h[12]>", html(report))
    assert headings == found
    assert len(made.inline_shapes) == sum(t == "svg" for t, _ in page.tags)
    alternatives = [s._inline.docPr.get("descr") for s in made.inline_shapes]
    assert alternatives == [a["aria-label"] for t, a in page.tags if t == "svg"]


def test_without_ranges_it_says_so(toy, tree, plain):
    text = Page(html(unit_report(build(toy, tree, plain), "a"))).text
    assert ENGLISH["no_range"] in text
    assert ENGLISH["drivers"] not in text


def test_a_unit_without_a_score_says_so(toy, tree, plain):
    data = {k: [None, *v[1:]] if k != "unit" else v for k, v in toy.items()}
    text = Page(html(unit_report(build(data, tree, plain), "a"))).text
    assert ENGLISH["no_score"] in text


def test_a_panel_tells_its_year_and_the_change_since_the_one_before(toy, sided, plain):
    double = {k: [*v, *v] for k, v in toy.items()}
    double["time"] = ["2020"] * 6 + ["2021"] * 6
    double["x"] = [*toy["x"], 6.0, *toy["x"][1:]]
    double["side"] = list("nnssss") * 2
    made = build(double, sided, plain)
    one = unit_report(made, "a")
    assert one.time == "2021"
    assert one.peers == {"side": ("n", 1 + float(made.score[7] > made.score[6]), 2)}
    assert one.ranked == 6
    page = Page(html(one))
    assert "Change since 2020" in page.text
    # x went from 3 to 6 of 1..6: 3/5 of 99 points, weighing 3/4 of the first group's 2/3
    assert f"{99 * 3 / 5 * 3 / 4 * 2 / 3:.2f}" in {r[1] for r in page.rows if r[0] == "x"}


def test_unknown_units_are_refused_with_the_nearest(toy, tree, plain):
    with pytest.raises(BadDataError, match="no unit aa"):
        unit_report(build(toy, tree, plain), "aa")


def test_both_languages_have_all_words(monkeypatch, report):
    room = "index_report."
    english = {k.removeprefix(room): v for k, v in words("en").items() if k.startswith(room)}
    assert english == dict(ENGLISH)
    monkeypatch.setenv("HUBSCOPE_LANG", "zh")
    text = Page(html(report, spoken())).text
    assert "得分与名次" in text
    assert "插补（各单位中位数）" in text
    with pytest.raises(BadDataError, match="lack 'over'"):
        html(report, Language(words={}))


def test_file_names_are_safe_and_differ():
    made = file_names(["../../etc/x", "a/b", "a b", "北京", "", "Index", "a/b"], "html")
    assert made == [
        "etc-x.html", "a-b.html", "a-b-2.html", "北京.html", "unit.html", "Index-2.html", "a-b.html"
    ]  # fmt: skip


def test_the_list_of_units_stands_by_rank(toy, tree, plain):
    made = build(toy, tree, plain)
    page = Page(list_of_units({f"{u}.html": unit_report(made, u) for u in made.units}))
    order = [r[0] for r in page.rows[1:]]
    assert order == [made.units[i] for i in np.argsort(made.rank, kind="stable")]
    assert [a["href"] for t, a in page.tags if t == "a"] == [f"{u}.html" for u in order]


def test_drawings_stand_where_the_numbers_say():
    drawn = strip(np.array([0.0, 50, 100]), 50, 25, 100, "x")
    mark = next(m for m in drawn.marks if m.ink == "mark")
    band = next(m for m in drawn.marks if m.ink == "range")
    assert mark.x + mark.width / 2 == pytest.approx(drawn.width / 2)
    assert band.x == pytest.approx(2 + 0.25 * (drawn.width - 4) - 1)
    assert 'aria-label="&lt;x"' in svg(bar(0.5, 0.4, 0.6, "<x"))


def test_a_png_is_read_back_by_another_library():
    from PIL import Image

    image = Image.open(io.BytesIO(png(bar(0.5, np.nan, np.nan, "x"), scale=2)))
    assert image.size == (336, 36)
    assert image.getpixel((100, 18)) == (43, 92, 143)
    assert image.getpixel((300, 6)) == (255, 255, 255)
