"""Chinese and English are equals: what stands in the data has words in the language of the page."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hubscope.indicators import load_catalogue
from hubscope.job.steps import Context, run_step
from hubscope.job.workflow import STEPS
from hubscope.portal.brief import _sources
from hubscope.portal.observatory import load
from hubscope.portal.sheets import indicator
from hubscope.portal.site import pages, written
from hubscope.portal.view import View
from hubscope.store import Store
from hubscope.workspace import open_workspace

VOID = {"meta", "link", "br", "img", "line", "circle", "path", "input"}
OWN = ("note", "producer", "licence", "source")
NAMES = {"hubscope"}
"""Names that are the same in both languages."""


@pytest.fixture(scope="module")
def context(beijing, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words") / "beijing"
    shutil.copytree(beijing, folder)
    workspace = open_workspace(folder)
    context = Context(workspace, Store(workspace.store))
    for step in STEPS:
        if step.name not in {"brief", "site"}:
            run_step(context, step)
    return context


@pytest.fixture(scope="module")
def seen(context):
    return load(context.workspace, context.store)


@pytest.fixture(scope="module")
def chinese(seen):
    return {
        p.path: p.body.decode()
        for p in pages(seen, briefs=False)
        if p.path[:3] == "zh/" and not p.path.endswith((".xlsx", ".parquet"))
    }


def spoken(text):
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def shown(seen):
    """Every note, producer and licence of the figures and chains, as it stands in the data."""
    for o in seen.observations:
        yield from (o.note, o.origin.producer, o.origin.licence)
    for chain in seen.chains:
        for e in chain["evidence"]:
            yield from (e["source"], e["licence"], e["note"])
        yield from chain["held"]


def test_every_note_producer_and_licence_has_chinese_words(seen):
    found = {text for text in shown(seen) if text} - NAMES
    assert len(found) > 180
    assert [t for t in sorted(found) if not spoken(seen.data_words(t, "zh"))] == []
    assert [t for t in sorted(found) if seen.data_words(t, "en") != t] == []


def test_every_source_and_formula_of_the_shipped_catalogue_has_chinese_words(seen):
    said = {
        t: seen.data_words(t, "zh")
        for d in load_catalogue().values()
        for t in (d.source, d.formula)
    }
    assert [t for t, told in said.items() if told == t and t != "ROR"] == []


class Cards(HTMLParser):
    """Notes the plain text of cards, sources and note cells with the language each is in."""

    def __init__(self):
        super().__init__()
        self.open, self.found = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [t for t, _ in self.open]
        place = " ".join(a.get("class", "") for _, a in self.open)
        mine = any("popover" in a for _, a in self.open) or "sources" in place or "note" in place
        if data.strip() and mine and not {"a", "code", "button", "time"} & set(tags):
            langs = [a["lang"] for _, a in self.open if "lang" in a]
            self.found.append((data.strip(), langs[-1]))


def test_no_chinese_page_shows_a_note_in_english(chinese, seen):
    english = {text for text in shown(seen) if text} - NAMES
    pieces = {part.strip() for text in english for part in text.split("; ")}
    assert len(pieces) > 100
    read = 0
    for path, text in chinese.items():
        if not path.endswith(".html"):
            continue
        walk = Cards()
        walk.feed(text)
        read += len(walk.found)
        assert [t for t, _ in walk.found if t.removeprefix("· ") in english | pieces] == [], path
        bare = [
            t
            for t, lang in walk.found
            if lang == "zh-CN" and re.search(r"[a-z]{3,} [a-z]{3,}", t) and not spoken(t)
        ]
        assert bare == [], path
    assert read > 5000


def test_no_chinese_data_file_has_a_note_in_english(chinese):
    seen_any = 0
    for path, text in chinese.items():
        if not path.endswith(".csv"):
            continue
        for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
            for column in OWN:
                if (cell := row.get(column)) and cell not in NAMES:
                    seen_any += 1
                    assert spoken(cell) or cell == "ROR", (path, column, cell)
    assert seen_any > 1000
    rows = json.loads(chinese["zh/data/observations.json"])["rows"]
    assert all(spoken(r["note"]) for r in rows if r["note"])


def test_the_brief_names_its_sources_in_chinese(seen):
    targets = [v for v in seen.verdicts if v.hub == seen.focus]
    told = {lang: _sources(View(seen, lang, "brief"), targets) for lang in ("zh", "en")}
    assert len(told["zh"]) == len(told["en"]) > 3
    assert all(spoken(s["producer"]) for s in told["zh"])
    assert not any(spoken(s["producer"]) for s in told["en"])


def test_a_phrase_without_words_keeps_its_own_language(seen):
    o = next(o for o in seen.observations if o.indicator == "rd_intensity" and o.note)
    strange = replace(
        seen, observations=(replace(o, note="rounded in the source; nobody knows why"),)
    )
    body = next(written(indicator.sheet(seen.catalogue[o.indicator]), strange, "zh")).body.decode()
    assert '<dd lang="en">rounded in the source; nobody knows why</dd>' in body
    assert 'lang="en">rounded in the source; nobody knows why</td>' in body


def test_pages_are_due_again_when_the_words_change(context):
    step = next(s for s in STEPS if s.name == "site")
    before = dict(step.inputs(context))
    file = context.workspace.root / "words.toml"
    kept = file.read_text("utf-8")
    try:
        file.write_text(kept + '"another remark" = "另一条说明"\n', "utf-8")
        after = dict(step.inputs(context))
    finally:
        file.write_text(kept, "utf-8")
    assert {k for k in after if after[k] != before[k]} == {"words.toml"}
