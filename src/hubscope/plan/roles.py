"""What a heading promises: the words by which plans announce goals, forces, programmes ..."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hubscope.plan.boxes import BOX, box_role
from hubscope.plan.node import Node
from hubscope.plan.numerals import ordinal

_EMPHASIS = re.compile(r"\*\*|__|~~|<[^>]+>|\{:[^}]*\}")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")

_KEY = r"(?:(?:strategic|key|core|main|policy|focus|priority|flagship|national|specific) )?"
_NUMBER = r"(?:\d{1,2}\.)*(?P<n>\d{1,3}|[IVX]{1,5}|[A-H](?![a-z])|[一二三四五六七八九十]{1,3})"
_LABELS = {
    "programme": r"programmes?|programs?|actions?|projects?|initiatives?|priorit(?:y|ies)|pillars?|"
    r"flagships?|missions?|themes?|strands?|workstreams?|(?:(?:focus|priority|action) )?areas?|"
    r"domains?|thrusts?|strategy|strategies|directions?|drivers?|streams?|shifts?|工程|"
    r"行动|任务|专项",
    "principle": r"principles?|commitments?|values?|原则|承诺|要求",
    "force": r"forces?|力量?",
    "goal": r"goals?|objectives?|aims?|目标",
    "vision": r"vision|愿景",
    "measure": r"measures?|steps?|recommendations?|举措|措施|做法",
    "mechanism": r"mechanisms?|机制",
    "result": r"results?|outcomes?|成果|成效|结果",
    "milestone": r"milestones?|deliverables?|里程碑",
    "target": r"targets?|indicators?|指标|目标值",
    "slogan": r"slogan|motto|in short|口号",
    "plan": r"plan|计划名称|规划名称",
    "safeguard": r"safeguards?|保障",
}
_LABEL = [
    (
        role,
        re.compile(
            rf"{_KEY}(?:{words})\s*(?:{_NUMBER}\s*(?:[:.,—–]|[-]\s|$)|:)\s*(?P<rest>.*)$",
            re.IGNORECASE | re.DOTALL,
        ),
    )
    for role, words in _LABELS.items()
]

_CONTAINERS: tuple[tuple[str, str], ...] = (
    (
        "situation",
        (
            r"现状|形势|背景|回顾|发展基础|工作基础|建设基础|面临|主要问题|问题与挑战|前言|引言|"
            r"导言|"
            r"附则|编制说明|"
            r"\b(?:background|foreword|preamble|introduction|context|where we (?:are|stand)|"
            r"achievements?|"
            r"lessons|situation|challenges|about this|acknowledge?ments|footnotes|sources?|"
            r"references|annex|notes?)\b"
        ),
    ),
    ("guiding", r"指导思想|总体思路|\bguiding (?:ideas?|thought|philosophy)\b"),
    (
        "safeguards",
        (
            r"保障(?:措施|机制|体系|条件|工作)?$|(?:组织|实施|政策|综合)保障|组织实施|组织领导|实施机制|规划实施|"
            r"\b(?:safeguards?|enablers?|implementation|governance)\b"
        ),
    ),
    (
        "targets",
        (
            r"指标|目标值|量化目标|具体目标值|\b(?:quantif(?:ied|iable)|quantitative|measurable|"
            r"numerical|indicators?|"
            r"targets?|kpis?)\b"
        ),
    ),
    ("forces", r"[两三四五六七八](?:个|种|大|股)?力量?$|五力|力的构建|\bforces\b|\bforce set\b"),
    (
        "principles",
        (
            r"原则|立足.*更加|[六五四三]个[“\"]?立足|[二三四五六七八九十][项个条大]?(?:承诺|要求|"
            r"坚持|遵循)$|\b(?:principles?|commitments?|values)\b"
        ),
    ),
    (
        "goals",
        (
            r"目标|愿景|远景|展望|\b(?:goals?|objectives?|visions?|aims?|ambitions?|outlook)\b|"
            r"\bsuccess looks like\b"
        ),
    ),
    ("slogan", r"口号|\b(?:slogan|motto|in short)\b"),
    (
        "programmes",
        (
            r"(?:[一二三四五六七八九十两]+大?(?:项|个)?|重点|重大|主要)(?:发展)?(?:工程|任务|行动|"
            r"专项|项目|方向|支柱|抓手)|重点领域$|"
            r"工程$|任务$|"
            r"\b(?:programmes|programs|actions|initiatives|projects|priorities|workstreams|"
            r"pillars|domains|thrusts|themes|missions|flagships|strands|workstreams|"
            r"(?:focus|priority|strategic) areas)\b"
        ),
    ),
    (
        "measures",
        r"举措|措施$|工作(?:安排|部署|重点|举措)$|重点工作$|\b(?:measures|steps|activities)\b",
    ),
    ("mechanisms", r"机制$|\bmechanisms?\b"),
    ("results", r"预期成果|预期成效|成果$|\b(?:expected results|results|outcomes|deliverables)\b"),
)
_CONTAINER = [(role, re.compile(words, re.IGNORECASE)) for role, words in _CONTAINERS]

ITEM_OF = {
    "forces": "force",
    "principles": "principle",
    "goals": "goal",
    "targets": "target",
    "programmes": "programme",
    "measures": "measure",
    "mechanisms": "mechanism",
    "results": "result",
    "safeguards": "measure",
    "slogan": "slogan_item",
}
"""The kind of the items under a container."""

QUIET = ("situation", "guiding")
"""Roles whose sentences describe; nothing in them is promised."""

_FORCE = re.compile(r"以.+(?:构建|打造|形成|塑造|增强).{1,6}力$")
_PRINCIPLE = re.compile(r"^(?:立足|坚持)|更加.+$")
_PROGRAMME = re.compile(
    r"^(?:组织|深入|启动|加快)?(?:实施|推进|开展).{2,40}(?:工程|行动|计划|专项)$|工程$"
)
_PLAN_VERB = re.compile(
    r"[集汇吸攻筑争夯赋释增联塑厚抓育筹搭拓融畅落稳巩保守协参鼓探坚围积切扎严弘普弥缩整补锻锚抢焕加推建构打强优提培深完健促支实发扩统着全大充有持创营壮做聚突开引布改激]"
)
_NO_ACTION = re.compile(r"附则|附件|附表|名词解释|有关|总则|总体要求|总体部署")


@dataclass(frozen=True, slots=True)
class Label:
    """A label in front of a title: "Action 3: ..." is programme, 3."""

    role: str
    ordinal: int | None
    rest: str
    """The title itself; "" for a label that stands alone, such as "Measures:"."""


def plain(words: str) -> str:
    """A title without Markdown emphasis, links and closing hashes."""
    bare = _EMPHASIS.sub("", _LINK.sub(r"\1", words)).strip().rstrip("#").strip()
    return _closed(bare) if _SPACED.fullmatch(bare) else bare


_SPACED = re.compile(r"[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff])+")


def _closed(words: str) -> str:
    """A heading that was set with space between its characters: 保 障 措 施."""
    return re.sub(r"\s+", "", words)


def label(title: str) -> Label | None:
    """The label a title opens with, or None."""
    for role, pattern in _LABEL:
        if found := pattern.match(title):
            number = found.group("n")
            rest = found.group("rest").strip()
            return Label(role, ordinal(number) if number else None, rest)
    return None


def container(title: str) -> str:
    """The role of a heading that announces several things, or "" if it announces none."""
    return next((role for role, pattern in _CONTAINER if pattern.search(title)), "")


def assign(root: Node) -> None:
    """Give every node of a tree its role."""
    for node in root.children:
        _assign(node, "", title=_is_title(root, node))
    _chapters(root)


def _is_title(root: Node, node: Node) -> bool:
    """Whether a node is the heading over the whole document, which announces nothing itself."""
    alone = len([n for n in root.children if n.block.marker == "heading"]) == 1
    first = node.block.marker == "heading" and node is root.children[0]
    return alone and first and any(c.block.marker == "heading" for c in node.children)


def _assign(node: Node, above: str, *, title: bool = False) -> None:
    if title:
        node.role = node.role if node.labelled else ""
    elif not node.role or (node.labelled and node.children and above not in ITEM_OF):
        node.role = _role(node, above)
    if node.alone and node.role in _PLURAL and node.children and not node.label_ordinal:
        node.role = _PLURAL[node.role]
    for child in node.children:
        _assign(child, node.role)


_ITEMS = 120
"""Rank from which a block is an item of a list and no heading."""
_PLURAL = {item: holder for holder, item in ITEM_OF.items() if holder != "safeguards"}


def _role(node: Node, above: str) -> str:
    fixed = _fixed(node, above)
    if fixed is not None:
        return fixed
    if above == BOX:
        return "measure"
    if above in ("programme", "safeguard", "measure"):
        return _within(node)
    if above == "goal" and node.block.rank >= _ITEMS:
        return "measure"
    if above in ITEM_OF:
        return _under(node, above)
    return container(node.title) if _announces(node) else _from_words(node)


def _fixed(node: Node, above: str) -> str | None:
    """The role that a quiet section, a box or a label settles by itself, or None."""
    if above in QUIET:
        return above
    inner = container(node.title)
    if node.block.marker == "box":
        return inner if inner == "targets" else box_role(node)
    if node.labelled:
        return node.role
    return inner if node.block.marker == "heading" and inner in QUIET else None


def _announces(node: Node) -> bool:
    """Whether a node can be a container: a heading, or an item with more under it."""
    big = node.block.rank <= 140 and node.block.marker != "bullet"
    return big and (bool(container(node.title)) or not _from_words(node))


def _under(node: Node, above: str) -> str:
    """The role of an item in a container: its kind, unless it is a container of its own."""
    inner = container(node.title) if node.children and node.block.rank <= 140 else ""
    if above == "goals" and inner == "targets":
        return inner
    if above == "goals" and node.children and node.block.rank <= 140:
        return "goals"
    if above == "targets" and node.children:
        return "targets"
    return ITEM_OF[above]


def _within(node: Node) -> str:
    """The role of something under a programme: a labelled group, or a measure."""
    if node.children and len(node.title) <= 30:
        group = container(node.title)
        if group in ("measures", "mechanisms", "results", "targets", "goals"):
            return group
    return "measure"


def _from_words(node: Node) -> str:
    """The role of an item by its own words or by the sentence that leads into it."""
    words = node.title.rstrip("。;,. ")
    if _PROGRAMME.search(words):
        return "programme"
    if node.block.marker in ("is", "number", "bracket", "sentence", "dash") and _PRINCIPLE.search(
        words
    ):
        return "principle"
    if _FORCE.search(words):
        return "force"
    lead = container(node.intro) if node.intro else ""
    return ITEM_OF.get(lead, "")


def _chapters(root: Node) -> None:
    """Numbered chapters that announce nothing are programmes, their sections measures.

    This is how Chinese plans are built: general requirements first, one chapter a task, then
    the safeguards. It holds only where a plan has chapters and no heading for all programmes.
    """
    found = [n for n in root.walk() if n.block.ordinal and n.block.marker in _CHAPTERS]
    if not found or any(_announced(n) for n in root.walk()):
        return
    smaller = [n for n in found if n.block.marker != "part"]
    found = smaller or found
    top = min(n.block.rank for n in found)
    for node in (n for n in found if n.block.rank == top and n.parent is not None):
        if node.role == "safeguards":
            node.role = "safeguard"
        elif (node.role in _LOOSE or _holds_items(node)) and _acts(node):
            node.role = "programme"
        else:
            continue
        for child in node.children:
            _reassign(child)


def _holds_items(node: Node) -> bool:
    """Whether a chapter that a lead calls a measure holds numbered measures itself."""
    return node.role == "measure" and any(c.block.ordinal for c in node.children)


_LOOSE = ("", "measures", "mechanisms", "results", "forces")
_CHAPTERS = ("cn", "chapter", "heading", "part")


def _announced(node: Node) -> bool:
    """Whether a node announces programmes by a heading over them or by its label."""
    if node.role == "programmes":
        return any(c.role == "programme" for c in node.children)
    return node.role == "programme" and (node.labelled or node.block.marker == "is")


def _acts(node: Node) -> bool:
    return bool(_PLAN_VERB.match(node.title)) and not _NO_ACTION.search(node.title)


def _reassign(node: Node) -> None:
    if node.role in QUIET or node.block.marker == "box":
        return
    if not node.labelled:
        node.role = _within(node)
    for child in node.children:
        _reassign(child)
