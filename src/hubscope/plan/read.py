"""A file or a text to a Plan: regions, blocks, tree, elements, speakers, in this order."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from hubscope.errors import BadDocumentError
from hubscope.nouns import Element
from hubscope.plan import regions, speakers
from hubscope.plan.blocks import PARAGRAPH, TOP, Block, blocks
from hubscope.plan.boxes import boxed
from hubscope.plan.builder import Builder
from hubscope.plan.dating import clock
from hubscope.plan.documents import Opened, open_document
from hubscope.plan.documents.mojibake import mended
from hubscope.plan.documents.script import is_traditional, simplified
from hubscope.plan.elements import build
from hubscope.plan.link import aligned, baselines
from hubscope.plan.model import Attribution, Plan, Region
from hubscope.plan.repeats import merged
from hubscope.plan.structure import tree
from hubscope.plan.view import is_chinese, view
from hubscope.plan.wrapped import restored, unwrap

_KINDS = (
    *("vision", "goal", "principle", "commitment", "force", "slogan", "programme", "measure"),
    *("mechanism", "milestone", "target", "safeguard"),
)
_PLAN_WORD = re.compile(
    r"规划|计划|方案|纲要|意见|战略|要点|\b(?:plan|strategy|roadmap|agenda|programme|program|"
    r"framework|outline)\b",
    re.IGNORECASE,
)


STATED = (
    *("title", "publisher", "issuer", "author", "published", "created", "modified", "number"),
    *("url", "licence", "stated_language", "editor", "captured_after"),
)
"""Facts that a document states of itself; `origins` says where: its text, page or file."""


class NoPlanError(BadDocumentError):
    """A document that was read and holds nothing that a plan is made of."""

    def __init__(self, what: str, plan: Plan) -> None:
        hint = "a plan has headings, enumerations (一是, 1.) or years ahead (到2030年, by 2030)"
        super().__init__(what, hint=hint)
        self.plan = plan
        """What was read: facts and regions, perhaps achieved statements."""


def read_plan(path: Path) -> Plan:
    """The plan in a text, Markdown, HTML, PDF or DOCX file in Chinese or English.

    Offsets are code points of the text as the file holds it; for HTML, PDF and DOCX, of the text
    that was taken out of it (`Plan.text`), and `details` gives the page of each element of a PDF.

    Raises:
        BadDocumentError: if the file is missing, too large, broken, locked, hostile, in no known
            encoding, a scan that needs OCR, empty, or holds nothing that a plan is made of.
    """
    opened = open_document(path)
    plan = read_text(opened.text, name=path.name)
    facts = {k: v for k, v in opened.facts.items() if k not in plan.document}
    origin = "page" if opened.form == "html" else "file"
    origins = {k: origin for k in facts if k in STATED} | plan.document.get("origins", {})
    if opened.form != "text":
        facts["form"] = opened.form
    if origins:
        facts["origins"] = origins
    if facts:
        plan = replace(plan, document={**plan.document, **facts})
    return _paged(plan, opened)


def _paged(plan: Plan, opened: Opened) -> Plan:
    """The plan with the page of each element, and where in the text each page starts."""
    if not opened.pages:
        return plan
    details = {k: dict(v) for k, v in plan.details.items()}
    for element in plan.elements:
        details.setdefault(element.id, {})["page"] = opened.page(element.span.start)
    document = {**plan.document, "page_starts": list(opened.pages)}
    return replace(plan, details=details, document=document)


def read_text(text: str, *, name: str) -> Plan:
    """The plan in `text`; `name` stands for it in messages and in `Plan.name`.

    Every quote equals `text[start:end]`: offsets are code points of `text` as given.
    """
    if not text.strip(" \t\r\n\ufeff\u3000"):
        raise BadDocumentError(f"{name} is empty", hint="give a plan in Chinese or English")
    meant = mended(text)
    if meant is not None:
        plan = restored(read_text(meant[0], name=name), text, meant[1])
        return replace(plan, document={**plan.document, **_digest(text), "repaired": "mojibake"})
    joined, offsets = unwrap(text) if is_chinese(text) else (text, None)
    plan = _read(joined, name)
    plan = plan if offsets is None else restored(plan, text, offsets)
    return replace(plan, document={**plan.document, **_digest(text)})


def _digest(text: str) -> dict[str, str]:
    return {"sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}


def _view(text: str) -> str:
    """The view that rules match on: ASCII forms, and simplified characters where need be."""
    seen = view(text)
    return simplified(seen) if is_traditional(seen) else seen


def _read(text: str, name: str) -> Plan:
    seen = _view(text)
    found, parts = regions.regions(seen)
    rows = blocks(seen, parts)
    root = tree(seen, rows)
    facts = regions.document(seen, text, found)
    lang = "zh" if is_chinese(seen) else "en"
    title = _title(rows, seen) or _headline(found, seen)
    if title and "title" not in facts:
        facts["title"] = text[slice(*title)].strip("*# ")
    time = clock(facts, seen, title)
    builder = Builder(seen, text, lang, time.now, time)
    build(builder, root, title if title and _PLAN_WORD.search(seen[slice(*title)]) else None)
    return _finish(builder, name, boxed(found, root), facts, rows)


def _title(rows: list[Block], seen: str) -> tuple[int, int] | None:
    """The first Markdown heading of the first level, if it opens the document."""
    first = next((r for r in rows[:12] if r.marker == "heading" and r.rank == TOP), None)
    if first is None:
        plain = rows[0] if rows and rows[0].marker == PARAGRAPH else None
        short = plain is not None and plain.end - plain.start <= 60
        ends = plain is not None and seen[plain.end - 1] in "。.;:；："
        return (plain.start, plain.end) if plain is not None and short and not ends else None
    return first.body, first.end


_REPORTS = re.compile(r"发布(?!会)|出台|解读|印发(?!.*通知)|亮相|如何|[?]$")


def _headline(found: list[Region], seen: str) -> tuple[int, int] | None:
    """The page's title, where it is the name of the plan and not news of it."""
    titles = [r for r in found if r.kind == "title"]
    if not titles or _REPORTS.search(seen[titles[0].start : titles[0].end]):
        return None
    return titles[0].start, titles[0].end


def _finish(
    b: Builder, name: str, found: list[Region], facts: dict[str, str], rows: list[Block]
) -> Plan:
    plan = _plan(b, name, found, facts, rows)
    if not any(e.kind in _KINDS for e in b.elements):
        raise NoPlanError(
            f"{name} holds no element of a plan: no goal, principle, programme, measure or target",
            plan,
        )
    return plan


def _plan(
    b: Builder, name: str, found: list[Region], facts: dict[str, str], rows: list[Block]
) -> Plan:
    paragraphs = [(r.start, r.end) for r in rows if r.marker == PARAGRAPH]
    said = speakers.attributions(b.text, b.raw, paragraphs, b.lang)
    once, details = merged(_ordered(b.elements), b.details)
    elements = [_spoken(e, said) for e in once]
    elements = baselines(_visions(elements), details)
    year = b.clock.last if b.clock.annual else b.now
    document: dict[str, Any] = {**facts, "language": b.lang, "year": year}
    document["origins"] = {k: "text" for k in facts if k in STATED} or None
    return Plan(
        name,
        b.raw,
        {k: v for k, v in document.items() if v is not None},
        tuple(found),
        tuple(_covering(a, elements) for a in said),
        tuple(elements),
        aligned(elements, details),
    )


def _ordered(elements: list[Element]) -> list[Element]:
    """By place in the text, a parent before what it holds."""
    return sorted(elements, key=lambda e: (e.span.start, -e.span.end, e.kind == "slogan_item"))


def _spoken(element: Element, said: list[Attribution]) -> Element:
    inside = [a for a in said if a.span.start <= element.span.start < a.span.end]
    return replace(element, speaker=inside[-1].speaker) if inside else element


def _covering(a: Attribution, elements: list[Element]) -> Attribution:
    covers = tuple(e.id for e in elements if a.span.start <= e.span.start < a.span.end)
    return replace(a, covers=covers)


_OUTLOOK = 4
"""Years by which the one goal in words must lie beyond all targets to be the vision."""


def _visions(elements: list[Element]) -> list[Element]:
    """The last of several years is the vision; the years before it are goals."""
    tops = [e for e in elements if e.kind == "goal" and e.id == f"G{e.horizon}"]
    years = sorted({e.horizon for e in tops if e.horizon is not None})
    aimed = {e.horizon for e in elements if e.kind == "target" and e.horizon is not None}
    if len(years) < 2 and not (years and aimed and years[-1] > max(aimed) + _OUTLOOK):
        return elements
    return [
        replace(e, kind="vision") if e in tops and e.horizon == years[-1] else e for e in elements
    ]
