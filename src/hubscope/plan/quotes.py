"""The name of a sentence that outlives the reader: a hash of its words without spaces and marks."""

from __future__ import annotations

import hashlib
import re

from hubscope.plan.view import view

_LOOSE = re.compile(r"[\s\W_]+")


def bare_words(quote: str) -> str:
    """The words of a quote without white space, punctuation, width and case."""
    return _LOOSE.sub("", view(quote)).lower()


def quote_hash(quote: str) -> str:
    """Sixteen hexadecimal digits of SHA-256 over the bare words of a quote."""
    return hashlib.sha256(bare_words(quote).encode("utf-8", "surrogatepass")).hexdigest()[:16]
