"""Passages of our own with their elements marked in the text: ⟦kind details¦the words⟧."""

import re
from dataclasses import dataclass
from pathlib import Path

from hubscope.errors import BadDocumentError
from hubscope.plan import read_text
from hubscope.plan.score import ENOUGH, Agreement, _pairs

FOLDER = Path(__file__).parent / "passages"
MARK = re.compile(r"⟦(?P<kind>[a-z]+)(?P<detail>[^¦⟦⟧]*)¦|⟧")


@dataclass(frozen=True)
class Label:
    """One marked element: its kind, what is said of it, and where it stands."""

    kind: str
    detail: str
    start: int
    end: int


def parsed(marked):
    """The text without its marks, and the labels with code-point offsets into it."""
    text, labels, open_, last = "", [], [], 0
    for mark in MARK.finditer(marked):
        text += marked[last : mark.start()]
        last = mark.end()
        if mark["kind"]:
            open_.append((mark["kind"], mark["detail"].strip(), len(text)))
        else:
            labels.append(Label(*open_.pop(), len(text)))
    return text + marked[last:], labels


def passages():
    """Every passage: name, text, labels."""
    return [(p.stem, *parsed(p.read_text("utf-8"))) for p in sorted(FOLDER.glob("*.txt"))]


def reading(name, text):
    """The elements that the reader finds; none where it says that the text is no plan."""
    try:
        return read_text(text, name=f"{name}.md" if "_en_" in name else f"{name}.txt").elements
    except BadDocumentError:
        return ()


def agreement(spelled):
    """Counts by kind over all passages, with what was missed and what was too much.

    Args:
        spelled: words of a target as the labels write them.
    """
    counts, missed, extra = {}, [], []
    for name, text, labels in passages():
        elements = reading(name, text)
        for kind in KINDS:
            want = [label for label in labels if label.kind == kind]
            found = [e for e in elements if e.kind == kind]
            pairs = _pairs(
                [(w.start, w.end) for w in want],
                [(f.span.start, f.span.end) for f in found],
                0.4 if kind == "target" else ENOUGH,
            )
            right = {
                i: j
                for i, j in pairs.items()
                if kind != "target" or spelled(found[j].target) == want[i].detail
            }
            counts.setdefault(kind, []).append(Agreement(len(want), len(found), len(right)))
            missed += [
                f"{name} {kind} {w.detail} {text[w.start : w.end]}"
                for i, w in enumerate(want)
                if i not in right
            ]
            extra += [
                f"{name} {kind} {f.target and spelled(f.target)} {f.span.quote}"
                for j, f in enumerate(found)
                if j not in right.values()
            ]
    return {k: total(v) for k, v in counts.items()}, missed, extra


def total(parts):
    """The sum of several counts."""
    return Agreement(
        sum(p.gold for p in parts), sum(p.found for p in parts), sum(p.right for p in parts)
    )


KINDS = (
    "vision",
    "goal",
    "principle",
    "programme",
    "measure",
    "mechanism",
    "milestone",
    "commitment",
    "call",
    "safeguard",
    "target",
)
