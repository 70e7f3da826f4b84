"""Values given out in turn: A、B分别达到X和Y; "A and B to reach X and Y respectively"."""

from __future__ import annotations

import re
from dataclasses import replace

from hubscope.plan.found import Found

_AND_EN = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_OF_WHICH = re.compile(r"\bof (?:which|whom|them)\b[^,;]{0,20}$|其中$", re.IGNORECASE)
_DISTRIBUTED = re.compile(r"分别.*$")


def _names(words: str, found: list[Found], lang: str) -> list[str]:
    """The names that a clause gives its numbers in turn (分别, respectively), or none."""
    if lang == "en":
        named = _AND_EN.split(found[0].target.indicator) if "respectively" in words else []
        return [re.sub(r"^the\s+", "", n) for n in named] if len(named) == len(found) else []
    if "分别" not in words:
        return []
    whole = _DISTRIBUTED.sub("", found[0].target.indicator)
    names = [n for n in re.split(r"[、,和与及]", whole) if n]
    return names if len(names) == len(found) else [whole] * len(found) * (len(names) == 1)


def share(words: str, found: list[Found], lang: str) -> list[Found]:
    """Give "A、B分别超过70%和50%" its two indicators; drop numbers that no words bind."""
    names = _names(words, found, lang)
    if names:
        operator = (
            found[-1].target.operator
            if found[-1].target.operator != "="
            else found[0].target.operator
        )
        return [
            replace(f, target=replace(f.target, indicator=n, operator=operator), bound=True)
            for f, n in zip(found, names, strict=True)
        ]
    parted = any(_OF_WHICH.search(f.lead) for f in found[1:])
    kept = [f for n, f in enumerate(found) if f.bound or (parted and not n)] or found[:1]
    parts = [
        replace(f, bound=True) for f in found[1:] if f not in kept and _OF_WHICH.search(f.lead)
    ]
    return [*kept, *parts]
