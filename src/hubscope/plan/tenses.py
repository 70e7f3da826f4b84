"""Which sentences tell of the past or of now, and which bind the future."""

from __future__ import annotations

import re

_PAST_ZH = re.compile(
    r"已(?!有)|去年|上年|前年|今年[一二三四上前]|目前|当前|截至|截止|近年|近几年|近\d+年|同比|"
    r"环比|比上年|较上年|较去年|以来|"
    r"过去|历史性|“?十[一二三]五”?(?:时期|期间|末)|来源于|记者了解到|据统计|现有|首次超过|累计已"
)
_PAST_EN = re.compile(
    r"\b(?:was|were|had|has (?:already |now |been )?\w+(?:ed|en|wn)?|have (?:already |now |"
    r"been )\w+|reached|rose|fell|grew|"
    r"increased(?! to be)|stood|accounted|exceeded|totall?ed|amounted|doubled|tripled|surpassed|"
    r"passed|achieved|attained|"
    r"recorded|registered|spent|invested|climbed|dropped|declined|last year|so far|to date|"
    r"currently|already|at present|"
    r"today|now (?:has|have|provides?|stands?)|since|ago|compared with the previous|"
    r"year[- ]on[- ]year|estimated?)\b",
    re.IGNORECASE,
)
_WILL_EN = re.compile(
    r"\b(?:will|shall|should|must|aims?|aiming|targets?|to be|plans? to|intends? to|is to|are to|"
    r"expects?|expected to|seeks?|"
    r"commit\w*|pledg\w+|goal|by 20\d\d|by the end of)\b",
    re.IGNORECASE,
)
_ESTIMATE_EN = re.compile(
    r"\b(?:we )?estimat\w+\b|\bcould (?:save|be worth)\b|\bis projected\b", re.IGNORECASE
)
_ESTIMATE_ZH = re.compile(r"预计|据估算|据测算|估计")


def tells_past(words: str, lang: str) -> bool:
    """Whether a clause carries a cue of the past or the present."""
    return bool((_PAST_ZH if lang == "zh" else _PAST_EN).search(words))


def binds(words: str) -> bool:
    """Whether an English sentence speaks of what shall be."""
    return bool(_WILL_EN.search(words))


def estimates(words: str, lang: str) -> bool:
    """Whether a sentence gives an estimate of an effect instead of a promise."""
    return bool((_ESTIMATE_ZH if lang == "zh" else _ESTIMATE_EN).search(words))
