"""Pages of the documentation: twins in both languages, links that resolve, the form of decisions."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = sorted(ROOT.glob("*.md"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAIRED = [p for p in [ROOT / "README.md", *PAGES] if p not in DECISIONS]
ENGLISH = [p for p in PAIRED if not p.name.endswith(".zh-CN.md")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HAN = re.compile("[\u4e00-\u9fff]")


def name(page):
    return str(page.relative_to(ROOT))


def prose(page):
    return FENCE.sub("", page.read_text("utf-8"))


def twin(page):
    return page.with_name(page.name.removesuffix(".md") + ".zh-CN.md")


def anchors(page):
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


@pytest.mark.parametrize("page", [*TOP, *PAGES], ids=name)
def test_every_link_resolves(page):
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), f"{name(page)} links to {link}"
        assert not anchor or anchor in anchors(aim), f"{name(page)} links to {link}"


@pytest.mark.parametrize("page", ENGLISH, ids=name)
def test_every_page_has_a_twin_and_both_link_or_neither(page):
    other = twin(page)
    assert other.is_file(), f"{name(page)} has no Chinese twin"
    there = f"]({other.name})" in page.read_text("utf-8")
    back = f"]({page.name})" in other.read_text("utf-8")
    assert there == back


@pytest.mark.parametrize("page", [p for p in PAIRED if p not in ENGLISH], ids=name)
def test_chinese_pages_have_an_english_twin_and_are_chinese(page):
    english = page.with_name(page.name.replace(".zh-CN.md", ".md"))
    assert english in ENGLISH
    text = prose(page)
    assert len(HAN.findall(text)) > 0.15 * len(text)


@pytest.mark.parametrize("page", ENGLISH, ids=name)
def test_twins_have_the_same_structure(page):
    heads = [re.findall(r"^#+", prose(p), re.MULTILINE) for p in (page, twin(page))]
    rows = [len(re.findall(r"^\|", prose(p), re.MULTILINE)) for p in (page, twin(page))]
    assert heads[0] == heads[1]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_decisions_have_the_common_form(page):
    text = page.read_text("utf-8")
    assert re.match(r"\d{3}-[a-z0-9-]+\.md$", page.name)
    assert text.startswith(f"# {page.name[:3]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
    ]
    assert re.search(r"^摘要：.+", text, re.MULTILINE)


def test_numbers_of_decisions_are_used_once_and_the_index_names_them_all():
    numbers = [p.name[:3] for p in DECISIONS]
    assert len(set(numbers)) == len(numbers)
    for index in ("index.md", "index.zh-CN.md"):
        text = (ROOT / "docs" / index).read_text("utf-8")
        assert [p.name for p in DECISIONS if p.name not in text] == []


@pytest.mark.parametrize("lang", ["", ".zh-CN"], ids=["en", "zh"])
def test_the_index_names_every_page(lang):
    text = (ROOT / "docs" / f"index{lang}.md").read_text("utf-8")
    pages = [p for p in PAGES if p.name.endswith(".zh-CN.md") == bool(lang)]
    wanted = [p for p in pages if p not in DECISIONS and p.stem.split(".")[0] != "index"]
    assert [name(p) for p in wanted if f"/{p.name})" not in text] == []


def test_the_code_names_only_pages_that_exist():
    found = {
        m
        for file in [*(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml"]
        for m in re.findall(r"\bdocs/[\w/.-]+\.md", file.read_text("utf-8"))
    }
    assert found, "the catalogue's hint names a page"
    assert [m for m in found if not (ROOT / m).is_file()] == []
