"""English sentences: the year may stand at either end and governs the whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from hubscope.nouns import Target
from hubscope.plan import targets
from hubscope.plan.clauses import clauses, sentences
from hubscope.plan.found import Found
from hubscope.plan.horizons import Horizon, adrift, horizons, relative
from hubscope.plan.scope import Promise, Scope, ahead, counts, named_as
from hubscope.plan.tenses import binds, estimates, foresees, tells_past
from hubscope.plan.view import trim

_VISION_EN = re.compile(
    r"(?:to (?:achieve|realise|realize|reach|"
    r"fulfil)\s+)?the\s+(?P<y>20\d\d)\s+vision(?:\s+of\s+(?:the\s+)?[A-Z]\w+)?",
    re.IGNORECASE,
)
_SETS_OUT = re.compile(
    r"^(?:this|the|our) (?:\w+ ){0,3}(?:strategy|plan|roadmap|agenda) (?:sets out|describes|"
    r"explains) how\b.+\bwill\b",
    re.IGNORECASE,
)
_OUR_VISION = re.compile(r"^(?:our|the) vision (?:is|for)\b.{10,}", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r",?\s+(?:explaining|setting out|describing|showing|including|in order to|so that|alongside|"
    r"which|in time to)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_PRONOUN = re.compile(
    r"^(?:these|they|this|it)\s+(?:strategies |plans |actions )?(?:will|shall|must)\b",
    re.IGNORECASE,
)
_DATED_CUT = re.compile(r",?\s+(?:with|and|while)\s+")
_WILL = re.compile(r"\b(?:will|shall|must|to follow)\b", re.IGNORECASE)


def read(words: str, scope: Scope) -> Iterator[Promise]:
    """The promises of an English paragraph, offsets within it."""
    seen = list(visions(words))
    yield from seen
    year = scope.year
    pieces = sentences(words, "en")
    for i, (a, b) in enumerate(pieces):
        piece = words[a:b]
        h = None if scope.quiet else _ahead_en(piece, scope)
        past = tells_past(piece, "en")
        if h and (scope.stated or scope.targets):
            year = h.year
        held = year if not (past or adrift(piece, scope.clock)) else None
        governed = h.year if h else held
        if estimates(piece, "en"):
            yield from _estimate_en(piece, a)
            continue
        if foresees(piece, "en"):
            continue
        if scope.quiet or _told(piece, h, scope):
            yield from _facts_en(piece, a)
            continue
        firm = h is not None and binds(piece)
        made = (
            list(_numbers_en(piece, a, governed, scope, _before(words, pieces, i), firm=firm))
            if governed
            else []
        )
        yield from made
        if h and not made and not any(a <= v.start < b for v in seen):
            yield from _worded_en(words, pieces, i, h, scope)


def _told(piece: str, h: Horizon | None, scope: Scope) -> bool:
    """Whether a sentence tells of the past; "by 2025 it has become" under a goal does not."""
    if _opens_past(piece, scope.now):
        return True
    if not tells_past(piece, "en") or scope.targets:
        return False
    return h is None or not (binds(piece) or scope.stated)


_MODAL = re.compile(r"\b(?:will|shall|should|must|aims?|plans? to|intends? to|to be)\b")


def _opens_past(piece: str, now: int | None) -> bool:
    """Whether a sentence opens with a year gone by and says nothing of what shall be."""
    first = horizons(piece)[:1]
    if now is None or not first or first[0].start > 0 or first[0].way != "bare":
        return False
    return first[0].year < now and not _MODAL.search(piece)


def _ahead_en(piece: str, scope: Scope) -> Horizon | None:
    found = [
        h
        for h in horizons(piece)
        if ahead(h, piece, scope.now)
        or (
            h.way in ("from", "bare")
            and h.month
            and binds(piece)
            and (not scope.now or h.year >= scope.now)
        )
        or (h.way in ("forward", "bare") and scope.now is None and binds(piece))
    ]
    found = [h for h in found if h.way not in ("base", "name")]
    found = found or relative(piece, scope.clock)
    return found[-1] if found else None


def _before(words: str, pieces: list[tuple[int, int]], i: int) -> Target | None:
    """What the sentence before speaks of, for a sentence that only says "it"."""
    found = targets.find(words[slice(*pieces[i - 1])], "en", None) if i else []
    return found[-1].target if found and found[-1].target.indicator else None


def _numbers_en(
    piece: str, at: int, year: int, scope: Scope, named: Target | None, *, firm: bool
) -> Iterator[Promise]:
    led = scope.targets or scope.stated or scope.promised
    if not (led or binds(piece) or horizons(piece)):
        return
    for c, d in clauses(piece, "en"):
        own = _ahead_en(piece[c:d], scope)
        if own is None and _apart(piece, c, d):
            continue
        told = own is None and tells_past(piece[c:d], "en")
        told = told and (bool(horizons(piece[c:d])) or not (scope.targets or scope.stated))
        for found in targets.find(piece[c:d], "en", own.year if own else year):
            one = named_as(found, named)
            named = one.target if one.target.indicator else named
            mine = counts(one, scope) or (firm and _weighty(one))
            if not told and mine and one.target.indicator:
                yield Promise("target", at + c, at + d, one.target.year, one)


def _weighty(found: Found) -> bool:
    """Whether a number stands for itself: a share, or money that is not the size of a thing."""
    sized = found.target.unit.isupper() and _SIZE_OF.search(found.lead)
    return bool(_WEIGHTY.match(found.target.unit)) and not sized


_SIZE_OF = re.compile(
    r"(?<!investment )(?<!investments )(?<!spending )(?<!expenditure )(?<!exports )(?<!revenue )"
    r"(?<!turnover )(?<!sales )(?<!output )\bof\s*$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?:is|are|has|have|makes? up|accounts? for|employs?|produces?|spends?|invests?|hosts?)\b",
    re.IGNORECASE,
)


def _apart(piece: str, c: int, d: int) -> bool:
    """Whether a clause before or after a semicolon only says how things are."""
    cut = piece[max(0, c - 2) : c].strip() == ";" or piece[d : d + 1] == ";"
    return cut and bool(_STATE.search(piece[c:d])) and not binds(piece[c:d])


_WEIGHTY = re.compile(r"%|per ?cent|[A-Z]{3}$", re.IGNORECASE)
"""Units of a number that stands for itself beside a date and a verb of will: shares and money."""


def _facts_en(piece: str, at: int) -> Iterator[Promise]:
    back = horizons(piece)
    year = back[-1].year if back else None
    for c, d in clauses(piece, "en"):
        for found in targets.find(piece[c:d], "en", year):
            if found.target.quantity is not None and (found.target.unit or found.bound):
                yield Promise("achieved", at + c, at + d, year, found)


_WE = re.compile(
    r"^(?:we|it is|they|analysts)\s+(?:\w+\s+)?estimat\w+\s+(?:that\s+)?", re.IGNORECASE
)


def _estimate_en(piece: str, at: int) -> Iterator[Promise]:
    found = targets.find(piece, "en", None)
    if found:
        lead = _WE.match(piece)
        yield Promise("estimate", at + (lead.end() if lead else 0), at + len(piece), None, found[0])


def _worded_en(
    words: str, pieces: list[tuple[int, int]], i: int, h: Horizon, scope: Scope
) -> Iterator[Promise]:
    a, b = pieces[i]
    if scope.stated:
        if not words[a:b].endswith(":"):
            yield Promise("vision" if scope.envisions else "goal", a, b, h.year)
        return
    if not scope.commits or not _WILL.search(words[a:b]):
        return
    if i and _PRONOUN.match(words[a:b]) and _WILL.search(words[slice(*pieces[i - 1])]):
        a, b = pieces[i - 1]
        yield Promise("commitment", a, b, h.year, due=h.due, due_kind="by")
        return
    yield from _commitments(words, a, b, scope)


def _commitments(words: str, a: int, b: int, scope: Scope) -> Iterator[Promise]:
    """The dated parts of a sentence, cut where each part has a date of its own."""
    cuts = [a, *(a + m.end() for m in _DATED_CUT.finditer(words[a:b])), b]
    parts: list[list[int]] = []
    for c, d in itertools.pairwise(cuts):
        if parts and not _dated(words, parts[-1][0], parts[-1][1], scope):
            parts[-1][1] = d
        else:
            parts.append([c, d])
    if len(parts) > 1 and not _dated(words, parts[-1][0], parts[-1][1], scope):
        parts[-2:] = [[parts[-2][0], parts[-1][1]]]
    for n, (c, d) in enumerate(parts):
        h = _dated(words, c, d, scope)
        if h is None:
            continue
        last = n == len(parts) - 1
        tail = _PARTICIPLE.search(words[c:d])
        end = c + tail.start() if tail and tail.start() >= h.end else d
        if not last:
            end = c + _cut_off(words[c:d])
        start = c - 5 if words[max(0, c - 5) : c].lower() == "with " else c
        c2, d2 = trim(words, start, end)
        yield Promise(
            "commitment", c2, d2, h.year, due=h.due, due_kind="from" if h.way == "from" else "by"
        )


def _cut_off(part: str) -> int:
    joint = re.search(r",?\s+(?:with|and|while)\s+$", part)
    return joint.start() if joint else len(part)


def _dated(words: str, c: int, d: int, scope: Scope) -> Horizon | None:
    return _ahead_en(f"{words[c:d]} will", scope)


def visions(words: str) -> Iterator[Promise]:
    """Visions that a sentence announces: "the 2030 Vision", "this strategy sets out how"."""
    if m := _VISION_EN.search(words):
        yield Promise("vision", m.start(), m.end(), int(m.group("y")))
    for a, b in sentences(words, "en"):
        if _SETS_OUT.match(words[a:b]) or _OUR_VISION.match(words[a:b]):
            yield Promise("vision", a, b)
            return
