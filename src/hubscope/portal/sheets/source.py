"""The document behind a plan: its stored words with each element's sentence marked in them.

The whole text stands on the site only where the workspace says that its licence allows it;
otherwise the pages hold the quoted sentences and their offsets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from hubscope.nouns import Element
from hubscope.portal.marked import Mark, Point, cuts, marked, needed
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.tree import Plan, PlanPair
from hubscope.portal.view import View
from hubscope.words import words

_BODY = frozenset(("article", "title", "box"))
"""Regions that are the document itself; the rest is furniture of its page."""


OWN = "own"
"""The licence of a text that the workspace's own people wrote."""


def sheets(pair: PlanPair) -> Iterator[Sheet]:
    """The pages of one document, as many in each language."""
    for number in range(1, count(pair) + 1):
        yield Sheet(
            path(pair, number),
            "source.html",
            "plan",
            lambda v: str(v.word("plan_pages.source.title", title=pair.in_(v.lang).title)),
            lambda v: str(v.word("plan_pages.source.about")),
            partial(_context, pair, number),
            partial(_rows, pair=pair, number=number),
        )


def path(pair: PlanPair, number: int) -> str:
    """Where the n-th page of a document stands."""
    return f"plans/{pair.doc}/text-{number}"


def count(pair: PlanPair) -> int:
    """Into how many pages a document is cut: as its longest version needs."""
    return max(needed(p.text, len(shown(p))) for p in pair.versions.values())


def shown(plan: Plan) -> list[Element]:
    """The elements that the plan's page shows, so that both pages can lead to each other."""
    return [e for e in plan.elements if e.kind != "plan" and not e.kind.endswith("_set")]


def link(view: View, pair: PlanPair, e: Element) -> str:
    """The address of an element's sentence in the document."""
    starts = cuts(pair.in_(view.lang).text, count(pair))
    return f"{view.to(path(pair, bisect_right(starts, e.span.start)))}#s-{e.id}"


def leaf(plan: Plan, e: Element) -> int | None:
    """The page of the PDF that an element stands on."""
    return bisect_right(plan.pages, e.span.start) if plan.pages else None


def _window(pair: PlanPair, plan: Plan, number: int) -> tuple[int, int]:
    starts = (*cuts(plan.text, count(pair)), len(plan.text))
    return starts[number - 1], starts[number]


def _context(pair: PlanPair, number: int, view: View) -> dict[str, Any]:
    plan = pair.in_(view.lang)
    window = _window(pair, plan, number)
    whole = count(pair)
    return {
        "plan": plan,
        "plan_link": view.to(f"plans/{pair.doc}"),
        "tag": "zh-CN" if plan.lang == "zh" else "en",
        "foreign": plan.lang != view.lang,
        "licence": view.data_words(pair.licence) if pair.licence != OWN else "",
        "own": pair.licence == OWN,
        "full": pair.full_text,
        "stated": _stated(view, plan) if number == 1 else [],
        "number": number,
        "pieces": [(n, view.to(path(pair, n))) for n in range(1, whole + 1)],
        "stored": _marked(view, pair, plan, window) if pair.full_text else "",
        "quotes": [] if pair.full_text else _quotes(view, pair, plan, window),
        "empty": window[0] == window[1],
    }


def _stated(view: View, plan: Plan) -> list[dict[str, str]]:
    """What the document states of itself, each fact with where it says so."""
    return [
        {
            "fact": str(view.word(f"plan_pages.source.fact.{fact}")),
            "value": value,
            "href": value if fact in _ADDRESSES and value.startswith("https://") else "",
            "origin": str(view.word(f"plan_pages.source.origin.{origin}")),
        }
        for fact, (value, origin) in plan.stated.items()
    ]


_ADDRESSES = ("url", "licence")


def _marked(view: View, pair: PlanPair, plan: Plan, window: tuple[int, int]) -> Markup:
    back = view.to(f"plans/{pair.doc}")
    marks = [_mark(view, back, e) for e in shown(plan)]
    marks += [_again(e, *at) for e in shown(plan) for at in plan.repeats.get(e.id, ())]
    aside = [_furniture(r.start, r.end) for r in plan.regions if r.kind not in _BODY]
    leaves = [_leaf(view, n, at) for n, at in enumerate(plan.pages, 1)]
    return marked(plan.text, window, [*aside, *marks], leaves)


def _mark(view: View, back: str, e: Element) -> Mark:
    """An element's sentence; its first character carries the way back to the plan."""
    kind = kind_word(view, e.kind)
    opened = Markup(
        '<mark id="s-{0}" data-kind="{1}">'
        '<a class="to" href="{2}#{0}" data-id="{0}" aria-label="{3}"></a>'
    ).format(e.id, e.kind, back, view.word("plan_pages.source.back", kind=kind, id=e.id))
    again = Markup('<mark data-kind="{}">').format(e.kind)
    return Mark(e.span.start, e.span.end, opened, again, Markup("</mark>"))


def _again(e: Element, start: int, end: int) -> Mark:
    """A place where the document says an element once more."""
    opened = Markup('<mark data-kind="{}">').format(e.kind)
    return Mark(start, end, opened, opened, Markup("</mark>"))


def _furniture(start: int, end: int) -> Mark:
    opened = Markup('<span class="soft">')
    return Mark(start, end, opened, opened, Markup("</span>"))


def _leaf(view: View, number: int, at: int) -> Point:
    said = view.word("plan_pages.source.leaf", n=number)
    tag = Markup(
        '<span class="leaf" id="leaf-{0}" role="doc-pagebreak" aria-label="{1}" data-n="{1}">'
    )
    return Point(at, tag.format(number, said) + Markup("</span>"))


def kind_word(view: View, kind: str) -> str:
    """The word for a kind of element."""
    return words(view.lang).get(f"plan.kind.{kind}", kind)


def _quotes(
    view: View, pair: PlanPair, plan: Plan, window: tuple[int, int]
) -> list[dict[str, Any]]:
    return [
        {
            "id": e.id,
            "kind": kind_word(view, e.kind),
            "quote": e.span.quote,
            "start": e.span.start,
            "end": e.span.end,
            "leaf": leaf(plan, e),
            "back": f"{view.to(f'plans/{pair.doc}')}#{e.id}",
        }
        for e in shown(plan)
        if window[0] <= e.span.start < window[1]
    ]


def _rows(seen: Observatory, lang: str, *, pair: PlanPair, number: int) -> Rows:
    plan = pair.in_(lang)
    first, last = _window(pair, plan, number)
    return [
        {
            "doc": pair.doc,
            "id": e.id,
            "kind": e.kind,
            "quote": e.span.quote,
            "start": e.span.start,
            "end": e.span.end,
            "page": leaf(plan, e),
            "licence": seen.data_words(pair.licence, lang),
            "run": seen.run,
        }
        for e in shown(plan)
        if first <= e.span.start < last
    ]
