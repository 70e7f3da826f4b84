"""When a plan speaks and until when: from its publication, its number, its title's period."""

from __future__ import annotations

import re

from hubscope.plan.horizons import Clock, Horizon, horizons
from hubscope.plan.view import view

_ANNUAL = re.compile(
    r"(?<![-—–~至到])(?P<y>20\d\d)\s*年(?:度)?[^,。;]{0,16}?(?:政府工作报告|工作要点|工作计划|工作方案|重点工作|工作任务|"
    r"国民经济和社会发展计划|(?:大会|会议)上的讲话)"
)


def clock(facts: dict[str, str], seen: str, title: tuple[int, int] | None) -> Clock:
    """The document's own year, the end of its period, and whether it is made for one year.

    Args:
        facts: what the page says of the document: published, number, title.
        seen: the view of the text.
        title: the span of the title in it, if it has one.
    """
    heads = (str(facts.get("title", "")), seen[slice(*title)] if title else "", seen[:400])
    for words in heads[:2]:
        if year := _ANNUAL.search(view(words)):
            return Clock(int(year.group("y")) - 1, int(year.group("y")), annual=True)
    period = next((found for words in heads if (found := _period(words))), None)
    said = _stated(facts)
    if period is None:
        return Clock(said)
    return Clock(said or period.first, period.year)


def _stated(facts: dict[str, str]) -> int | None:
    for key in ("published", "number"):
        if year := re.search(r"(?:19|20)\d\d", str(facts.get(key, ""))):
            return int(year.group())
    return None


def _period(words: str) -> Horizon | None:
    return next((h for h in horizons(view(words)) if h.first), None)
