"""What the chair should look at: disagreement, a graph in pieces, unreliable reviewers."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hubscope.calls.scores.calibrate import Calibration, Floats, Ints


def _residual(of: Calibration, bid: Ints, reviewer: Ints, mark: Floats) -> Floats:
    return np.asarray(mark - of.score[bid] - of.bias[reviewer], np.float64)


def disagreement(
    of: Calibration, bid: Ints, reviewer: Ints, mark: Floats, *, times: float = 2.0
) -> Ints:
    """Bids whose reviewers, bias taken off, differ by more than `times` the sd of a difference."""
    noise = of.variances[2]
    if not noise > 0:
        return np.zeros(0, np.int64)
    fair = mark - of.bias[reviewer]
    high, low = np.full(len(of.score), -np.inf), np.full(len(of.score), np.inf)
    np.maximum.at(high, bid, fair)
    np.minimum.at(low, bid, fair)
    with np.errstate(invalid="ignore"):
        wide = (high - low) > times * np.sqrt(2 * noise)
    return np.flatnonzero(wide & (of.count > 1))


def pieces(bid: Ints, reviewer: Ints, *, bids: int, reviewers: int) -> int:
    """Parts of the review graph with at least one mark; calibration wants one."""
    if not len(bid):
        return 0
    edges = coo_array((np.ones(len(bid)), (bid, reviewer + bids)), shape=(bids + reviewers,) * 2)
    _, label = connected_components(edges, directed=False)
    return len(set(label[bid].tolist()))


def reliability(of: Calibration, bid: Ints, reviewer: Ints, mark: Floats) -> Floats:
    """Root mean square of each reviewer's residuals over the noise's sd, (R,): 1 is usual.

    For the chair only; missing where a reviewer marked fewer than two bids.
    """
    reviewers = len(of.bias)
    many = np.bincount(reviewer, minlength=reviewers)
    squares = np.bincount(reviewer, _residual(of, bid, reviewer, mark) ** 2, minlength=reviewers)
    found = np.full(reviewers, np.nan)
    np.divide(squares, many, out=found, where=many > 1)
    noise = of.variances[2]
    return np.sqrt(found / noise) if noise > 0 else np.full(reviewers, np.nan)
