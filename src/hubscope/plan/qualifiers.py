"""Numbers that belong to the name of an indicator and are nothing to reach: 每万人, top 500."""

from __future__ import annotations

import re

from hubscope.plan.quantities import Quantity

_QUALIFIES_EN = re.compile(
    r"\b(?:per|(?<!will )(?<!to )top|bottom|every|each|under age|aged|of (?:all|the|its|our))$"
    r"|\bwith (?:fewer|less|more) than$"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine) (?:in|out of)$"
    r"|\b(?:(?<!ensure )(?<!ensuring )(?<!proposes )(?<!propose )(?<!expect )(?<!expects )(?<!so )"
    r"(?<!agree )(?<!require )(?<!requires )that|(?<!of )which|who|whose|handling|serving|"
    r"employing|having|for) "
    r"(?:(?!will\b|shall\b|to\b|\d)[\w’'-]+ ){0,4}(?!will\b|shall\b|to\b)[\w’'-]*$",
    re.IGNORECASE,
)
_IN_TEN = re.compile(r"\s+(?:in|out of)\s+(?:three|four|five|ten|\d{1,3})\b", re.IGNORECASE)


_SIZED = re.compile(r"(?:以上|以下)[^,。;\d]{2,40}\d")
"""What follows a size that only tells things apart: 亿元以上项目200个."""
_SIZED_AS = re.compile(
    r"(?:(?:及)?以[上下内]|左右)?的(?!基础)[^,。;\d]{1,20}?(?:\d|[一二两三四五六七八九十百]+[家个项座支名])"
)
"""The same with 的: 产值超10亿元的企业5家."""
_AGAINST_ZH = re.compile(
    r"(?:高于|低于|高出|超过|超出|领先)[^,。;\d]{0,8}(?:全国|全省|全市|世界|平均|同期)[^,。;\d]{0,8}$"
)
"""What a difference in points is measured against: 高于全国平均水平2个百分点."""


def counts_per(words: str, q: Quantity, lang: str) -> bool:
    """Whether a number belongs to the indicator itself: 每万人, per 10,000, top 500, 500强."""
    before, after = words[: q.start].rstrip(), words[q.end :]
    if lang == "zh":
        return (
            before.endswith(("每", "前", "第", "排名", "世界"))
            or after.startswith(("强", "级"))
            or (q.spelled and bool(_SIZED.match(after)))
            or bool(_SIZED_AS.match(after))
            or ("百分点" in q.unit and bool(_AGAINST_ZH.search(before)))
        )
    return bool(_QUALIFIES_EN.search(before) or _IN_TEN.match(after))


_TIME = re.compile(
    r"\s*-?(?:working )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)


def takes_time(words: str, q: Quantity) -> bool:
    """Whether a number is the time in which the thing counted before it happens: within 5 days."""
    before = words[: q.start].rstrip().lower()
    return before.endswith(("within", "in under", "in less than")) and bool(
        _TIME.match(words, q.end)
    )
