"""Elements that run on inside a paragraph: five forces, a slogan, the name of the plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hubscope.nouns import Element, Span
from hubscope.plan.clauses import clauses
from hubscope.plan.numerals import MULTIPLIERS
from hubscope.plan.view import flat

if TYPE_CHECKING:
    from hubscope.plan.builder import Builder

_NEAR = 200
"""Earlier elements that one is compared with."""
_BUILD = "构建|打造|形成|塑造|增强|培育|激发"
_FORCE = re.compile(rf"以(?P<means>[^、,。;]{{2,40}}?)(?:{_BUILD})(?P<name>[^、,。;构建]{{1,5}}力)")
_FORCE_NAMED = re.compile(
    rf"\s*(?P<name>[^:,。]{{1,6}}力)\s*:\s*以(?P<means>.+?)(?:{_BUILD})[^,。;]{{0,8}}力"
)
_FORCE_EN = re.compile(
    r"\s*(?:\*\*)?(?P<name>[A-Z][\w -]{2,40}?)(?:\*\*)?\s*(?:[:–—]|\s-\s)\s*(?:\*\*)?\s*"
    r"(?:(?:to be )?(?:built|formed|created|made|won|strengthened)\s+(?:by|through|on|from)\s+|"
    r"by\s+|through\s+)?(?P<means>.+)",
    re.DOTALL,
)
_SLOGAN = re.compile(
    r"[“\"]((?:[\u4e00-\u9fff]{2,5}、){2,}[\u4e00-\u9fff]{2,5}(?:[和与及、][\u4e00-\u9fff]{2,5})?)[”\"]"
)
_PLAN = re.compile(
    r"《(?P<book>[^》]{4,60}(?:规划|计划|方案|纲要|战略|意见)[^》]{0,12})》"
    r"|(?P<five>[“\"]十[一二三四五六七]五[”\"][^,。:;、“”]{4,40}?(?:规划|计划|方案|纲要))"
)
_MORE_ZH = re.compile(r"[,;]?\s*(更加.+)$", re.DOTALL)
_MORE_EN = re.compile(
    r"[,;]?\s*(?:and\s+)?((?:with|giving|putting|placing|laying)\s+(?:even\s+)?more\s+.+|"
    r"more\s+.+)$",
    re.DOTALL | re.IGNORECASE,
)
_MAGNITUDE = re.compile(r"(万亿|千亿|百亿|亿|千万|百万)元?级")


def _spans(m: re.Match[str], name: str, at: int) -> tuple[int, int]:
    return at + m.start(name), at + m.end(name)


def force_parts(
    text: str, start: int, end: int
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The spans of a force's name and of the means that builds it, where the item gives them."""
    words = flat(text[start:end]).rstrip("。;. ")
    named = _FORCE_NAMED.match(words) or _FORCE.search(words)
    named = named or _FORCE_EN.match(words)
    return (_spans(named, "name", start), _spans(named, "means", start)) if named else (None, None)


def principle_parts(text: str, start: int, end: int) -> dict[str, tuple[int, int]]:
    """The footing (立足 ...) of a principle and what it does more of (更加 ...), if both stand."""
    words = flat(text[start:end]).rstrip("。;. ")
    more = _MORE_ZH.search(words) or _MORE_EN.search(words)
    if more is None or more.start() == 0:
        return {}
    return {"footing": (start, start + more.start()), "more": _spans_of(more, 1, start)}


def _spans_of(m: re.Match[str], group: int, at: int) -> tuple[int, int]:
    return at + m.start(group), at + m.end(group)


def find(b: Builder, start: int, end: int) -> None:
    """Add what runs on in one paragraph: the plan's name, forces, a slogan."""
    words = flat(b.text[start:end])
    if b.lang == "zh":
        _plan(b, words, start)
        _forces(b, words, start)
        _slogan(b, words, start)


def _plan(b: Builder, words: str, at: int) -> None:
    found = _PLAN.search(words)
    if "PLAN" in b.ids or found is None:
        return
    name = "book" if found.group("book") else "five"
    b.add("PLAN", "plan", None, b.span(*_spans(found, name, at)), rule="named", confidence=0.8)


def _forces(b: Builder, words: str, at: int) -> None:
    found = list(_FORCE.finditer(words))
    if len(found) < 3 or "F" in b.ids:
        return
    parent = b.add(
        "F", "force_set", b.plan(at), b.span(*_force_lead(words, found[0], at)), rule="run"
    )
    for m in found:
        n = b.count("F")
        name = b.raw[slice(*_spans(m, "name", at))]
        parts = {"means": b.span(*_spans(m, "means", at))}
        span = b.span(at + m.start(), at + m.end())
        b.add(f"F{n}", "force", parent, span, name=name, ordinal=n, parts=parts, rule="force:run")


def _force_lead(words: str, first: re.Match[str], at: int) -> tuple[int, int]:
    """The clause that announces the forces: 关键是..., or the one before them."""
    pieces = [p for p in clauses(words[: first.start()], "zh") if p[1] - p[0] > 5]
    key = [p for p in pieces if words[p[0] : p[1]].startswith(("关键", "核心", "重点"))]
    chosen = (key or pieces or [(first.start(), first.end())])[-1]
    return at + chosen[0], at + chosen[1]


def _slogan(b: Builder, words: str, at: int) -> None:
    m = _SLOGAN.search(words)
    items = list(re.finditer(r"[^、和与及]+", m.group(1))) if m else []
    sizes = {len(i.group()) for i in items}
    if m is None or "S" in b.ids or len(items) < 4 or len(sizes) > 1 or not sizes <= {2, 3, 4, 5}:
        return
    begin = at + m.start(1)
    parent = b.add("S", "slogan", b.plan(at), b.span(begin, at + m.end(1)), rule="slogan")
    for n, i in enumerate(items, 1):
        span = b.span(begin + i.start(), begin + i.end())
        b.add(f"S{n}", "slogan_item", parent, span, name=span.quote, ordinal=n, rule="slogan")


def shared_subject(b: Builder, goal: Element, sub: tuple[int, int]) -> int:
    """How many characters of a vision's first clause repeat the subject of an earlier goal."""
    clause = b.raw[slice(*sub)]
    best = 0
    for other in (e for e in b.kinds.get("goal", [])[-_NEAR:] if e.id != goal.id):
        quote = other.span.quote
        size = next((n for n in range(len(clause), 3, -1) if clause[:n] in quote), 0)
        best = max(best, size)
    return best if best < len(clause) - 2 else 0


def magnitude(words: str) -> dict[str, Any]:
    """An order of magnitude such as 万亿级: no target, for it has neither year nor baseline."""
    m = _MAGNITUDE.search(words)
    if m is None:
        return {}
    return {"magnitude": {"value": MULTIPLIERS[m.group(1)], "operator": "order of magnitude"}}


_WORD = re.compile(r"[a-z]{4,}")


def repeats(b: Builder, span: Span, due: str) -> bool:
    """Whether a commitment of the same date and largely the same words stands already."""
    words = set(_WORD.findall(span.quote.lower()))
    for other in b.kinds.get("commitment", [])[-_NEAR:]:
        theirs = set(_WORD.findall(other.span.quote.lower()))
        same = len(words & theirs) / max(1, min(len(words), len(theirs)))
        if b.details.get(other.id, {}).get("due") == due and same >= 0.5:
            again = b.details[other.id].setdefault("repeated_at", [])
            again.append({"start": span.start, "end": span.end, "quote": span.quote})
            return True
    return False
