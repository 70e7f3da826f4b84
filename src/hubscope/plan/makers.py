"""One function a role: the node of the tree that has it becomes its element."""

from __future__ import annotations

import re
from collections.abc import Callable

from hubscope.nouns import Span
from hubscope.plan import clauses, promises, runs
from hubscope.plan.boxes import BOX, trim_marks
from hubscope.plan.builder import Builder
from hubscope.plan.keep import add_goal, keep
from hubscope.plan.node import Node
from hubscope.plan.roles import ITEM_OF, QUIET, container
from hubscope.plan.scope import Promise, Scope
from hubscope.plan.view import flat, trim

_SETS = {
    "forces": ("F", "force_set"),
    "principles": ("R", "requirement_set"),
    "programmes": ("P", "programme_set"),
}
_HOLDER = {"force": "forces", "principle": "principles", "programme": "programmes"}
_GOALS = ("", "goals", "goal", "targets", "target")
_ACTION = re.compile(r"actions?\b", re.IGNORECASE)


_VISION = re.compile(r"\bvision\b|愿景|远景", re.IGNORECASE)
_BINDS_LIST = re.compile(
    r"\b(?:will|shall|commits? to|aims? to|pledges? to|undertakes? to)\s*:?$", re.IGNORECASE
)


def binds_list(node: Node) -> bool:
    """Whether a list stands under words that bind it: "By 2027, we will:"."""
    above = node.parent.title if node.parent else ""
    return any(_BINDS_LIST.search(w.rstrip(" *")) for w in (node.title, node.intro, above))


def scope_of(b: Builder, node: Node, year: int | None) -> Scope:
    """What governs the text under a node: its year, and the sections it stands in."""
    roles = [node.role, *(a.role for a in node.ancestors())]
    quiet = any(r in QUIET for r in roles)
    return Scope(
        b.lang,
        b.now,
        year,
        goals=next((r for r in roles if r), "") in _GOALS,
        stated=next((r for r in roles if r), "") in _GOALS[1:],
        targets=any(r in ("targets", "target") for r in roles),
        quiet=quiet,
        commits=not quiet,
        promised=binds_list(node),
        envisions=any(_VISION.search(a.title) for a in (node, *node.ancestors())),
        clock=b.clock,
    )


def _pass(_b: Builder, _node: Node, parent: str | None, _year: int | None) -> str | None:
    return parent


def _container(b: Builder, node: Node, parent: str | None, _year: int | None) -> str | None:
    prefix, kind = _SETS[node.role]
    if not any(c.role == ITEM_OF[node.role] for c in node.children) and node.role != "principles":
        return parent
    span = b.span(
        node.block.body if node.block.marker == "heading" else node.block.start, node.head_end
    )
    return b.add(prefix, kind, parent or b.plan(span.start), span, rule=f"heading:{node.role}")


def _set_of(b: Builder, node: Node, parent: str | None) -> str | None:
    """The set an item belongs to; made from the sentence that leads into it if there is none."""
    holder = _HOLDER[node.role]
    prefix, kind = _SETS[holder]
    if node.parent is not None and node.parent.role == holder:
        return parent
    if prefix in b.ids:
        return prefix if node.parent is None or parent is None else parent
    start, end = node.intro_span
    if start == end or (node.block.marker != "is" and container(node.intro) != holder):
        return parent
    pieces = clauses.clauses(b.text[start:end], b.lang)
    first = start + pieces[-1][0] if b.lang == "zh" else start
    lead = re.match(
        r"(?:强调|明确了?|提出了?|突出|坚持|要)(?=[一二三四五六七八九十])", b.text[first:end]
    )
    first += lead.end() if lead else 0
    return b.add(prefix, kind, b.plan(start), b.span(first, end), rule="lead")


def _item_span(b: Builder, node: Node) -> Span:
    """The words of an item with its ordinal; a bare bullet or number sign in front is left out."""
    marker = node.block.marker
    start = node.block.body if marker == "bullet" else node.block.start
    end = node.head_end
    if marker in ("is", "bullet", "number", "bracket", "circle", "letter") or end < node.block.end:
        end = _no_stop(b.text, start, end)
    return b.span(start, end)


def _no_stop(text: str, start: int, end: int) -> int:
    end = trim(text, start, end)[1]
    while end > start and text[end - 1] in ".;。,；，":
        end -= 1
    return end


def _force(b: Builder, node: Node, parent: str | None, _year: int | None) -> str:
    parent = _set_of(b, node, parent)
    name, means = runs.force_parts(b.text, node.block.body, node.head_end)
    n = b.count("F")
    span = _item_span(b, node)
    parts = {"means": b.span(*means)} if means else {}
    label = b.raw[slice(*name)] if name else node.title
    return b.add(f"F{n}", "force", parent, span, name=label, ordinal=n, parts=parts, rule="force")


def _principle(b: Builder, node: Node, parent: str | None, _year: int | None) -> str:
    parent = _set_of(b, node, parent)
    n = b.count("R")
    span = _item_span(b, node)
    parts = {
        k: b.span(*v) for k, v in runs.principle_parts(b.text, node.block.body, span.end).items()
    }
    name = node.title.rstrip("。;. ") if node.labelled or node.block.marker == "heading" else ""
    return b.add(
        f"R{n}", "principle", parent, span, name=name, ordinal=n, parts=parts, rule="principle"
    )


def _programme(b: Builder, node: Node, parent: str | None, _year: int | None) -> str:
    parent = _set_of(b, node, parent)
    label = flat(b.text[node.block.body : node.head_end])
    prefix = "A" if node.labelled and _ACTION.match(label.lstrip("*_ ")) else "P"
    n = node.ordinal if node.ordinal is not None else b.count("P")
    b.counts["P"] = max(b.counts.get("P", 0), n)
    name = re.sub(r"^(?:组织|深入|启动|加快)?实施", "", node.title.rstrip("。;. "))
    span = _item_span(b, node)
    return b.add(f"{prefix}{n}", "programme", parent, span, name=name, ordinal=n, rule="programme")


def _safeguard(b: Builder, node: Node, parent: str | None, _year: int | None) -> str:
    n = node.ordinal
    identity = f"P{n}" if n is not None and node.role == "safeguard" else "SG"
    span = _item_span(b, node)
    parent = parent or b.plan(span.start)
    return b.add(identity, "safeguard", parent, span, name=node.title, ordinal=n, rule="safeguard")


def _measure(b: Builder, node: Node, parent: str | None, year: int | None) -> str:
    kind = node.role
    group = node.parent.role if node.parent else ""
    listed = node.block.marker in ("bullet", "dash", "is")
    if (
        kind == "measure"
        and listed
        and group not in ("measures", "safeguard")
        and not node.labelled
    ):
        kind = clauses.kind_of_measure(
            flat(b.text[node.block.body : node.block.end]), b.lang, item=True
        )
    n = b.count(f"{parent}.")
    identity = f"{parent}.{n}" if parent else f"m{b.count('m')}"
    made = promises.paragraph(b.text, node.block.body, node.head_end, scope_of(b, node, year))
    dated = promises.governing(flat(b.text[node.block.body : node.head_end]), b.now)
    span = _item_span(b, node)
    own = b.add(
        *(identity, kind, parent, span),
        rule="item",
        confidence=0.9,
        horizon=dated.year if dated else None,
        details={"due": dated.due} if dated else {},
    )
    keep(b, [p for p in made if p.kind in ("target", "achieved")], own)
    return own


def _goal_with_body(
    b: Builder, node: Node, parent: str | None, year: int | None, made: list[Promise]
) -> str:
    """A goal in words with its numbers in the sentences after it: ——X显著增强。建成Y."""
    own = add_goal(b, _item_span(b, node), year, parent, led=False)
    if node.block.marker in ("bullet", "dash"):
        keep(b, [p for p in made if p.kind in ("target", "achieved")], own)
    return own


def _goal(b: Builder, node: Node, parent: str | None, year: int | None) -> str | None:
    """A goal in words; the targets of its text come with its content."""
    start, end = node.block.body, node.block.end
    scope = scope_of(b, node, year)
    made = promises.paragraph(b.text, start, end, scope)
    targets = [p for p in made if p.kind == "target"]
    if targets and targets[0].start >= node.head_end:
        return _goal_with_body(b, node, parent, year, made)
    own = [p.year for p in made if p.kind in ("goal", "vision")]
    if targets:
        keep(b, [p for p in made if p.kind in ("target", "achieved")], parent)
        return parent
    horizon = own[0] if own else year
    span = _item_span(b, node)
    if span.end - span.start < 2:
        return parent
    return add_goal(b, span, horizon, parent, led=bool(own))


def _target(b: Builder, node: Node, parent: str | None, year: int | None) -> str | None:
    start, end = node.block.body, node.block.end
    made = promises.paragraph(b.text, start, end, scope_of(b, node, year))
    kept = [p for p in made if p.kind == "target"]
    if not kept and year is not None and node.block.marker != "heading":
        return add_goal(b, _item_span(b, node), year, parent, led=False)
    keep(b, made, parent)
    return parent


def _box(b: Builder, node: Node, parent: str | None, _year: int | None) -> str:
    n = node.ordinal if node.ordinal is not None else b.count("box")
    span = b.span(node.block.start, node.head_end)
    span = b.span(trim_marks(b.text, span.start, span.end), span.end)
    name = node.title.rstrip("。;. ")
    parent = parent or b.plan(span.start)
    return b.add(f"BOX{n}", "action_box", parent, span, name=name, ordinal=n, rule="box")


Maker = Callable[[Builder, Node, str | None, int | None], str | None]
_MAKERS: dict[str, Maker] = {
    "forces": _container,
    "principles": _container,
    "programmes": _container,
    "force": _force,
    "principle": _principle,
    "programme": _programme,
    "safeguard": _safeguard,
    "safeguards": _safeguard,
    "measure": _measure,
    "mechanism": _measure,
    "result": _measure,
    "milestone": _measure,
    "goal": _goal,
    "vision": _goal,
    "target": _target,
    BOX: _box,
}


def has_maker(node: Node) -> bool:
    """Whether the node's role makes an element of it."""
    return node.role in _MAKERS


def make(b: Builder, node: Node, parent: str | None, year: int | None) -> str | None:
    """Add the element of a node; the id under which its text and children belong."""
    return _MAKERS.get(node.role, _pass)(b, node, parent, year)
