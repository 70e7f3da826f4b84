"""Verdicts as JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from hubscope.nouns import Estimate, Observation, Origin, Verdict


def to_json(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Each verdict as plain JSON values."""
    return [asdict(v) for v in verdicts]


def _observation(body: dict[str, Any]) -> Observation:
    return Observation(**body | {"origin": Origin(**body["origin"])})


def from_json(bodies: Iterable[dict[str, Any]]) -> list[Verdict]:
    """The verdicts that `to_json` wrote."""
    return [
        Verdict(
            **b
            | {
                "latest": _observation(b["latest"]) if b["latest"] else None,
                "points": tuple(_observation(p) for p in b["points"]),
                "projection": Estimate(**b["projection"]) if b["projection"] else None,
            }
        )
        for b in bodies
    ]
