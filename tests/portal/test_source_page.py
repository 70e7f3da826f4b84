"""The document behind a plan: its words unchanged, each element's sentence marked, both ways."""

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from hubscope.errors import BadDataError
from hubscope.plan import as_json, read_text
from hubscope.portal.marked import Mark, Point, cuts, marked, needed
from hubscope.portal.observatory import read_plans
from hubscope.portal.sheets import plan as plan_sheet
from hubscope.portal.sheets import source
from hubscope.portal.site import written
from hubscope.workspace import PlanDocument, open_workspace

MOST = 40 * 1024


class Words(HTMLParser):
    """The text of one element of a page, and every id and link."""

    def __init__(self, of):
        super().__init__(convert_charrefs=True)
        self.of, self.depth, self.text, self.ids, self.links = of, 0, "", [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag == "div" and (self.depth or found.get("class") == self.of):
            self.depth += 1

    def handle_endtag(self, tag):
        self.depth -= tag == "div" and self.depth > 0

    def handle_data(self, data):
        if self.depth:
            self.text += data


def look(html):
    found = Words("stored")
    found.feed(html)
    return found


def pair_of(text, *, licence="own", full=True, more=None):
    body = as_json(read_text(text, name="some.md"))
    body["document"] |= more or {}
    document = PlanDocument(
        id="some", hub="beijing", issued="2021", licence=licence, full_text=full
    )
    return read_plans({"some": {body["document"]["language"]: body}}, [document])["some"]


def pages(pair, observatory, lang):
    seen = replace(observatory, plans={"some": pair}, verdicts=())
    return [next(written(s, seen, lang)).body.decode() for s in source.sheets(pair)]


PLAN = "# Plan for 2030\n\n## Goals\n\n- By 2030, R&D will reach 4 % of GDP & <more>.\r\n\n"
PLAN += "".join(f"## {n}. Build centre {n}\n\n{'Words of the body. ' * 60}\n\n" for n in range(90))


def test_the_pages_together_hold_the_stored_text_unchanged(observatory):
    pair = pair_of(PLAN)
    found = pages(pair, observatory, "en")
    assert len(found) > 2
    assert "".join(look(html).text for html in found) == PLAN
    assert all(len(gzip.compress(html.encode())) < MOST for html in found)


def test_every_element_leads_to_its_sentence_and_back(observatory):
    pair = pair_of(PLAN)
    seen = replace(observatory, plans={"some": pair}, verdicts=())
    html = next(written(plan_sheet.sheet(pair), seen, "zh")).body.decode()
    there = [look(p) for p in pages(pair, observatory, "zh")]
    for e in source.shown(pair.in_("zh")):
        links = [x for x in look(html).links if x.endswith(f"#s-{e.id}")]
        number = int(re.search(r"text-(\d+)\.html", links[0]).group(1))
        assert f"s-{e.id}" in there[number - 1].ids
        assert f"../../../zh/plans/some.html#{e.id}" in there[number - 1].links
        assert e.id in look(html).ids
    for page in there:
        assert len(page.ids) == len(set(page.ids))


def test_without_a_licence_only_the_quoted_sentences_are_shown(observatory):
    pair = pair_of(PLAN, licence="", full=False)
    for html in pages(pair, observatory, "en"):
        assert "Words of the body" not in html
        assert "The workspace states no licence" in html
    html = "".join(pages(pair, observatory, "en"))
    for e in source.shown(pair.in_("en")):
        assert f'id="s-{e.id}"' in html
        assert f"characters {e.span.start}–{e.span.end}" in html


def test_a_pdf_shows_where_its_pages_start(observatory):
    pair = pair_of(PLAN, more={"page_starts": [0, 100, 5000]})
    html = "".join(pages(pair, observatory, "en"))
    assert re.findall(r'id="leaf-(\d)"', html) == ["1", "2", "3"]
    assert "".join(look(p).text for p in pages(pair, observatory, "en")) == PLAN


def test_full_text_without_a_licence_is_refused(beijing, tmp_path):
    import shutil

    folder = shutil.copytree(beijing, tmp_path / "ws")
    config = folder / "hubscope.toml"
    config.write_text(config.read_text("utf-8").replace('licence = "own"\n', ""), "utf-8")
    with pytest.raises(BadDataError, match="full_text and no licence"):
        open_workspace(folder)


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8)


class Balance(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.text, self.marks = [], "", []

    def handle_starttag(self, tag, attrs):
        assert tag == "mark"
        self.stack.append(dict(attrs).get("n"))

    def handle_endtag(self, tag):
        self.stack.pop()

    def handle_data(self, data):
        for c in data:
            self.marks.append(set(self.stack))
            self.text += c


@given(st.text(alphabet="a&<中\n\r", min_size=1, max_size=60), SPANS, st.data())
def test_any_spans_are_marked_on_exactly_their_characters(text, spans, data):
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    given_marks = [
        Mark(s, min(s + n, len(text)), *[Markup(f'<mark n="{i}">')] * 2, Markup("</mark>"))
        for i, (s, n) in enumerate(spans)
        if s < len(text)
    ]
    found = Balance()
    found.feed(str(marked(text, (first, last), given_marks, [Point(first, Markup(""))])))
    found.close()
    assert found.stack == []
    assert found.text == text[first:last]
    for at, names in enumerate(found.marks, first):
        assert names == {
            re.search(r"\d+", m.first)[0] for m in given_marks if m.start <= at < m.end
        }


@given(st.text(max_size=300), st.integers(1, 6))
def test_the_cuts_cover_the_text_in_order(text, count):
    starts = cuts(text, count)
    assert starts[0] == 0
    assert len(starts) == count
    assert list(starts) == sorted(starts)
    assert starts[-1] <= len(text)
    assert needed(text, 0) == 1
