"""The tree of sections to the elements of a plan."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from hubscope.plan import clauses, promises, runs, tables
from hubscope.plan.blocks import PARAGRAPH, Block
from hubscope.plan.boxes import BOX
from hubscope.plan.builder import Builder
from hubscope.plan.horizons import heading_year
from hubscope.plan.keep import keep, keep_row
from hubscope.plan.makers import has_maker, make, scope_of
from hubscope.plan.node import Node
from hubscope.plan.roles import QUIET
from hubscope.plan.scope import Promise, Scope
from hubscope.plan.tenses import tells_past
from hubscope.plan.view import flat

LISTED = ("bullet", "dash", "is", "number", "bracket", "circle", "letter")


def build(b: Builder, root: Node, title: tuple[int, int] | None) -> None:
    """Walk the tree under `root` and collect every element in `b`."""
    if title:
        b.add("PLAN", "plan", None, b.span(*title), rule="title", confidence=0.9)
    _under(b, root, None, None)


def _walk(b: Builder, node: Node, parent: str | None, year: int | None) -> None:
    year = _year(b, node, year)
    own = make(b, node, parent, year)
    if not has_maker(node) and node.block.marker in LISTED:
        # An item of a list whose heading says nothing can still promise something itself.
        body = replace(node.block, start=node.block.body)
        _paragraph(b, node, body, own, scope_of(b, node, year))
    _under(b, node, own, year)


def _under(b: Builder, node: Node, own: str | None, year: int | None) -> None:
    """Everything under a node in document order; a year that leads on governs what follows."""
    scope = scope_of(b, node, year)
    rows = {run[0].start: run for run in tables.groups(node.content)}
    items: list[Block | Node] = [*node.content, *node.children]
    for item in sorted(items, key=_start):
        if isinstance(item, Node):
            _walk(b, item, own, scope.year)
        elif item.marker == PARAGRAPH:
            _paragraph(b, node, item, own, scope)
            scope = replace(scope, year=_lead_year(b, node, item, scope) or scope.year)
        elif item.start in rows:
            for n, row in enumerate(tables.read(b.text, rows[item.start], scope.year, b.now), 1):
                if not (row.target and scope.quiet):
                    keep_row(b, row, n, own)


def _start(item: Block | Node) -> int:
    return item.block.start if isinstance(item, Node) else item.start


def _year(b: Builder, node: Node, year: int | None) -> int | None:
    big = node.block.marker not in ("bullet", "dash", "is", "sentence")
    here = heading_year(node.title, b.now) if big else None
    if here is None and node.role in QUIET:
        return None
    return here or year


def _lead_year(b: Builder, node: Node, block: Block, scope: Scope) -> int | None:
    """The year that a paragraph sets for what follows it: in goals, or before a list."""
    words = flat(b.text[block.start : block.end])
    leads = node.role in ("goals", "targets", "goal") or words.endswith((":", "——"))
    found = promises.governing(words, b.now) if leads and not scope.quiet else None
    return found.year if found else None


def _paragraph(b: Builder, node: Node, block: Block, own: str | None, scope: Scope) -> None:
    if not scope.quiet:
        runs.find(b, block.start, block.end)
    listed = any(c.block.marker != BOX for c in node.children)
    bulky = node.role == "programme" and not listed and b.lang == "zh"
    made = promises.paragraph(b.text, block.start, block.end, scope)
    if node.role == "programme" and b.lang == "en" and not scope.quiet:
        taken = {p.start for p in made if p.kind in ("target", "commitment", "estimate")}
        _run_on_en(b, block, own, taken)
    if bulky:
        _run_on(b, block, own, {p.start for p in made if p.kind in ("target", "achieved")})
    if node.role == "principles" and b.lang == "zh":
        _worded_principles(b, node, block, own)
    keep(b, [*_vision(b, node, block, made), *made], own)


_VISION = re.compile(
    r"(?:(?:our|the|a)\s+)?(?:[\w-]+[ -]year\s+)?vision(?:\s+statement)?"
    r"(?:\s+(?:for|to)?\s*20\d\d)?$"
    r"|(?:我们的)?(?:发展|总体)?愿景$",
    re.IGNORECASE,
)
_LEAST = 12
"""Characters of the shortest vision."""


def _vision(b: Builder, node: Node, block: Block, made: list[Promise]) -> list[Promise]:
    """The first sentence under a heading that says no more than "Vision", if no rule read it."""
    if not _VISION.match(node.title) or node.content[0] is not block:
        return []
    words = flat(b.text[block.start : block.end])
    start, end = next(iter(clauses.sentences(words, b.lang)), (0, 0))
    told = tells_past(words[start:end], b.lang) or words[:end].endswith(":")
    if told or end - start < _LEAST or any(p.kind in ("goal", "vision") for p in made):
        return []
    return [Promise("vision", block.start + start, block.start + end)]


def _worded_principles(b: Builder, node: Node, block: Block, own: str | None) -> None:
    """Principles that stand as paragraphs of their own: 坚持 ... ."""
    words = flat(b.text[block.start : block.end])
    head = re.match(r"坚持[^。]{2,40}(?:。|$)", words)
    if head and not any(c.role == "principle" for c in node.children):
        n = b.count("R")
        span = b.span(block.start, block.start + head.end())
        b.add(f"R{n}", "principle", own, span, ordinal=n, rule="principle:sentence")


def _run_on_en(b: Builder, block: Block, own: str | None, taken: set[int]) -> None:
    """The sentences of running text in which somebody will do something."""
    words = flat(b.text[block.start : block.end])
    order = sorted(taken)
    for start, end in clauses.sentences(words, "en"):
        if _holds(order, block.start + start, block.start + end):
            continue
        if clauses.undertakes(words[start:end]) and not promises.calls(words[start:end]):
            b.add(
                f"{own}.{b.count(f'{own}.')}",
                clauses.kind_of_measure(words[start:end], "en"),
                own,
                b.span(block.start + start, block.start + end),
                rule="sentence",
                confidence=0.7,
            )


def _run_on(b: Builder, block: Block, own: str | None, numbers: set[int]) -> None:
    """The measures of running text; a clause that only states a number is none."""
    words = flat(b.text[block.start : block.end])
    order = sorted(numbers)
    for start, end in clauses.measures(words):
        if _holds(order, block.start + start, block.start + end):
            continue
        kind = clauses.kind_of_measure(words[start:end], "zh")
        details = runs.magnitude(words[start:end])
        b.add(
            f"{own}.{b.count(f'{own}.')}",
            kind,
            own,
            b.span(block.start + start, block.start + end),
            rule="clause",
            confidence=0.8,
            details=details,
        )


def _holds(places: list[int], start: int, end: int) -> bool:
    """Whether one of the sorted places lies in start:end."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end
