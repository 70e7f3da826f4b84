"""Concentration of a chain's inputs at the level of countries, regions and firms."""

from __future__ import annotations

import numpy as np
import polars as pl

from hubscope.chains.concentration import ROUNDING, Concentrations, concentrations
from hubscope.chains.grades import link_grades
from hubscope.errors import HubscopeError, nearest
from hubscope.sources.chain_rules import TOLERANCE, codes, supplies
from hubscope.sources.chain_tables import Chain

LEVELS = ("region", "country", "province", "city", "firm")
"""From coarse to fine; a region is a group of countries."""

UNKNOWN_YEAR = -1
COLUMNS = ("item", "year", "holder", "share", "lo", "hi", "residual", "rolled", "grade")


def holdings(chain: Chain, level: str) -> pl.DataFrame:
    """Who holds how much of each input at one level.

    Stated shares are taken where the level has any for an input and year; else they are summed
    from the level below through each holder's place and what that place is part of, and `rolled`
    says so. A sum of which a part is missing becomes a band up to what the rest leaves.

    Returns:
        item, year, holder, share (percent), lo, hi, residual, rolled, grade (the worst).

    Raises:
        HubscopeError: if there is no such level.
    """
    if level not in LEVELS:
        raise HubscopeError(f"there is no level {level!r}", hint=nearest(level, LEVELS))
    grades = link_grades(chain)
    found = supplies(chain).join(grades, on="evidence", how="left", maintain_order="left")
    stated = found.filter(pl.col("level") == level).with_columns(rolled=pl.lit(value=False))
    keys = stated.select("item", "year").unique()
    if keys.height == found.select("item", "year").unique().height:
        return stated.select(COLUMNS)
    rolled = _rolled(chain, found, level).join(
        keys, on=["item", "year"], how="anti", nulls_equal=True
    )
    both = pl.concat([stated.select(COLUMNS), rolled.select(COLUMNS)])
    return both.sort("item", "year", "holder", nulls_last=True)


def _rolled(chain: Chain, found: pl.DataFrame, level: str) -> pl.DataFrame:
    """Shares of smaller holders summed to the places of `level` that they lie in."""
    upper = ancestors(chain, level)
    lower = LEVELS[LEVELS.index(level) + 1 :]
    fine = found.filter(pl.col("level").is_in(lower))
    inside = fine.join(upper, left_on="holder", right_on="id", how="left").with_columns(
        pl.col("ancestor").fill_null("unplaced"),
        residual=pl.col("residual") | pl.col("ancestor").is_null(),
    )
    ranked = inside.with_columns(
        pl.col("level").replace_strict({x: i for i, x in enumerate(LEVELS)}).alias("fineness")
    )
    coarsest = pl.col("fineness") == pl.col("fineness").min().over("item", "year")
    rest = (100 - pl.col("share").sum().over("item", "year")).clip(lower_bound=0)
    kept = ranked.filter(coarsest).with_columns(rest.alias("rest"))
    whole = pl.col("share").is_not_null().all() | (pl.col("rest").first() <= TOLERANCE)
    known = pl.col("share").sum()
    return (
        kept.group_by("item", "year", "ancestor", "residual", maintain_order=True)
        .agg(
            pl.when(whole).then(known).alias("share"),
            pl.when(~whole).then(known).alias("lo"),
            pl.when(~whole).then(known + pl.col("rest").first()).alias("hi"),
            pl.col("grade").max(),
            rolled=pl.lit(value=True),
        )
        .rename({"ancestor": "holder"})
    )


def ancestors(chain: Chain, level: str) -> pl.DataFrame:
    """The place of `level` that each node lies in, itself included: id, ancestor."""
    nodes = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind", "place", "ext"])))
    links = pl.DataFrame(pl.from_arrow(chain.links.select(["src", "dst", "rel"])))
    size = pl.col("ext").str.json_path_match("$.level").fill_null("country")
    targets = set(nodes.filter((pl.col("kind") == "place") & (size == level))["id"])
    up: dict[str, list[str]] = {}
    placed = nodes.drop_nulls("place").select("id", "place").iter_rows()
    within = links.filter(pl.col("rel").is_in(["part_of", "located_in"])).select("src", "dst")
    for src, dst in (*placed, *within.iter_rows()):
        up.setdefault(src, []).append(dst)
    found = [(i, a) for i in nodes["id"].to_list() if (a := _first(i, up, targets))]
    return pl.DataFrame(found, schema={"id": pl.String, "ancestor": pl.String}, orient="row")


def _first(start: str, up: dict[str, list[str]], targets: set[str]) -> str | None:
    """The nearest of `targets` that `start` lies in; breadth first, each place once."""
    queue, seen = [start], {start}
    for at in queue:
        if at in targets:
            return at
        for above in up.get(at, ()):
            if above not in seen:
                seen.add(above)
                queue.append(above)
    return None


def concentration_table(chain: Chain, level: str, home: str = "") -> pl.DataFrame:
    """Concentration of every input and year at one level.

    Args:
        chain: the chain.
        level: country, region, province, city or firm.
        home: a place; the share of holders outside it is then given as well. Where it is smaller
            than the level, what it lies in counts: for shares of countries, Beijing's is China.

    Returns:
        item, year, named, missing, total, residual, hhi, hhi_lo, hhi_hi, cr1, cr3, n75, top
        (a holder), rolled, and with `home` foreign, foreign_lo, foreign_hi; fractions of 1.
    """
    rows = holdings(chain, level)
    names, (item,) = codes(rows["item"])
    year = rows["year"].fill_null(UNKNOWN_YEAR).to_numpy().astype(np.int64)
    share, lo, hi = (rows[c].cast(pl.Float64).to_numpy() / 100 for c in ("share", "lo", "hi"))
    residual = rows["residual"].to_numpy()
    group = item * 10_000 + (year - UNKNOWN_YEAR)
    found = concentrations(group, share, residual, lo, hi)
    table = _frame(found, rows, names)
    if home:
        table = table.join(
            foreign(chain, rows, at_level(chain, home, level)),
            on=["item", "year"],
            how="left",
            nulls_equal=True,
        )
    return table.sort("item", "year", nulls_last=True)


def _frame(found: Concentrations, rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    year = found.group % 10_000 + UNKNOWN_YEAR
    holders = rows["holder"].to_list()
    columns = (
        "named",
        "missing",
        "total",
        "residual",
        "hhi",
        "hhi_lo",
        "hhi_hi",
        "cr1",
        "cr3",
        "n75",
    )
    frame = pl.DataFrame(
        {
            "item": pl.Series([names[g // 10_000] for g in found.group.tolist()], dtype=pl.String),
            "year": pl.Series([y if y >= 0 else None for y in year.tolist()], dtype=pl.Int16),
            **{c: getattr(found, c) for c in columns},
            "top": pl.Series(
                [holders[t] if t >= 0 else None for t in found.top.tolist()], dtype=pl.String
            ),
        }
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
    if not rows["rolled"].any():
        return frame.with_columns(rolled=pl.lit(value=False))
    rolled = rows.group_by("item", "year").agg(pl.col("rolled").any())
    return frame.join(rolled, on=["item", "year"], how="left", nulls_equal=True)


def foreign(chain: Chain, rows: pl.DataFrame, home: str) -> pl.DataFrame:
    """Share of each input held outside `home`: item, year, foreign, foreign_lo, foreign_hi.

    Holders in `home` are its own node and every node that lies in it. The residual and holders
    without a share may be either: they make the range.
    """
    inside = members(chain, home)
    own = pl.col("holder").is_in(list(inside)) & ~pl.col("residual")
    abroad = ~own & ~pl.col("residual")
    part = pl.col("share") / 100
    whole = pl.max_horizontal("total", pl.lit(1.0))
    return (
        rows.group_by("item", "year", maintain_order=True)
        .agg(
            part.filter(own).sum().alias("own"),
            part.filter(abroad).sum().alias("abroad"),
            part.sum().alias("total"),
        )
        .select(
            "item",
            "year",
            pl.when(pl.col("total") >= 1 - ROUNDING)
            .then(1 - pl.col("own") / pl.col("total"))
            .alias("foreign"),
            (pl.col("abroad") / whole).alias("foreign_lo"),
            pl.max_horizontal(1 - pl.col("own") / whole, pl.col("abroad") / whole).alias(
                "foreign_hi"
            ),
        )
    )


def at_level(chain: Chain, home: str, level: str) -> str:
    """`home`, or the place of `level` that it lies in if there is one."""
    if level == "firm":
        return home
    found = dict(ancestors(chain, level).iter_rows())
    return str(found.get(home, home))


def members(chain: Chain, home: str) -> set[str]:
    """`home` and every node that lies in it.

    Raises:
        HubscopeError: if the chain has no place `home`.
    """
    nodes = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind", "place"])))
    places = nodes.filter(pl.col("kind") == "place")["id"].to_list()
    if home not in places:
        raise HubscopeError(f"the chain has no place {home!r}", hint=nearest(home, places))
    links = pl.DataFrame(pl.from_arrow(chain.links.select(["src", "dst", "rel"])))
    within = links.filter(pl.col("rel").is_in(["part_of", "located_in"])).select("src", "dst")
    down: dict[str, list[str]] = {}
    for src, dst in (
        *nodes.drop_nulls("place").select("id", "place").iter_rows(),
        *within.iter_rows(),
    ):
        down.setdefault(dst, []).append(src)
    queue, seen = [home], {home}
    for at in queue:
        new = [c for c in down.get(at, ()) if c not in seen]
        seen.update(new)
        queue += new
    return seen
