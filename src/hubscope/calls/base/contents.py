"""What the record keeps of a text that is not published: its hash."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from hubscope.calls.base.ledger import canonical


def hash_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON: what the record keeps of a longer text."""
    return sha256(canonical(value).encode()).hexdigest()


def content_hash(title: str, cost: float, body: Mapping[str, Any], salt: str) -> str:
    """The hash of all that a bid says, with its salt: short texts cannot be found by trying."""
    return hash_of({"title": title, "cost": float(cost), "body": body, "salt": salt})


def is_content(bid: Mapping[str, Any], kept: str) -> bool:
    """Whether a bid of a private export says what the record's hash `kept` stands for.

    Records from before format 2 keep the hash of the body alone.
    """
    salted = content_hash(bid["title"], bid["cost"], bid["body"], bid.get("salt", ""))
    return kept in (salted, hash_of(bid["body"]))
