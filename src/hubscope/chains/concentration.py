"""How concentrated the supply of each input is: HHI, largest shares, holders to reach 75 %.

Plain functions on shares as fractions of 1. Years are kept apart, and so are levels: countries,
regions of countries, firms. A residual such as "Various" has no square of its own: it stands for
nobody knows how many holders, so the index is a range from many to one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

REACH = 0.75
"""Share that n75 counts the holders of."""

ROUNDING = 0.02
"""A total short of 1 by no more than this is rounding and counts as the whole; more is a gap."""


@dataclass(frozen=True, slots=True)
class Concentrations:
    """One value a group (an input at one level in one year); NaN where nothing is known."""

    group: Ints
    named: Ints
    """Named holders with a share."""
    missing: Ints
    """Named holders without a share."""
    total: Floats
    """Sum of the stated shares, fraction of 1."""
    residual: Floats
    """Share of holders that are not named."""
    hhi: Floats
    """Sum of squared shares of the named holders; shares are fractions of the total."""
    hhi_lo: Floats
    hhi_hi: Floats
    cr1: Floats
    cr3: Floats
    n75: Floats
    """Holders needed to reach 75 %; the residual counts as one more where the named fall short."""
    top: Ints
    """Row of the largest named holder, -1 where none has a share."""


def concentrations(
    group: Ints, share: Floats, residual: Bools, lo: Floats | None = None, hi: Floats | None = None
) -> Concentrations:
    """Concentration of every group of rows.

    Args:
        group: group of each row, shape (n,).
        share: its share, fraction of 1, NaN where missing.
        residual: whether the row stands for holders that are not named.
        lo: lower bound of the share where it is a band, NaN elsewhere.
        hi: upper bound.
    """
    order = np.lexsort((-np.nan_to_num(share, nan=-1.0), residual, group))
    g, s, r = group[order], share[order], residual[order]
    starts = np.flatnonzero(np.diff(g, prepend=g[0] - 1)) if g.size else np.zeros(0, np.int64)
    known = ~np.isnan(s)
    value = np.where(known, s, 0.0)
    total = _sums(value, starts)
    of_row = np.repeat(np.arange(starts.size), np.diff(starts, append=g.size))
    counted = known & ~r
    whole = np.where(total >= 1 - ROUNDING, total, 1.0)
    part = np.where(counted, value / whole[of_row], 0.0)
    rank = np.arange(g.size) - starts[of_row]
    named = _sums(counted, starts).astype(np.int64)
    nothing = (named == 0) | (total <= 0)
    low, high = _ranges(s, r, _or_nan(lo, order), _or_nan(hi, order), starts)
    hhi = _hidden(_sums(part**2, starts), nothing)
    return Concentrations(
        g[starts],
        named,
        _sums(~known & ~r, starts).astype(np.int64),
        np.where(_sums(known, starts) > 0, total, np.nan),
        _sums(np.where(r, value, 0.0), starts),
        hhi,
        np.fmin(low, hhi),
        np.fmax(high, hhi),
        _hidden(_sums(np.where(rank < 1, part, 0.0), starts), nothing),
        _hidden(_sums(np.where(rank < 3, part, 0.0), starts), nothing),
        _hidden(_to_reach(part, counted, starts, of_row, named), nothing),
        np.where(nothing, -1, order[starts]) if g.size else np.zeros(0, np.int64),
    )


def _or_nan(bound: Floats | None, order: Ints) -> Floats:
    return np.full(order.size, np.nan) if bound is None else bound[order]


def _sums(values: npt.NDArray[np.generic], starts: Ints) -> Floats:
    if not starts.size:
        return np.zeros(0)
    return np.add.reduceat(values.astype(np.float64), starts)


def _hidden(values: Floats, nothing: Bools) -> Floats:
    return np.where(nothing, np.nan, values)


def _to_reach(part: Floats, counted: Bools, starts: Ints, of_row: Ints, named: Ints) -> Floats:
    """Holders from the largest down until 75 % is reached; one more if the named do not reach."""
    running = np.cumsum(part)
    before = running - part
    own = running - before[starts][of_row]
    short = counted & (own < REACH - 1e-12)
    below = _sums(short, starts)
    return np.minimum(below, named) + 1.0


def _ranges(
    share: Floats, residual: Bools, lo: Floats, hi: Floats, starts: Ints
) -> tuple[Floats, Floats]:
    """Least and greatest HHI that the stated shares, bands and gaps allow, for every group."""
    known = ~np.isnan(share)
    plain = known & np.isnan(lo) & np.isnan(hi)
    simple = _sums(~plain & ~residual, starts) == 0
    stated = _sums(np.where(plain & ~residual, share, 0.0), starts)
    squares = _sums(np.where(plain & ~residual, share**2, 0.0), starts)
    total = np.maximum(_sums(np.where(known, share, 0.0), starts), stated)
    rest = np.maximum(np.where(simple, np.maximum(total, 1.0) - stated, 0.0), 0.0)
    scale = np.maximum(total, 1.0) ** 2
    low, high = squares / scale, (squares + rest**2) / scale
    for at in np.flatnonzero(~simple):
        rows = _rows(starts, share.size, at)
        low[at], high[at] = _banded(share[rows], residual[rows], lo[rows], hi[rows])
    return low, high


def _rows(starts: Ints, size: int, at: np.int64) -> Ints:
    end = starts[at + 1] if at + 1 < starts.size else size
    return np.arange(starts[at], end)


def _banded(share: Floats, residual: Bools, lo: Floats, hi: Floats) -> tuple[float, float]:
    """The range of one group in which shares are bands or missing."""
    fixed = ~np.isnan(share) & np.isnan(lo) & np.isnan(hi)
    room = max(1.0 - float(share[fixed].sum()), 0.0)
    least = np.where(fixed, share, np.where(np.isnan(lo), 0.0, lo))
    most = np.where(fixed, share, np.where(np.isnan(hi), np.maximum(room, least), hi))
    named = ~residual
    rest = float(np.nan_to_num(share[residual & fixed]).sum())
    rest += room if (residual & ~fixed).any() else 0.0
    return hhi_range(least[named], most[named], max(rest, 1.0 - float(most[named].sum())))


def hhi_range(lo: Floats, hi: Floats, rest: float = 0.0) -> tuple[float, float]:
    """Bounds of Σs² over lo <= s <= hi where the s sum to 1, or to less by at most `rest`.

    The lower bound levels the shares up from below (water filling), which is exact. The upper one
    replaces each square by its chord and fills the steepest first: never too small, and exact
    where the answer lies at the ends of the bands. What is left to `rest` is nobody's in the lower
    bound and one holder's in the upper.
    """
    need_least = max(1.0 - rest, float(lo.sum()))
    low = float((_levelled(lo, hi, min(need_least, float(hi.sum()))) ** 2).sum())
    room = max(1.0 - float(lo.sum()), 0.0)
    chords = np.append(lo + hi, rest)
    widths = np.append(hi - lo, min(rest, room))
    order = np.argsort(-chords, kind="stable")
    taken = np.clip(room - np.concatenate(([0.0], np.cumsum(widths[order])[:-1])), 0, widths[order])
    return low, min(float((lo**2).sum() + (taken * chords[order]).sum()), 1.0)


def _levelled(lo: Floats, hi: Floats, total: float) -> Floats:
    """Shares within their bands that sum to `total` and are as equal as the bands allow."""
    below, above = float(lo.min(initial=0.0)), float(hi.max(initial=0.0))
    for _ in range(60):
        level = (below + above) / 2
        if np.clip(level, lo, hi).sum() < total:
            below = level
        else:
            above = level
    return np.asarray(np.clip(above, lo, hi))
