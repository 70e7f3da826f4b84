"""Which sentences tell of the past or of now, and which bind the future."""

from __future__ import annotations

import re

_PAST_ZH = re.compile(
    r"已(?!有)|去年|上年|前年|今年[一二三四上前]|目前|当前|截至|截止|近年|近几年|近\d+年|同比|"
    r"环比|比上年|较上年|较去年|以来|"
    r"(?<![未])[一二两三四五六七八九十几多\d]+?年来|年来|实际(?:达到|完成|为)|"
    r"过去|历史性|“?十[一二三]五”?(?:时期|期间|末)|来源于|记者了解到|据统计|现有|首次超过|累计已|"
    r"(?:提高|提升|增加|增长|下降|降低?|缩短|扩大|上升|突破|达)(?:到|至|为)?了|"
    r"(?<![为除到])了(?=\d)(?!\d{4}年)"
)
_NOT_YET = "".join(f"(?<!{w} )" for w in ("will", "should", "must", "shall", "to", "would"))
_PAST_EN = re.compile(
    rf"\b(?:was|were|had|has|{_NOT_YET}have) "
    r"(?:\w+ly |already |now |been |so far )*\w+(?:ed|en|wn|lt|pt|id|de)\b|"
    r"\b(?:was|were|had|reached|rose|fell|grew|increased|stood|accounted|exceeded|totall?ed|"
    r"amounted|"
    r"doubled|tripled|surpassed|passed|achieved|attained|recorded|registered|spent|invested|"
    r"climbed|"
    r"dropped|declined|last year|so far|to date|currently|already|at present|today|numbered|"
    r"now (?:has|have|provides?|stands?)|since|ago|compared with the previous|"
    r"year[- ]on[- ]year)\b",
    re.IGNORECASE,
)
_WILL_EN = re.compile(
    r"\b(?:will|shall|should|must|aims?|aiming|targets?|to be|plans? to|intends? to|is to|are to|"
    r"expects?|expected to|seeks?|"
    r"commit\w*|pledg\w+|propos(?:e|es|ing)|goal|needs? to)\b",
    re.IGNORECASE,
)
_ESTIMATE_EN = re.compile(
    r"\b(?:we )?estimat\w+\b|\bcould (?:save|be worth)\b|\bis projected\b", re.IGNORECASE
)
_ESTIMATE_ZH = re.compile(
    r"(?:预计|据估算|据测算|经测算|估计)[^,。;]{0,8}?(?:可|能|带动|拉动|撬动|节约|减少|每年)"
)


def tells_past(words: str, lang: str) -> bool:
    """Whether a clause carries a cue of the past or the present."""
    return bool((_PAST_ZH if lang == "zh" else _PAST_EN).search(words))


def binds(words: str) -> bool:
    """Whether an English sentence speaks of what shall be."""
    return bool(_WILL_EN.search(words))


_FORESEEN_ZH = re.compile(
    r"(?:缺口|需求量?|供给不足)(?:将|预计|约|会)*(?:达到?|超过|突破|扩大|为|约)|"
    r"(?:预测|测算|机构|报告|专家|估算)[^。;]{0,6}(?:全球|世界|国际市场)(?!一流|级|领先|前列)|"
    r"(?:全球|世界)(?!一流|级|领先|前列)[^,。;到的]{0,12}(?:市场|需求|人口)[^,。;]{0,12}(?:将|预计|有望)"
)
_FORESEEN_EN = re.compile(
    r"\b(?:projects?|projected|forecasts?|predicts?|predicted|expects?|expected|estimates?|"
    r"anticipates?|faces?|facing|without)\b[^.;]{0,60}\b(?:shortfall|shortage|gap|deficit|"
    r"demand)\b|"
    r"\b(?:shortfall|shortage|gap|deficit)\b[^.;]{0,30}\b(?:projected|forecast|predicted|expected|"
    r"will (?:reach|grow|widen))\b|"
    r"\b(?:will|would) be (?:needed|required)\b|"
    r"\b(?:analysts|experts|economists|studies|forecasts?|projections?|observers|models)\b[^.;]{0,30}?"
    r"\b(?:expect|project|predict|forecast|suggest|foresee|show)s?\b|"
    r"\baccording to (?!(?:this|our|the) (?:plan|strategy))[^.;]{0,60}\bwill\b|"
    r"\bthe (?:world|global \w+)(?: \w+){0,2} (?:will|is expected)\b|"
    r"\bif (?:\w+ ){0,2}trends?\b|\bon (?:current|present) trends\b|\bbusiness as usual\b|"
    r"\b(?:grants?|vouchers?|loans?|bursar(?:y|ies)|awards?) of (?:up to|between|"
    r"at least|at most)\b|"
    r"\b(?:budget|envelope|funding|allocation|appropriation)\b[^.;]{0,30}\b(?:amounts? to|totals|"
    r"stands at|comes to)\b",
    re.IGNORECASE,
)


def foresees(words: str, lang: str) -> bool:
    """Whether a clause foretells a need, a trend or a shortage, or sizes a budget or grant."""
    return bool((_FORESEEN_ZH if lang == "zh" else _FORESEEN_EN).search(words))


def estimates(words: str, lang: str) -> bool:
    """Whether a sentence gives an estimate of an effect instead of a promise."""
    return bool((_ESTIMATE_ZH if lang == "zh" else _ESTIMATE_EN).search(words))
