"""Concordances: trade codes to industries and to uses, patent classes to WIPO's 35 fields."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass

import polars as pl

from hubscope.errors import BadDataError, nearest
from hubscope.sources.raw import Fault, Raw, refuse


@dataclass(frozen=True, slots=True)
class Concordance:
    """Pairs of codes; where one code maps to several, each takes an equal part of it."""

    pairs: pl.DataFrame
    """Columns src, dst, weight; the weights of one src sum to 1."""

    def map(self, values: pl.DataFrame, column: str, of: str = "value") -> pl.DataFrame:
        """`values` with the codes in `column` replaced, `of` split by weight and summed.

        Codes without a pair are kept out; `unmapped` tells them.
        """
        keys = [c for c in values.columns if c not in (column, of)]
        joined = values.join(self.pairs, left_on=column, right_on="src")
        split = joined.with_columns((pl.col(of) * pl.col("weight")).alias(of))
        return (
            split.group_by(*keys, "dst", maintain_order=True)
            .agg(pl.col(of).sum())
            .rename({"dst": column})
            .sort(*keys, column)
        )

    def unmapped(self, values: pl.DataFrame, column: str) -> list[str]:
        """Codes of `values` that no pair names."""
        lost = (
            values.select(column)
            .unique()
            .join(self.pairs, left_on=column, right_on="src", how="anti")
        )
        return sorted(lost[column].to_list())


def read_concordance(raw: Raw, src: str, dst: str) -> Concordance:
    """Pairs of a CSV, gzip or not, with the columns `src` and `dst`, for example HS_6d, ISIC4_4d.

    A line with one code only says that nothing corresponds to it: `unmapped` tells such codes.

    Raises:
        BadDataError: if a column is missing.
    """
    data = gzip.decompress(raw.data) if raw.data[:2] == b"\x1f\x8b" else raw.data
    cells = pl.read_csv(io.BytesIO(data), infer_schema=False).fill_null("")
    for column in (src, dst):
        if column not in cells.columns:
            raise BadDataError(
                f"{raw.name}:1: no column {column}", hint=nearest(column, cells.columns)
            )
    cells = cells.filter((pl.col(src) != "") & (pl.col(dst) != ""))
    pairs = (
        cells.select(pl.col(src).alias("src"), pl.col(dst).alias("dst")).unique().sort("src", "dst")
    )
    return Concordance(pairs.with_columns((1 / pl.len().over("src")).alias("weight")))


@dataclass(frozen=True, slots=True)
class Fields:
    """WIPO's technology fields: by prefix of an IPC symbol, the longest prefix decides."""

    names: dict[int, tuple[str, str]]
    """Sector and name of each field by its number."""
    prefixes: dict[str, int]

    def field(self, symbol: str) -> int | None:
        """The field of an IPC symbol such as "G06F 17/30", or None if none covers it."""
        code = normal_symbol(symbol)
        for length in range(len(code), 2, -1):
            found = self.prefixes.get(code[:length])
            if found is not None:
                return found
        return None


def normal_symbol(symbol: str) -> str:
    """An IPC symbol in one spelling: "A61K  0008/00" becomes "A61K8/00", "A61K 8" "A61K8/"."""
    text = "".join(symbol.upper().split())
    group, _, below = text[4:].lstrip("-").partition("/")
    return text[:4] + (f"{group.lstrip('0')}/{below}" if group else "")


def read_fields(raw: Raw) -> Fields:
    """The fields of a CSV with field_number, sector, field, ipc_prefix.

    Raises:
        BadDataError: if one prefix names two fields, with its line.
    """
    cells = pl.read_csv(io.BytesIO(raw.data), infer_schema=False)
    names: dict[int, tuple[str, str]] = {}
    prefixes: dict[str, int] = {}
    faults = []
    for line, row in enumerate(cells.iter_rows(named=True), 2):
        number = int(row["field_number"])
        names[number] = (row["sector"], row["field"])
        key = normal_symbol(row["ipc_prefix"])
        if prefixes.setdefault(key, number) != number:
            what = f"{row['ipc_prefix']} names field {prefixes[key]} and {number}"
            faults.append(Fault(raw.name, line, "ipc_prefix", what))
    refuse(faults)
    return Fields(names, prefixes)
