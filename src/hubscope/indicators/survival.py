"""Years from paper to patent where many papers have not been followed for long enough.

Naively, recent papers that are cited were all cited quickly: the slow ones are still to come.
Kaplan and Meier (1958, Nonparametric estimation from incomplete observations, Journal of the
American Statistical Association 53:457) take each paper as at risk for as long as it was followed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hubscope.indicators.fold import Sums, Table

Floats = NDArray[np.float64]

HORIZON = 10
"""Years within which a first citing patent counts."""


def lag(s: Sums) -> Table:
    """Median lag of each hub over the papers of the `HORIZON` + 1 years up to each year.

    Args:
        s: by hub, year of the paper and years followed (`part`, 0 to `HORIZON`): `num` is the
            weight of the papers cited at the end of them, `den` of all followed so long.

    Returns:
        hub, year, papers followed, and the median in years with its draws; none where no paper was
        followed for `HORIZON` years.
    """
    hubs, years, units, rows = [], [], [], []
    for hub in np.unique(s.hub):
        own = s.hub == hub
        for year in np.unique(s.year[own]):
            inside = own & (s.year <= year) & (s.year >= year - HORIZON)
            hubs.append(int(hub))
            years.append(int(year))
            units.append(int(s.units[inside].sum()))
            rows.append(median_lag(*_by_years(s, inside)))
    values = np.array(rows).reshape(len(rows), s.sums.shape[2])
    return np.array(hubs, int), np.array(years, int), np.array(units, int), values


def _by_years(s: Sums, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Cited and followed weight by years followed: shape (HORIZON + 1, draws + 1) each."""
    both = np.zeros((2, HORIZON + 1, s.sums.shape[2]))
    for i in np.flatnonzero(inside):
        both[:, s.part[i]] += s.sums[i]
    return both[0], both[1]


def median_lag(cited: Floats, left: Floats) -> Floats:
    """Median years to the event among those that have it within the years observed.

    Args:
        cited: weight with the event after 0, 1, ... years, shape (years, draws).
        left: weight followed for just so many years, with or without it.

    Returns:
        Shape (draws,). A whole year stands for the year around it, in which events spread evenly;
        NaN where nothing was followed to the end or nothing happened.
    """
    at_risk = left[::-1].cumsum(axis=0)[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        stays = np.where(at_risk > 0, 1 - cited / at_risk, np.nan)
        happened = 1 - np.cumprod(stays, axis=0)
        share = happened / happened[-1]
    before = np.vstack([np.zeros(share.shape[1]), share[:-1]])
    known = np.isfinite(share[-1])
    at = np.argmax(share >= 0.5, axis=0)
    pick = np.arange(share.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (0.5 - before[at, pick]) / (share[at, pick] - before[at, pick])
    return np.where(known, np.maximum(at - 0.5 + within, 0.0), np.nan)
