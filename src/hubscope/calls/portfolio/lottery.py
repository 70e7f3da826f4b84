"""A lot that nobody can steer: its seed is committed before bids are known, and anyone can redraw.

The secret's hash is published when the call opens; the lot mixes the secret with the hash of the
record's line at which bids closed, which nobody knew when the secret was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from hmac import new as hmac


def commitment(secret: str) -> str:
    """What is published of a secret beforehand: its SHA-256."""
    return sha256(secret.encode()).hexdigest()


def entropy(secret: str, closing: str) -> str:
    """What the lot is drawn from: the secret and the record's hash at closing, hex."""
    return sha256(f"{secret}:{closing}".encode()).hexdigest()


def seed_of(drawn_from: str) -> int:
    """A seed for score draws, from the same entropy."""
    return int(drawn_from[:15], 16)


def ticket(drawn_from: str, code: str) -> str:
    """The ticket of one bid; the smallest is drawn first."""
    return hmac(bytes.fromhex(drawn_from), code.encode(), sha256).hexdigest()


def draw_lots(
    drawn_from: str, codes: Iterable[str], fits: Callable[[list[str]], bool]
) -> list[str]:
    """Bids drawn one after another; one that no longer fits is passed over."""
    drawn: list[str] = []
    for code in sorted(codes, key=lambda c: ticket(drawn_from, c)):
        if fits([*drawn, code]):
            drawn.append(code)
    return drawn
