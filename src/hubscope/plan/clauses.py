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
    r"etc))[.!?][\"”')\]*_]*\s+(?=[\"“(\[A-Z0-9*-])|\n\n"
)
_EN_CLAUSE = re.compile(
    r";\s|,\s+(?:and\s+|with\s+|while\s+|but\s+)?|\s+(?:and|while|but)\s+|"
    r":\s|\s[–—]\s"
)
_ZH_LIST = re.compile("、|以及")
_NAMED_NUMBER = re.compile(r"[\u4e00-\u9fff]{2}[^\d]{0,12}\d[\d.,]*\s*[\u4e00-\u9fff%]")
LONGEST = 1000
"""Characters of a clause that are read; what is longer is no clause of a plan."""

_OPEN, _CLOSE = '“"《(「『[', '”"》)」』]'

_FOCUS = re.compile(
    r"^(?:[到至]?\d{4}年(?:底|末)?(?:前)?$|聚焦|围绕|以[^,]+为|依托|面向|瞄准|针对|立足|坚持|发挥|按照|根据|结合|适应|通过|利用|"
    r"充分利用|在[^,]+(?:领域|方面|基础上))"
)
_VERB = re.compile(
    r"进一步|争取|优化|促进|保障|做大|做强|健全|充分|全面|共建|切实|创新|制定"
    r"|力争|加大|加强|加快|加速|努力|协同|发展|发挥|启动|吸引|围绕|培养|培育"
    r"|增强|壮大|大力|夯实|完善|实施|实现|巩固|布局|建成|建立|建设|开展|引导"
    r"|引进|强化|形成|打通|打造|扩大|拓展|持续|探索|推动|推广|推行|推进|提升"
    r"|提高|搭建|支持|支撑|改善|改革|攻克|攻关|整合|有序|构建|汇聚|消除|深入"
    r"|深化|激发|率先|畅通|着力|积极|稳步|突出|突破|组织|统筹|编制|联合|聚焦"
    r"|营造|落实|补强|补齐|规范|解决|设立|试点|谋划|造就|释放|降低|集聚|鼓励"
)
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


_SPEECH = re.compile(r"“([^“”]{12,})”")
_SENTENCES_IN = re.compile(r"[。!?;](?=.)|[,，].{6,}")


def _depths(words: str) -> list[int]:
    """How deep in quotation marks or brackets each character stands; speech is not quoted."""
    for said in list(_SPEECH.finditer(words)):
        if _SENTENCES_IN.search(said.group(1)):
            words = f"{words[: said.start()]} {said.group(1)} {words[said.end() :]}"
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


_BETWEEN = re.compile(r"\bbetween\s+[^,;]{1,24}$", re.IGNORECASE)


def _split(words: str, pattern: re.Pattern[str], *, quoted: bool = False) -> list[Piece]:
    """The pieces between separators that stand outside quotation marks and brackets."""
    depth = [0] * len(words) if quoted else _depths(words)
    found, start = [], 0
    for m in pattern.finditer(words):
        if depth[m.start()] == 0 and not _BETWEEN.search(words[max(0, m.start() - 30) : m.start()]):
            found.append(trim(words, start, m.start()))
            start = m.end()
    found.append(trim(words, start, len(words)))
    pieces = (_unquoted(words, a, b) for a, b in found)
    return [(a, b) for a, b in pieces if a < b]


def _unquoted(words: str, start: int, end: int) -> Piece:
    """A piece without the quotation mark of a speech that opens or closes in it."""
    if words[start : start + 1] == "“" and "”" not in words[start:end]:
        start += 1
    if words[max(start, end - 1) : end] == "”" and "“" not in words[start:end]:
        end -= 1
    return trim(words, start, end)


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
        whole = _named(words, _split(words, _ZH_CLAUSE))
        pieces = [p for piece in whole for p in _listed(words, *piece)]
    else:
        if "respectively" in words:
            return [(0, min(len(words), LONGEST))]
        pieces = _merged(words, [(a, min(b, a + LONGEST)) for a, b in _split(words, _EN_CLAUSE)])
    return [(a, min(b, a + LONGEST)) for a, b in pieces]


_VALUE_ZH = re.compile(
    r"(?:由|从|约|近|超过?|突破|不低于|不少于|不超过|至少|达到?|新增|累计|降至|降到|提升至|提升到|提高至|提高到|增至|"
    r"保持在?|控制在|年均|[≥≤<>=＞＜])*\s*(?:\d|百分之)"
)


def _named(words: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces in which a name and the value behind its colon are one: 企业数量:≥3000家."""
    kept: list[Piece] = []
    for start, end in pieces:
        value = _VALUE_ZH.match(words, start, end)
        if (
            kept
            and value
            and words[kept[-1][1] : start].strip() == ":"
            and not _years(words, start)
        ):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return kept


def _years(words: str, at: int) -> bool:
    return bool(re.match(r"\s*(?:19|20)\d\d\s*[年—-]", words[at : at + 8]))


_MULTIPLE_EN = re.compile(
    r"\b(?:doubl|tripl|trebl|quadrupl|quintupl|halv)(?:e|es|ed|ing)\b|fold\b|\btwice\b",
    re.IGNORECASE,
)


def _counts(words: str) -> bool:
    """Whether an English clause holds a number or a multiple."""
    return bool(_MULTIPLE_EN.search(words)) or any(quantities.en(words))


def _merged(words: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces joined until each holds a number of its own."""
    kept: list[Piece] = []
    begin = -1
    for start, end in pieces:
        first = start if begin < 0 else begin
        number = _counts(words[start:end])
        if not number and kept and _LEADS_EN.match(words[start:end]):
            begin = start
            continue
        held = kept and _counts(words[slice(*kept[-1])])
        if kept and (not (held and number) or _BACK_EN.match(words[first:end])):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((first, end))
        begin = -1
    if begin >= 0 and kept:
        kept[-1] = (kept[-1][0], pieces[-1][1])
    return kept


_LEADS_EN = re.compile(r"(?:by|in|before|until|from)\s+(?:\w+\s+){0,4}\d{4}$", re.IGNORECASE)
_BACK_EN = re.compile(
    r"(?:up|down) from\b|compared (?:with|to)\b|against\b|from\b|of (?:which|whom|them)\b",
    re.IGNORECASE,
)


def _listed(words: str, start: int, end: int) -> list[Piece]:
    """A Chinese clause cut at 、 where each part names a thing and has its number."""
    piece = words[start:end]
    if "、" not in piece or "分别" in piece or end - start > LONGEST:
        return [(start, end)]
    parts = _split(piece, _ZH_LIST)
    whole = all(_NAMED_NUMBER.search(piece[a:b]) for a, b in parts)
    return [(start + a, start + b) for a, b in parts] if whole else [(start, end)]


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


_UNDERTAKES = re.compile(
    r"^(?:(?:By|In|From|Over|Through|With|Under|To|Building on|As part of)\b[^,]{2,80},\s+)?"
    r"(?:we|government|(?:the|each|every|all|our)\s+[\w&’'-]+(?:[\s,]+[\w&’'-]+){0,7}?|"
    r"[A-Z][\w&’'-]+(?:\s+[\w&’'-]+){0,5}?)\s+(?:will|shall)\s+(?:also\s+|jointly\s+)?(?!be\b|have\b|"
    r"not\b|only\b|need\b|continue to be\b)[a-z]+",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"^(?:it|this|these|those|they|that|such|there|here|if|when|while|what|which)\b", re.IGNORECASE
)


def undertakes(words: str) -> bool:
    """Whether an English sentence says who will do something: "We will open ..."."""
    return bool(_UNDERTAKES.match(words)) and not _ABOUT_IT.match(words)


def kind_of_measure(words: str, lang: str, *, item: bool = False) -> str:
    """measure, mechanism or result, by the words of the clause; items are never results."""
    if lang == "en":
        return "mechanism" if _MECHANISM_EN.search(words) else "measure"
    if (_MECHANISM_ITEM_ZH if item else _MECHANISM_ZH).search(words):
        return "mechanism"
    return "result" if not item and _RESULT_ZH.search(words) else "measure"
