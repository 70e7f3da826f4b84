"""`hubscope plan score`: how well the reader agrees with hand-made golds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import JsonOption
from hubscope.cli.plan_talk import told

if TYPE_CHECKING:
    from hubscope.plan.score import Agreement, Scores


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("score", help=told("score"))(score)


def score(
    golds: Annotated[list[Path], typer.Argument(help=told("golds"), show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Read the document of each GOLD and compare."""
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import show_json, table
    from hubscope.plan.golds import scored

    found = {path: scored(path) for path in golds}
    if as_json:
        show_json([{"gold": str(path), **_json(s)} for path, s in found.items()])
        return
    head = ["document", "kind", "gold", "found", "precision", "recall", "F1", "F1 exact"]
    table(head, [row for path, s in found.items() for row in _rows(path, s)])
    for path, scores in found.items():
        for quote in scores.false_targets:
            tell("false_target", file=path.name, quote=" ".join(quote.split()))
    total = sum(len(s.false_targets) for s in found.values())
    tell("scored", n=len(found), false=total)


def _name(path: Path) -> str:
    return path.name.removesuffix(".json").removesuffix(".gold")


def _rows(path: Path, scores: Scores) -> list[list[str]]:
    name = _name(path)
    rows = [
        [name, kind, *_counts(near), f"{scores.exact[kind].f1:.3f}"]
        for kind, near in scores.overlap.items()
    ]
    if scores.targets.gold or scores.targets.found:
        rows.append([name, "target values", *_counts(scores.targets), ""])
    if scores.speakers.gold:
        whole = scores.speakers
        rows.append([name, "speaker", f"{whole.gold}", "", "", f"{whole.recall:.3f}", "", ""])
    return rows


def _counts(a: Agreement) -> list[str]:
    return [str(a.gold), str(a.found), f"{a.precision:.3f}", f"{a.recall:.3f}", f"{a.f1:.3f}"]


def _json(scores: Scores) -> dict[str, Any]:
    return {
        "exact": {k: _agreement(a) for k, a in scores.exact.items()},
        "overlap": {k: _agreement(a) for k, a in scores.overlap.items()},
        "targets": _agreement(scores.targets),
        "false_targets": list(scores.false_targets),
        "speakers": {"stated": scores.speakers.gold, "right": scores.speakers.right},
        "missed": {k: list(v) for k, v in scores.missed.items() if v},
        "extra": {k: list(v) for k, v in scores.extra.items() if v},
    }


def _agreement(a: Agreement) -> dict[str, float | int]:
    shares = {"precision": a.precision, "recall": a.recall, "f1": a.f1}
    return {"gold": a.gold, "found": a.found, "right": a.right, **shares}
