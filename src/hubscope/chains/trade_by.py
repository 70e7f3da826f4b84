"""Trade brought from products to industries (ISIC), uses (BEC) or technology segments."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from hubscope.chains.segments import segments
from hubscope.errors import BadDataError
from hubscope.sources.chain_given import Grouping
from hubscope.sources.concordance import Concordance, read_concordance
from hubscope.sources.raw import Raw, raw
from hubscope.words import say

KINDS = ("isic", "bec", "segment")
NAME = "concordance"
OTHER = "other"
"""The segment of what no segment names."""

_HEADS = {"isic": "ISIC", "bec": "BEC", "segment": "ISIC"}


def concordance_file(folder: Path) -> Path | None:
    """The concordance in a chain's folder, gzip or not."""
    found = (folder / f"{NAME}{end}" for end in (".csv", ".csv.gz"))
    return next((f for f in found if f.is_file()), None)


def grouping(folder: Path, by: str) -> Grouping | None:
    """How the trade in `folder` is brought together; None where `by` is empty.

    Raises:
        BadDataError: if the concordance is missing or has no column of product or target codes.
    """
    if not by:
        return None
    file = concordance_file(folder)
    if file is None:
        hint = f"--concordance FILE, or {NAME}.csv in the folder, with columns like HS_6d,ISIC4_4d"
        raise BadDataError(f"trade by {by} needs a concordance", hint=hint)
    given = raw(file, name=file.name)
    pairs = _pairs(given, by)
    note = f"by {by}, through {file.name}"
    if by != "segment":
        return Grouping(pairs, note, lambda code: _code(by, code))
    note = f"{note} and segments_isic {_isic()['version']}"
    return Grouping(_onto_segments(pairs), note, _segment)


def _pairs(given: Raw, by: str) -> Concordance:
    """The pairs of the two columns whose heads begin with HS and with the target's name."""
    head = given.data
    if head[:2] == b"\x1f\x8b":
        import gzip

        head = gzip.decompress(head)
    names = [n.strip().strip('"') for n in head.split(b"\n", 1)[0].decode("utf-8-sig").split(",")]
    found = [next((n for n in names if n.upper().startswith(h)), "") for h in ("HS", _HEADS[by])]
    if not all(found):
        want = f"HS... and {_HEADS[by]}..."
        raise BadDataError(f"{given.name}:1: no columns {want}", hint=f"it has {', '.join(names)}")
    return read_concordance(given, *found)


@cache
def _isic() -> dict[str, Any]:
    return tomllib.loads((files("hubscope") / "chains/segments_isic.toml").read_text("utf-8"))


def _onto_segments(pairs: Concordance) -> Concordance:
    """Products to segments through industries; what is of none goes to OTHER."""
    owner = {code: s for s in segments() for code in _isic().get(s, ())}
    named = pl.col("dst").replace_strict(owner, default=OTHER, return_dtype=pl.String)
    onto = pairs.pairs.with_columns(named.alias("dst")).group_by("src", "dst", maintain_order=True)
    return replace(pairs, pairs=onto.agg(pl.col("weight").sum()).sort("src", "dst"))


def _code(by: str, code: str) -> tuple[str, str, str, str]:
    kind = "industry" if by == "isic" else "product"
    return f"{by}:{code}", kind, f"{by.upper()} {code}", f"{by.upper()} {code}"


def _segment(code: str) -> tuple[str, str, str, str]:
    key = "chains.page.other_goods" if code == OTHER else f"chains_fields.segment-{code}"
    return f"segment:{code}", "tech", say("zh", key), say("en", key)
