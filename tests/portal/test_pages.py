"""The generator: which pages there are, what stands beside them, and what each of them keeps to."""

import csv
import gzip
import io
import json
import re
from dataclasses import replace
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

import pytest

from hubscope.portal.render import environment
from hubscope.portal.sheets import home, hub, methods
from hubscope.portal.site import pages, written
from hubscope.words import words

BUDGET = 40_000


@pytest.fixture(scope="module")
def site(observatory):
    return {p.path: p for p in pages(observatory, briefs=False)}


@pytest.fixture(scope="module")
def html(site):
    return {path: p.body.decode() for path, p in site.items() if path.endswith(".html")}


@pytest.fixture(scope="module")
def walked(html, walk):
    return {path: walk(text) for path, text in html.items()}


def test_both_languages_have_the_same_pages(site):
    zh, en = ({p[3:] for p in site if p.startswith(f"{lang}/")} for lang in ("zh", "en"))
    assert zh == en
    assert {"index.html", "methods.html", "downloads.html", "glossary.html", "api.html"} <= zh
    assert "index.html" in site


def test_every_hub_plan_and_indicator_has_a_page(site, observatory):
    assert len(observatory.index.hubs) == 35
    for row in observatory.index.hubs:
        assert f"zh/hubs/{row.hub}.html" in site
    for doc in observatory.plans:
        assert f"en/plans/{doc}.html" in site
    for indicator in observatory.catalogue:
        assert f"en/indicators/{indicator}.html" in site


def test_csv_and_json_stand_beside_every_page(site):
    for path in site:
        if path.endswith(".html") and "/" in path:
            stem = path[: -len(".html")]
            assert stem + ".csv" in site, path
            assert stem + ".json" in site, path


def test_data_files_can_be_read_and_agree(site):
    for path, page in site.items():
        if path.endswith(".json") and not path.endswith("datapackage.json"):
            rows = json.loads(page.body)["rows"]
            beside = site[path[:-5] + ".csv"].body.decode("utf-8-sig")
            assert len(list(csv.DictReader(io.StringIO(beside)))) == len(rows), path


def test_no_script_no_inline_style(walked):
    for path, walk in walked.items():
        assert not walk.tags & {"script", "style", "iframe", "object", "form"}, path
        assert not walk.styled, path


def test_every_number_opens_an_origin(walked):
    bare = {path: walk.bare for path, walk in walked.items() if walk.bare}
    assert not bare, list(bare.items())[:6]


def test_every_button_has_its_card_and_ids_are_unique(walked):
    for path, walk in walked.items():
        assert set(walk.targets) <= set(walk.ids), path
        assert len(walk.ids) == len(set(walk.ids)), (
            path,
            [i for i in walk.ids if walk.ids.count(i) > 1][:5],
        )


def test_every_link_inside_the_site_leads_to_a_page(walked, site):
    served = set(site) | {"brief-zh.pdf", "brief-en.pdf"}
    for path, walk in walked.items():
        for link in walk.links:
            parts = urlsplit(urljoin(f"https://site.invalid/{path}", link))
            if parts.netloc != "site.invalid":
                continue
            assert parts.path[1:] in served, (path, link)
            if parts.fragment and parts.path.endswith(".html"):
                assert parts.fragment in walked[parts.path[1:]].ids, (path, link)


def test_every_page_is_light(site):
    sizes = {p: len(gzip.compress(s.body, 6)) for p, s in site.items() if p.endswith(".html")}
    heavy = {p: n for p, n in sizes.items() if n > BUDGET}
    assert not heavy


def test_pages_stay_light_when_the_data_grow(observatory):
    own = observatory.by_hub["beijing"]
    more = [
        replace(o, year=year, vintage=f"{year}-06", period="", current=True, note=f"note {year}")
        for o in own
        for year in range(1960, 2010)
    ]
    hubs = [
        h.model_copy(update={"hub": f"{h.hub}-{n}", "rank": h.rank + 35 * n})
        for n in range(1, 12)
        for h in observatory.index.hubs
    ]
    index = observatory.index.model_copy(update={"hubs": [*observatory.index.hubs, *hubs]})
    grown = replace(observatory, observations=(*own, *more), index=index)
    for sheet in (home.sheet(), hub.sheet("beijing"), methods.sheet()):
        for lang in ("zh", "en"):
            body = next(written(sheet, grown, lang)).body
            assert len(gzip.compress(body, 6)) <= BUDGET, sheet.path


def test_pages_name_their_language_and_twin(html):
    for path, text in html.items():
        if path == "index.html":
            continue
        lang = "zh-CN" if path.startswith("zh/") else "en"
        assert f'<html lang="{lang}">' in text
        assert 'hreflang="zh-CN"' in text
        assert 'hreflang="en"' in text


def test_unknown_forces_are_said_and_never_zero(html, observatory):
    text = html["en/hubs/beijing.html"]
    assert text.count('class="num unknown">unknown<') == 3
    row = observatory.index.of("beijing")
    assert [f for f, s in row.forces.items() if s is None] == ["pull", "attraction", "influence"]


def test_ranks_of_others_are_marked_as_context(html):
    assert "Context, never an input" in html["en/hubs/beijing.html"]
    assert "仅作背景" in html["zh/hubs/beijing.html"]


def test_home_answers_the_question(html):
    text = re.sub(r"<[^>]+>", "", html["en/index.html"])
    assert "Beijing ranks 4, with a range of ranks of 3–4" in text
    assert "runs from 30% to 70%, a hub moves by a median of 6 places" in text
    assert "only 2 indicators cover all 35 hubs, and they touch 2 of the five forces" in text


def test_the_plan_page_shows_every_target_with_its_sentence(html, observatory):
    text = html["zh/plans/beijing-action-plan.html"]
    plan = observatory.plans["beijing-action-plan"].in_("zh")
    for target in plan.of_kind("target"):
        assert target.span.quote in text
    for kind in ("force", "principle", "programme", "measure", "mechanism"):
        for element in plan.of_kind(kind):
            assert f'id="{element.id}"' in text, element.id


def test_superseded_vintages_are_shown_as_such(html, observatory):
    old = next(o for o in observatory.observations if not o.current)
    text = html[f"en/indicators/{old.indicator}.html"]
    assert "superseded" in text


BUILT = (
    "ahead.", "api.", "card.", "direction.", "downloads.", "factor.", "home.f", "kind.", "made.", "method.",
    "methods.verdict_", "nav.", "operator.", "quantity.", "role.", "rule.", "step.", "term.", "unit.",
)  # fmt: skip
"""Beginnings of keys that the code puts together from values."""


def test_every_word_of_the_portal_is_used():
    folder = files("hubscope") / "portal"
    code = "".join(
        f.read_text("utf-8")
        for part in (folder, folder / "sheets", folder / "templates")
        for f in part.iterdir()
        if f.name.endswith((".py", ".html", ".typ"))
    )
    keys = [k.removeprefix("portal.") for k in words("en") if k.startswith("portal.")]
    assert [k for k in keys if not k.startswith(BUILT) and k not in code] == []


def test_templates_refuse_unknown_names():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        environment().from_string("{{ nowhere }}").render()


def test_pages_are_the_same_bytes_twice(observatory, site):
    again = {p.path: p.body for p in pages(observatory, briefs=False)}
    assert again == {path: p.body for path, p in site.items()}
