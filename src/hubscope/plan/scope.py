"""What governs a paragraph, and what it can promise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from hubscope.nouns import Target
from hubscope.plan.found import Found
from hubscope.plan.horizons import Clock, Horizon, horizons, relative

_AHEAD_ZH = re.compile(r"目标|力争|将|计划|预计|规划|要|预期|确保")


@dataclass(frozen=True, slots=True)
class Scope:
    """What governs a paragraph from outside: language, today's year, inherited year, section."""

    lang: str
    now: int | None = None
    year: int | None = None
    """The year a heading or the lead of a list sets."""
    goals: bool = False
    """True where goals may be stated: a goals section, or a text without sections."""
    stated: bool = False
    """True under a heading of goals, where English years name goals and not commitments."""
    targets: bool = False
    """True under a heading of targets: numbers need no further sign."""
    quiet: bool = False
    """True in sections that describe the situation: nothing in them is promised."""
    commits: bool = False
    """True where dated English sentences are commitments."""
    promised: bool = False
    """True in a list whose lead binds it: "By 2027, we will:"."""
    envisions: bool = False
    """True under a heading of a vision."""
    clock: Clock = field(default_factory=Clock)

    @property
    def stated_zh(self) -> bool:
        """Whether a Chinese number without a year takes the last one of the plan's period.

        It does under goals, in a plan that names its period and looks beyond one year.
        """
        period = self.clock.last is not None and not self.clock.annual
        return period and (self.stated or self.targets) and not self.quiet


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing a paragraph says: its kind, span and year; a target or fact has its number."""

    kind: str
    start: int
    end: int
    year: int | None = None
    found: Found | None = None
    due: str = ""
    due_kind: str = ""
    subs: tuple[tuple[int, int], ...] = ()
    """Clauses of a vision that are goals of their own."""


def ahead(h: Horizon, words: str, now: int | None) -> bool:
    """Whether a year in `words` lies ahead and governs what is said."""
    if h.way in ("past", "base", "name"):
        return False
    if now is not None and h.year < now:
        return False
    if h.way == "forward":
        return now is None or h.year >= now
    if now is not None and h.year <= now:
        return bool(h.first) and h.year >= now
    near = words[h.end : h.end + 12]
    return bool(_AHEAD_ZH.search(near)) or (now is not None and h.year > now)


def governing(words: str, now: int | None, clock: Clock | None = None) -> Horizon | None:
    """The last year ahead in `words`, or None; with a clock, also 三年内 and 今年."""
    found = [h for h in horizons(words) if ahead(h, words, now)]
    if not found and clock is not None:
        found = relative(words, clock)
    return found[-1] if found else None


def counts(found: Found, scope: Scope) -> bool:
    """Whether a number is a target: bound by words, or with a unit where targets are stated."""
    if found.target.operator == "ordinal":
        return scope.targets
    here = scope.targets or (scope.goals if scope.lang == "zh" else scope.stated or scope.promised)
    return found.bound or (here and bool(found.target.unit))


_PRONOUN = re.compile(
    r"^(?:it|this|they|these|that|its|the (?:rate|share|figure|number))?$", re.IGNORECASE
)


_ALONE = re.compile(r"\s*(?:and|by|in|到|[、,])?\s*$")


def named_as(found: Found, before: Target | None) -> Found:
    """A number without an indicator takes the one spoken of before it, and its operator.

    "..., and 3.5 % by 2025" and "到2025年，达到3.5%" both leave out what the clause before said.
    """
    if before is None:
        return found
    name = found.target.indicator
    if name.startswith("占"):
        return replace(found, target=replace(found.target, indicator=before.indicator + name))
    if not _PRONOUN.match(name):
        return found
    alone = _ALONE.match(found.lead) and not found.bound
    operator = before.operator if alone else found.target.operator
    target = replace(found.target, indicator=before.indicator, operator=operator)
    return replace(found, target=target, bound=True)
