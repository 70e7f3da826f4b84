"""Sentences and clauses of a paragraph, and the cutting of run-on measures, with offsets."""

from __future__ import annotations

import re

from hubscope.plan import quantities
from hubscope.plan.view import trim

Piece = tuple[int, int]

_ZH_SENTENCE = re.compile(r"[。!?](?=[”\"')]?)|\n")
_ZH_PART = re.compile(r"[;；。!?\n]")
_ZH_CLAUSE = re.compile(r"[,;:。!?\n]")
_EN_SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|No|St|vs))(?<!\b(?:Mrs|e\.g|i\.e|"
    r"etc))[.!?][\"”')\]]*\s+(?=[\"“(\[A-Z0-9*-])|\n\n"
)
_EN_CLAUSE = re.compile(
    r";\s|,\s+(?:and\s+|with\s+|while\s+|but\s+)?|\s+(?:and|while|but)\s+|:\s|\s[–—]\s"
)
_OPEN, _CLOSE = '“"《(「『[', '”"》)」』]'

_FOCUS = re.compile(
    r"^(?:聚焦|围绕|以[^,]+为|依托|面向|瞄准|针对|立足|坚持|发挥|按照|根据|结合|适应|通过|利用|"
    r"充分利用|在[^,]+(?:领域|方面|基础上))"
)
_VERBS = [
    "加快",
    "加速",
    "推进",
    "推动",
    "建设",
    "构建",
    "打造",
    "搭建",
    "培育",
    "发展",
    "强化",
    "优化",
    "提升",
    "促进",
    "支持",
    "完善",
    "健全",
    "实施",
    "开展",
    "扩大",
    "统筹",
    "着力",
    "大力",
    "全面",
    "充分",
    "持续",
    "有序",
    "积极",
    "深化",
    "创新",
    "营造",
    "壮大",
    "做强",
    "做大",
    "聚焦",
    "突破",
    "突出",
    "引导",
    "引进",
    "布局",
    "改革",
    "激发",
    "形成",
    "建立",
    "制定",
    "落实",
    "鼓励",
    "探索",
    "组织",
    "加强",
    "加大",
    "增强",
    "推广",
    "发挥",
    "围绕",
    "切实",
    "进一步",
    "努力",
    "力争",
    "实现",
    "解决",
    "支撑",
    "保障",
    "吸引",
    "集聚",
    "设立",
    "争取",
    "巩固",
    "拓展",
    "提高",
    "整合",
    "共建",
    "试点",
    "率先",
    "稳步",
    "协同",
    "联合",
    "培养",
    "攻克",
    "攻关",
    "谋划",
    "编制",
    "规范",
    "降低",
    "打通",
    "畅通",
    "推行",
    "启动",
    "深入",
    "夯实",
    "释放",
    "造就",
    "汇聚",
    "建成",
    "消除",
    "改善",
    "补齐",
    "补强",
]
_VERB = re.compile("|".join(sorted(_VERBS, key=len, reverse=True)))
_GOES_ON = re.compile(r"^(?:形成|为|使|并|从而|以|与|和|及|让|把|将其|实现其|确保其)")
_MECHANISM_ZH = re.compile(r"机制$|揭榜挂帅|赛马制?|制度$|体制机制")
_MECHANISM_EN = re.compile(
    r"\bmechanisms?\b|\bopen[- ]competition\b|\bopen calls?\b|\bcalls? for (?:bids|proposals)\b|"
    r"\bscheme\b",
    re.IGNORECASE,
)
_MECHANISM_ITEM_ZH = re.compile(r"机制|揭榜挂帅|赛马制")
_RESULT_ZH = re.compile(
    r"^(?:打造形成|(?:加快|努力|力争|全面|逐步)?实现|(?:切实|着力|有效)?解决.*问题$|基本形成|"
    r"基本建成|使得?)|(?:根本)?转变$"
)


def _depths(words: str) -> list[int]:
    """How deep in quotation marks or brackets each character stands."""
    depth, found = 0, []
    straight = False
    for c in words:
        if c == '"':
            straight = not straight
            depth += 1 if straight else -1
        elif c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        found.append(depth)
    return found if depth == 0 else [0] * len(words)


def _split(words: str, pattern: re.Pattern[str], *, quoted: bool = False) -> list[Piece]:
    """The pieces between separators that stand outside quotation marks and brackets."""
    depth = [0] * len(words) if quoted else _depths(words)
    found, start = [], 0
    for m in pattern.finditer(words):
        if depth[m.start()] == 0:
            found.append(trim(words, start, m.start()))
            start = m.end()
    found.append(trim(words, start, len(words)))
    return [(a, b) for a, b in found if a < b]


def sentences(words: str, lang: str) -> list[Piece]:
    """The sentences of a paragraph, without their full stops."""
    pieces = _split(words, _ZH_SENTENCE if lang == "zh" else _EN_SENTENCE, quoted=lang == "en")
    return [(a, _bare(words, a, b)) for a, b in pieces if _bare(words, a, b) > a]


def _bare(words: str, start: int, end: int) -> int:
    while end > start and words[end - 1] in ".;。;":
        end -= 1
    return trim(words, start, end)[1]


def clauses(words: str, lang: str) -> list[Piece]:
    """The clauses of a sentence; English ones are cut only where both sides hold a number."""
    if lang == "zh":
        return _split(words, _ZH_CLAUSE)
    pieces = _split(words, _EN_CLAUSE)
    kept: list[Piece] = []
    for piece in pieces:
        held = kept and any(quantities.en(words[slice(*kept[-1])]))
        if kept and not (held and any(quantities.en(words[slice(*piece)]))):
            kept[-1] = (kept[-1][0], piece[1])
        else:
            kept.append(piece)
    return kept


def _starts_measure(words: str) -> bool:
    return bool(_VERB.match(words))


def measures(words: str) -> list[Piece]:
    """The measures of a run-on Chinese paragraph: one for each plan verb that opens a clause.

    A clause that only sets the stage (聚焦 ..., 围绕 ..., 以 ... 为核心) is joined to the next, and
    one that goes on (形成 ... 机制) to the one before it.
    """
    found: list[Piece] = []
    for a, b in _split(words, _ZH_PART):
        found += _cut(words, a, b)
    return found


def _cut(words: str, start: int, end: int) -> list[Piece]:
    pieces = [(start + a, start + b) for a, b in _split(words[start:end], re.compile(","))]
    kept: list[Piece] = []
    waiting = False
    for a, b in pieces:
        piece = words[a:b]
        if (kept and (waiting or _GOES_ON.match(piece))) or (
            kept and not (_starts_measure(piece) or "、" in piece)
        ):
            kept[-1] = (kept[-1][0], b)
        else:
            kept.append((a, b))
        waiting = bool(_FOCUS.match(piece)) and kept[-1] == (a, b) and not piece.startswith("发挥")
    return kept


def kind_of_measure(words: str, lang: str, *, item: bool = False) -> str:
    """measure, mechanism or result, by the words of the clause; items are never results."""
    if lang == "en":
        return "mechanism" if _MECHANISM_EN.search(words) else "measure"
    if (_MECHANISM_ITEM_ZH if item else _MECHANISM_ZH).search(words):
        return "mechanism"
    return "result" if not item and _RESULT_ZH.search(words) else "measure"
