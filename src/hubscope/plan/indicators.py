"""The indicator of a target in the clause's own words, without years, verbs and operators."""

from __future__ import annotations

import re

from hubscope.plan.horizons import Clock, horizons, relative
from hubscope.plan.quantities import Quantity

GROW_ZH = re.compile(r"(?:年均|每年|(?<![\d〇零])年)(?:复合)?(?:增长率?|增速|递增|增幅|增加)")
GROW_EN = re.compile(
    r"(?:a|per|each|every)\s+(?:year|annum)\b|\bannual(?:ly)?\b|\byearly\b", re.IGNORECASE
)
RATE_EN = re.compile(r"\b(?:gr[oe]w\w*|increas\w+|ris\w+|expand\w*|growth)\b", re.IGNORECASE)
_LEAD_ZH = re.compile(
    r"^[\s,;:、]*(?:(?:其中|力争|努力|确保|争取|使|实现|推动|全年|预计|计划|要|将|并且?|同时|"
    r"以及|和|与|且)\s*[,:]?\s*)+"
)
_TAIL_ZH = re.compile(
    r"(?:分别|同比|环比|要|应|均|都|将|力争|总体|总量|累计|稳步|稳定|进一步|持续|大幅|显著|基本|预期|规模|"
    r"力争实现)*"
    r"(?:达到|达|提高|提升|增加|增长|上升|扩大|增至|升至|降至|下降|降低|减少|压减|突破|超过|超|"
    r"高于|低于|大于|小于|不低于|不少于|"
    r"不超过|不高于|不小于|不得低于|至少|控制|保持|稳定|维持|实现|完成|约为?|为|近|接近|大约|有|"
    r"是|逾|在|到|至|由|从|比|较|共|"
    r"[≥≤<>=≈])+$"
)
_DATE_TAIL_ZH = re.compile(
    r"(?:(?:由|从|比|较|在|相比)\s*\d{4}\s*年(?:底|末)?(?:的|基础上)?|\d{4}\s*年(?:底|"
    r"末)?的)[^,]{0,6}$"
)
_TAIL_EN = re.compile(
    r"[\s,:;–—-]*\b(?:(?:will|shall|should|must|to|be|is|are|was|were|it|has|have|and|or|with|"
    r"that|which|by|"
    r"of|at|"
    r"reach\w*|ris(?:e|es|ing)|rais\w+|increas\w+|grow(?:s|ing)?|exceed\w*|surpass\w*|attain\w*|"
    r"achiev\w+|hit\w*|account\w* for|"
    r"tak(?:e|es|ing)( up)?|mak(?:e|es|ing) up|stand\w*|amount\w*|total\w*|remain\w*|keep\w*|"
    r"stay\w*|hold\w*|expand\w*|cut|fall\w*|"
    r"reduc\w+|from|over|above|below|under|more|less|fewer|than|least|most|about|around|"
    r"approximately|roughly|some|nearly|almost|"
    r"not|no|up|down|down to|as high as|an?|the|its?|average|annual|close|minimum|maximum|"
    r"between|for|in|on)\b\s*)+$",
    re.IGNORECASE,
)
_LEAD_EN = re.compile(
    r"^[\s,;:–—-]*(?:(?:and|with|we|will|shall|should|must|aim|aims|plan|to|the|that|of which|"
    r"among (?:them|these)|raise|raising|increase|"
    r"increasing|grow|growing|bring|bringing|lift|keep|keeping|build|building|have|has|ensure|"
    r"achieve|by|its?|reach|cut|reduce|"
    r"expand|boost|hold|get|attract|train|create|open|establish|set up|found|invest|support|"
    r"expect|expects|want|propose|proposes|at least|about|more than|over)\b[\s,:]*)+",
    re.IGNORECASE,
)


def without_years(words: str) -> str:
    """The words without the years in them."""
    spans = [*horizons(words), *relative(words, Clock(0, 0))]
    for h in sorted(spans, key=lambda h: -h.start):
        words = words[: h.start] + " " + words[h.end :]
    return words


def bare(words: str, lang: str) -> str:
    """The words before a bound without years, leading adverbs and trailing verbs."""
    words = without_years(words)
    if lang == "zh":
        return _TAIL_ZH.sub("", _LEAD_ZH.sub("", words)).strip(" ,的")
    return _LEAD_EN.sub("", _TAIL_EN.sub("", words)).strip(" ,")


def _indicator_zh(words: str, q_start: int, q_end: int) -> str:
    before = _DATE_TAIL_ZH.sub("", _FROM_ZH.sub("", words[:q_start]))
    before = _LEAD_ZH.sub("", without_years(before)).strip(" ,;:、")
    name = _TAIL_ZH.sub("", before).strip(' ,;:、“”"的')
    grown = GROW_ZH.search(before)
    if grown and name and before.startswith(name[:1]):
        return before[: grown.end()].strip()
    if name:
        return name
    after = re.match(r"(?:以上|左右|以内)?的?([^,。;\d]{2,24})", words[q_end:])
    return after.group(1).strip() if after else ""


_FROM_ZH = re.compile(r"[由从](?:\d{4}年(?:底|末)?的?)?\s*\d[\d.]*[^,\d]{0,8}$")
_FROM_EN = re.compile(r"\bfrom\s+(?:about\s+)?[£$€]?[\d.,]+\s*\S*(?=\s+to\s*$|\s*$)")


def _indicator_en(words: str, q_start: int, q_end: int) -> str:
    before, after = words[:q_start], words[q_end:]
    before, after = without_years(before), without_years(after)
    before = _FROM_EN.sub(" ", before)
    name = _LEAD_EN.sub("", _TAIL_EN.sub("", before)).strip(" ,;:–—-")
    after = re.sub(r"\s+(?:or (?:more|above|higher|less|so|fewer)|and above)\b", "", after)
    of = re.match(
        r"\s*(?:share |proportion )?(?:of|in)\s+((?!all\b)[\w&'’.-]+(?:\s+[\w&'’-]+){0,5})", after
    )
    if name and GROW_EN.match(after.strip()):
        return _grown(before, name)
    if name and of:
        return f"{name} of {short(of.group(1))}"
    if name:
        return name
    return short(re.sub(r"^\s*of\s+", "", after).strip(" ,;:.–—-"))


def _grown(before: str, name: str) -> str:
    """The indicator with the word that makes it a growth: "... growing"."""
    verb = RATE_EN.search(before, len(name))
    return f"{name} {verb.group()}" if verb and name in before else name


def short(words: str) -> str:
    """The thing named at the start of some words, up to the next clause."""
    words = re.split(
        r",(?!\d{3})|[;:(]|\b(?:by|and|with|while|in order|so that|which|that|from|compared)\b",
        words,
    )[0]
    return words.strip(" .")


def indicator(words: str, q: Quantity, lang: str) -> str:
    """The indicator that a quantity of a clause measures, in the clause's own words."""
    return (_indicator_zh if lang == "zh" else _indicator_en)(words, q.start, q.end)
