"""Verbs that make a number count by itself: 建成20个, "will build 20", "20 will be built"."""

from __future__ import annotations

import re

from hubscope.plan.quantities import Quantity

NOUN = re.compile(
    r"\s+(?:of (?:the|its|our)\s+(?:\d+\s+)?)?"
    r"((?:[a-zA-Z&-]+\s+){0,3}?(?:[a-zA-Z&-]{3,}s|km|kg|[kMGT]W[ph]?|[MG]bit/s|people|staff|"
    r"personnel|women|men|children))\b"
)
_CREATES = re.compile(
    r"(?:建成|新建|新增|净增|新培育|新认定|新引进|新设|年产|建设|培育|引进|完成|打造|累计|布局|形成|组建|建立|设立|培养|开放|"
    r"新设)[^,;。]{0,20}$"
)


_MAKE_EN = (
    "build|open|create|train|establish|launch|fund|found|recruit|attract|deliver|install|set up|"
    "stand up|roll out"
)
_CREATES_EN = re.compile(
    rf"\b(?:{_MAKE_EN}|support|supporting|creating|training|funding|opening|building|launching|"
    rf"publish|retire)\s+(?:(?:up to|at least|a further|"
    rf"another)\s+)?$",
    re.IGNORECASE,
)
_DOES_EN = re.compile(
    r"\b(?:will|shall)\s+(?:also\s+|then\s+)?(?!be\b|have\b|last\b|take\b|run\b|cost\b|need\b|wait\b|"
    r"remain\b|stay\b|not\b)[a-z]+\s+(?:up to\s+|at least\s+|a further\s+|another\s+)?$",
    re.IGNORECASE,
)
_CREATED_EN = re.compile(
    r"\bwill (?:be|have been) (?:built|opened|created|trained|established|launched|funded|founded|"
    r"recruited|delivered|installed|set up|in place)\b|"
    r"^[^,;]{0,40}?\bwill (?:open|start|launch|take|receive|complete|join|benefit|graduate|gain|"
    r"obtain)\b",
    re.IGNORECASE,
)


_BIDS_EN = re.compile(
    r"^\W*(?:(?:by|in|before|until)\s[^,]{4,30},\s+)?"
    r"(?!(?:the|these|those|all|its|our|their|some|over|with|and|of|for|in|to|from|by|at|on|about|"
    r"around|another|every|each|a|an)\b)[a-z-]+\s+(?:(?:up to|at least|a further|another)\s+)?$",
    re.IGNORECASE,
)
"""A single verb before the number: "Sequence 100,000 genomes", "By 2029, enrol 10,000 pupils"."""


def creates(words: str, q: Quantity) -> bool:
    """Whether a verb of making counts the number: 建成…20个, build 20 ..., 20 ... will be built."""
    before, after = words[max(0, q.start - 40) : q.start], words[q.end : q.end + 80]
    made = _CREATES.search(before) or _CREATES_EN.search(before) or _CREATED_EN.search(after)
    asks = _DOES_EN.search(before) or (q.start <= 60 and _BIDS_EN.match(words[: q.start]))
    return bool(made or (asks and NOUN.match(after)))
