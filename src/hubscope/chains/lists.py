"""The lists of practice: strengthen 强链, fill 补链, extend 延链, gaps, partners, tools.

Each line says why it is there and on what evidence; nothing is listed on a missing figure.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from hubscope.chains.boards import RISING, STRONG
from hubscope.chains.options import Landscape
from hubscope.errors import HubscopeError, nearest

KINDS = ("strengthen", "fill", "extend")


def chain_work(found: Landscape, place: str, links: Iterable[tuple[str, str]] = ()) -> pl.DataFrame:
    """What `place` could strengthen, fill or extend.

    Strengthen: present, RCA from 0.5 to 1. Fill: absent, its neighbours in the chain are present
    and its density is above the median. Extend: absent, downstream of what is present, and more
    complex than the mean.

    Args:
        found: the landscape of all places.
        place: the place.
        links: pairs (input, what it goes into) among the activities.

    Returns:
        kind, activity, rca, density, pci, beside (present neighbours), sorted by kind and density.

    Raises:
        HubscopeError: if the landscape has no such place.
    """
    if place not in found.places:
        raise HubscopeError(f"no place {place!r} in this table", hint=nearest(place, found.places))
    row = found.places.index(place)
    advantage, dense = found.advantage[row], found.dense[row]
    present = {a for a, v in zip(found.activities, advantage, strict=True) if v >= RISING}
    up, down = _neighbours(links)
    middle, mean = float(np.median(dense)), float(np.nanmean(found.outcome.pci))
    rows = []
    for i, activity in enumerate(found.activities):
        beside = sorted((up.get(activity, set()) | down.get(activity, set())) & present)
        kinds = _kinds(
            float(advantage[i]),
            bool(dense[i] > middle and beside),
            bool(up.get(activity, set()) & present and found.outcome.pci[i] > mean),
        )
        rows += [
            (k, activity, float(advantage[i]), float(dense[i]), float(found.outcome.pci[i]), beside)
            for k in kinds
        ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "kind": pl.Enum(KINDS),
        "activity": pl.String,
        "rca": pl.Float64,
        "density": pl.Float64,
        "pci": pl.Float64,
        "beside": pl.List(pl.String),
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.sort("kind", "density", "activity", descending=[False, True, False])


def _kinds(advantage: float, fillable: bool, extendable: bool) -> list[str]:
    if advantage >= STRONG:
        return []
    if advantage >= RISING:
        return ["strengthen"]
    return ["fill"] * fillable + ["extend"] * extendable


def _neighbours(
    links: Iterable[tuple[str, str]],
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What goes into each activity, and what each goes into."""
    up: dict[str, set[str]] = {}
    down: dict[str, set[str]] = {}
    for src, dst in links:
        up.setdefault(dst, set()).add(src)
        down.setdefault(src, set()).add(dst)
    return up, down


def gap_list(exposed: pl.DataFrame, *, least: float = 0.4) -> pl.DataFrame:
    """Inputs whose supply is foreign and concentrated, with what is and is not known of each.

    An input is a gap where its foreign share and its HHI both reach `least`; it is a possible gap
    where only the upper ends of their ranges do, because shares are missing.

    Args:
        exposed: as `exposure.exposures` gives it with a home.
        least: the threshold, 0.4 as in the EU's dependence test (Arjona et al. 2023).

    Returns:
        item, certainty (gap, possible), year, foreign and hhi with their ranges, top,
        substitution_hi, reached, left_lo, left, left_hi (where knock-outs were drawn), grade.
    """
    sure = (pl.col("foreign") >= least) & (pl.col("hhi") >= least)
    may = (pl.col("foreign_hi") >= least) & (pl.col("hhi_hi") >= least)
    certainty = (
        pl.when(sure.fill_null(value=False)).then(pl.lit("gap")).otherwise(pl.lit("possible"))
    )
    drawn = [c for c in ("left_lo", "left", "left_hi") if c in exposed.columns]
    columns = ["year", "foreign", "foreign_lo", "foreign_hi", "hhi", "hhi_lo", "hhi_hi", "top"]
    listed = exposed.filter(may.fill_null(value=False)).with_columns(certainty.alias("certainty"))
    return listed.select(
        "item", "certainty", *columns, "substitution_hi", "reached", *drawn, "grade"
    ).sort(
        "certainty",
        "foreign",
        "hhi",
        "item",
        descending=[False, True, True, False],
        nulls_last=True,
    )


def partner_list(holdings: pl.DataFrame, gaps: pl.DataFrame, home: set[str]) -> pl.DataFrame:
    """For every gap its named holders: those at home first, then those abroad by share.

    Args:
        holdings: item, year, holder, share, residual, grade.
        gaps: item and year of the gaps.
        home: ids of holders at home.

    Returns:
        item, year, holder, share, at_home, grade.
    """
    own = pl.col("holder").is_in(list(home)).alias("at_home")
    return (
        holdings.join(gaps.select("item", "year"), on=["item", "year"], nulls_equal=True)
        .filter(~pl.col("residual"))
        .select("item", "year", "holder", "share", own, "grade")
        .sort(
            "item",
            "at_home",
            "share",
            "holder",
            descending=[False, True, True, False],
            nulls_last=True,
        )
    )


def tool_list(
    exposed: pl.DataFrame, routes: pl.DataFrame, *, substitutable: float = 0.5
) -> pl.DataFrame:
    """Which tools of policy fit each gap, by what is known of it.

    Find out first where shares are missing or the evidence is weak; a regional partner where a
    holder is at home; a second source where the input can be substituted; an open call where there
    is neither a holder nor a substitute and an answer has to be invented.

    Args:
        exposed: item, foreign, hhi, substitution_hi, grade.
        routes: item and holder at home or in the region.
        substitutable: substitution from which a second source is likelier than an invention.

    Returns:
        item, tool (open_call, second_source, regional_partner, find_out_first), reason.
    """
    near = set(routes["item"].to_list())
    rows: list[tuple[str, str, str]] = []
    for row in exposed.iter_rows(named=True):
        item = row["item"]
        if row["foreign"] is None or row["hhi"] is None or (row["grade"] or "E") >= "D":
            rows.append((item, "find_out_first", "weak_evidence"))
            continue
        if item in near:
            rows.append((item, "regional_partner", "holder_nearby"))
        if (row["substitution_hi"] or 0) > substitutable:
            rows.append((item, "second_source", "substitutable"))
        elif item not in near:
            rows.append((item, "open_call", "no_holder_and_hard_to_substitute"))
    return pl.DataFrame(rows, schema=["item", "tool", "reason"], orient="row").cast(pl.String)
