"""Chinese sentences, clause by clause: the year ahead stays in force until the past speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hubscope.nouns import Target
from hubscope.plan import targets
from hubscope.plan.clauses import clauses, sentences
from hubscope.plan.horizons import Horizon, adrift, horizons, relative
from hubscope.plan.scope import Promise, Scope, ahead, counts, governing, named_as
from hubscope.plan.tenses import estimates, foresees, tells_past
from hubscope.plan.view import trim

_VISION = re.compile(
    r"(?:我[们市省国]的?|本[市省]的?|总体)?(?:发展)?(?:愿景|远景目标)[,:]?(?:就?是|为|:)"
)
_STRIVES = re.compile(
    r"提高|提升|增长|增加|增至|升至|下降|降低|降至|缩小|缩短|稳定在|保持在|控制在|力争|不低于|不少于|不超过|"
    r"不高于|年均|以上$|以内$|左右$|翻番|翻一番|倍增"
)
"""Words that strive: only such a number takes the end of the plan's period for its year."""
_ONLY_ZH = re.compile(r"^[\s,:“”其中的、]*$")
_BREAK_ZH = re.compile(r"^(?:力争|其中|同时|具体|主要|努力)")


def read(words: str, scope: Scope) -> Iterator[Promise]:
    """The promises of a Chinese paragraph, offsets within it."""
    year = scope.year
    named: Target | None = None
    for a, b in sentences(words, "zh"):
        if not scope.quiet and _VISION.match(words, a, b):
            far = governing(words[a:b], scope.now)
            yield Promise("vision", a, b, far.year if far else None)
            continue
        state = None if scope.quiet else year
        past: int | None = None
        told = scope.quiet
        years: tuple[int, ...] = ()
        pieces = [(a + c, a + d) for c, d in clauses(words[a:b], "zh")]
        skip = -1
        for i, (c, d) in enumerate(pieces):
            piece = words[c:d]
            h = None if scope.quiet else governing(piece, scope.now, scope.clock)
            h = h or _first_year(piece, words[a:b], scope)
            if h:
                year = state = h.year
                years = _years(piece, scope)
                told = False
                goal = _goal_zh(words, pieces, i, h, scope)
                if goal:
                    yield goal
                    skip = goal.end
            elif tells_past(piece, "zh") or (back := _behind(piece, scope)):
                back = _behind(piece, scope)
                told, past = True, back.year if back else past
                if back and back.way == "past":
                    year = None
            elif adrift(piece, scope.clock):
                state = None
            if d <= skip or foresees(piece, "zh"):
                continue
            when = None if told else state or _by_the_end(piece, scope)
            if estimates(piece, "zh") and not told:
                yield from _estimate_zh(piece, c)
                continue
            made = list(_numbers_zh(piece, c, when, past, scope, named=named, told=told))
            made = _shared_out(made, years) if "分别" in piece else made
            if when and not made:
                made = list(_last_number(words[a:b], piece, c, when, scope))
            yield from made
            if h and not made and not told and (due := _deadline(piece, c, scope)):
                yield due
            named = _subject(piece) or named


_MAKES = re.compile(r"(?:底前?|内)?(?:新建|建成|完成|启动|新增|培育|打造|推广|改造|开放|引进|实施)")


def _first_year(piece: str, sentence: str, scope: Scope) -> Horizon | None:
    """The first year of the plan's own period, where a step is set for it before later ones.

    2026年新建3000套，2028年累计达到1万套 in a plan for 2026 to 2028.
    """
    if scope.quiet or scope.clock.last is None or tells_past(sentence, "zh"):
        return None
    own = [h for h in horizons(piece) if h.year == scope.now and h.way == "bare"]
    steps = bool(own) and bool(_MAKES.match(piece, own[0].end))
    return own[0] if steps and governing(sentence, scope.now) else None


def _by_the_end(piece: str, scope: Scope) -> int | None:
    """The last year of the plan, for a clause among its goals that strives and names no year."""
    return scope.clock.last if scope.stated_zh and _STRIVES.search(piece) else None


def _years(piece: str, scope: Scope) -> tuple[int, ...]:
    """The years ahead that a clause names side by side: 到2028年和2030年."""
    return tuple(h.year for h in horizons(piece) if ahead(h, piece, scope.now) or h.way == "bare")


def _shared_out(made: list[Promise], years: tuple[int, ...]) -> list[Promise]:
    """Give the numbers of 分别达到A和B the years that were named in their order."""
    targets_ = [p for p in made if p.kind == "target" and p.found]
    if len(years) < 2 or len(targets_) != len(years):
        return made
    return [
        replace(
            p,
            year=y,
            found=replace(p.found, target=replace(p.found.target, year=y)) if p.found else None,
        )
        for p, y in zip(targets_, years, strict=True)
    ]


_COUNTED = re.compile(
    r"(?:家|个|项|座|所|处|台|套|件|名|人|场|支|辆|元|公里|%|亩|间|款|种|次)(?:以上|左右)?$"
)
_GRANT = re.compile(r"补助|奖励|补贴|资助|给予|最高|扣除|贷款|罚|每")


def _last_number(sentence: str, piece: str, at: int, year: int, scope: Scope) -> Iterator[Promise]:
    """The number that closes a clause of a sentence with its own date: 到2027年，入库企业500家."""
    own = governing(sentence, scope.now, scope.clock)
    if own is None or own.way != "forward" or _GRANT.search(piece) or not _COUNTED.search(piece):
        return
    found = targets.find(piece, "zh", year)
    if found and found[-1].target.indicator and _COUNTED.fullmatch(piece[found[-1].end - 1 :]):
        yield Promise("target", at + _without_lead(piece, scope), at + len(piece), year, found[-1])


_DUE = re.compile(r"前|有效期|截止")


def _deadline(piece: str, at: int, scope: Scope) -> Promise | None:
    """What a clause asks for before a date without any number: 2026年6月底前出台细则."""
    found = [h for h in horizons(piece) if ahead(h, piece, scope.now) and h.way == "forward"]
    if not found or scope.goals or not _DUE.search(piece[found[-1].start - 4 : found[-1].end]):
        return None
    h = found[-1]
    return Promise("deadline", at, at + len(piece), h.year, due=h.due, due_kind="by")


def _estimate_zh(piece: str, at: int) -> Iterator[Promise]:
    found = [f for f in targets.find(piece, "zh", None) if f.target.quantity is not None]
    if found:
        yield Promise("estimate", at, at + len(piece), None, found[0])


def _behind(piece: str, scope: Scope) -> Horizon | None:
    found = [
        h
        for h in horizons(piece)
        if h.way not in ("base", "name") and not ahead(h, piece, scope.now)
    ]
    return found[-1] if found else None


def _subject(piece: str) -> Target | None:
    """What a clause speaks of, for the next clause that names nothing (到2025年达到3%)."""
    found = targets.find(piece, "zh", None)
    if found and found[-1].target.indicator:
        return found[-1].target
    spoken = None if found else _SPOKEN_OF.match(piece)
    return Target(spoken.group(1), "=", None, "", None) if spoken else None


_SPOKEN_OF = re.compile(
    r"([\u4e00-\u9fff()A-Za-z&]{3,20}?)(?=增长|增速|提高|提升|保持|持续|稳步|显著|不断|明显|进一步|大幅|快于)"
)
"""What a clause without a number speaks of: 劳动生产率增长快于经济增长."""


def _numbers_zh(
    piece: str,
    at: int,
    year: int | None,
    past: int | None,
    scope: Scope,
    *,
    named: Target | None,
    told: bool,
) -> Iterator[Promise]:
    if not told and year is None:
        return
    span = at + _without_lead(piece, scope)
    for found in targets.find(piece, "zh", past if told else year):
        one = named_as(found, named)
        if told:
            if one.target.quantity is not None and one.target.operator != "×":
                yield Promise("achieved", span, at + len(piece), past, one)
        elif counts(one, scope) and one.target.indicator:
            yield Promise("target", span, at + len(piece), year, one)


def _without_lead(piece: str, scope: Scope) -> int:
    """Where a clause starts after 到2025年 and 力争, 其中 and the like."""
    at = 0
    while True:
        spans = [*horizons(piece[at:]), *relative(piece[at:], scope.clock)]
        found = [h for h in spans if h.start == 0 and h.way in ("forward", "bare")]
        lead = re.match(r"\s*(?:其中|力争|努力|争取|确保|[,:、])\s*", piece[at:])
        step = found[0].end if found else lead.end() if lead else 0
        if not step:
            return trim(piece, at, len(piece))[0]
        at += step


def _goal_zh(
    words: str, pieces: list[tuple[int, int]], i: int, h: Horizon, scope: Scope
) -> Promise | None:
    """The goal that a clause with a year ahead opens, if it states one in words."""
    start, end = pieces[i]
    if not scope.goals or words[start : start + h.start].strip():
        return None
    alone = bool(_ONLY_ZH.match(words[start + h.end : end]))
    first = i + 1 if alone else i
    if first >= len(pieces):
        return None
    body = words[pieces[first][0] : pieces[first][1]]
    if any(counts(f, scope) for f in targets.find(body, "zh", h.year)) or _AIM.search(body):
        return None
    last = first
    if h.outlook or _far(words, h, scope):
        last = _vision_end(words, pieces, first, scope)
    subs = tuple(pieces[first : last + 1]) if last > first else ()
    kind = "vision" if h.outlook else "goal"
    return Promise(kind, start, pieces[last][1], h.year, subs=subs)


_AIM = re.compile(r"(?:主要|发展|具体|总体)?目标(?:是|为)?$|^(?:主要)?(?:实现)?(?:以下|如下)")


def _far(words: str, h: Horizon, scope: Scope) -> bool:
    """Whether a year is the last of several: the vision, whose clauses hang together."""
    years = {x.year for x in horizons(words) if ahead(x, words, scope.now)}
    return len(years) > 1 and h.year == max(years)


def _vision_end(words: str, pieces: list[tuple[int, int]], first: int, scope: Scope) -> int:
    last = first
    for j in range(first + 1, len(pieces)):
        piece = words[pieces[j][0] : pieces[j][1]]
        joined = words[pieces[j - 1][1] : pieces[j][0]].strip() == ","
        numbers = [f for f in targets.find(piece, "zh", None) if counts(f, scope)]
        if not joined or _BREAK_ZH.match(piece) or governing(piece, scope.now) or numbers:
            break
        last = j
    return last
