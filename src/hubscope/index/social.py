"""Aggregation by comparing units with each other, and by order.

Columns are (units,) or (draws, units), weights (draws, elements), scores (draws, units), as in
aggregate.py. Handbook = OECD/JRC Handbook (2008), pp. 102-116.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index import moments
from hubscope.index.means import weighted_mean
from hubscope.index.table import Array

MOST = 200
"""Units up to which Kemeny's order is sought."""
PAIRS = 40_000
"""Draws x units x units held at a time, so that the tables stay in the processor's cache."""


def outrank_matrix(x: Array, w: Array) -> Array:
    """Weight of the elements in which the row's unit beats the column's, ties half.

    (Draws x) units x units from (draws x) units x elements and (draws x) elements. Only elements
    that both units have count, and their weights are rescaled to one, so the result does not depend
    on the order of rows and a pair sums to one. NaN where two units share none, zero on the
    diagonal. Handbook p. 109 and Table 36.
    """
    return agreement(x, w, lambda _, lag: (lag < 0) + 0.5 * (lag == 0), 0.0)


def agreement(x: Array, w: Array, compare: Callable[[int, Array], Array], diagonal: float) -> Array:
    """How rows compare with columns, a weighted mean over what both have; (draws x) units x units.

    `compare` takes the number of an element and the lag of the row's unit behind the column's. NaN
    where two units share no element.
    """
    units = x.shape[-2]
    top = np.zeros((*np.broadcast_shapes(x.shape[:-2], w.shape[:-1]), units, units))
    both: Any = 0.0
    for i in range(x.shape[-1]):
        lag = lags(x[..., i])
        share = w[..., i, None, None]
        if np.isnan(x[..., i]).any():
            gone = np.isnan(lag)
            top += share * np.where(gone, 0.0, compare(i, lag))
            both = both + share * ~gone
        else:
            top += share * compare(i, lag)
            both = both + share
    made = np.where(both > 0, top / np.where(both > 0, both, 1.0), np.nan)
    made[..., np.arange(units), np.arange(units)] = diagonal
    return made


def lags(column: Array) -> Array:
    """How far the row's unit is behind the column's; (draws x) units x units."""
    return np.asarray(column[..., None, :] - column[..., :, None])


def copeland_scores(matrix: Array) -> Array:
    """Pairs won minus pairs lost by majority; NaN for a unit comparable with no other."""
    lead = np.nan_to_num(matrix - 0.5)
    sign = np.where(np.abs(lead) < 1e-9, 0.0, np.sign(lead))  # rounding decides no majority
    apart = ~np.eye(matrix.shape[-1], dtype=bool)
    others = ~np.isnan(matrix) & apart
    return np.where(others.any(axis=-1), np.sum(sign * apart, axis=-1), np.nan)


def _grid(columns: Sequence[Array], draw: int) -> Array:
    return np.column_stack([c if c.ndim == 1 else c[draw] for c in columns])


def by_draw(
    columns: Sequence[Array], weights: Array, score: Callable[[Array, Array], Array]
) -> Array:
    """A score of (units x elements, weights) for every draw; equal weights are scored once."""
    if any(c.ndim == 2 for c in columns):
        return np.stack([score(_grid(columns, i), w) for i, w in enumerate(weights)])
    distinct, where = np.unique(weights, axis=0, return_inverse=True)
    x = _grid(columns, 0)
    return np.stack([score(x, w) for w in distinct])[where.ravel()]


def by_pairs(
    columns: Sequence[Array], weights: Array, score: Callable[[Array, Array], Array]
) -> Array:
    """As by_draw, for a score of many draws at once whose tables of all pairs fill the memory."""
    step = max(1, PAIRS // max(columns[0].shape[-1], 1) ** 2)
    if any(c.ndim == 2 for c in columns):
        parts = [slice(i, i + step) for i in range(0, len(weights), step)]
        wide = [np.broadcast_to(c, (len(weights), c.shape[-1])) for c in columns]
        return np.concatenate(
            [score(np.stack([c[p] for c in wide], axis=-1), weights[p]) for p in parts]
        )
    distinct, where = np.unique(weights, axis=0, return_inverse=True)
    x = np.column_stack(columns)
    made = [score(x, distinct[i : i + step]) for i in range(0, len(distinct), step)]
    return np.concatenate(made)[where.ravel()]


def copeland(columns: Sequence[Array], weights: Array) -> Array:
    """Copeland scores of the weighted outranking matrix (Handbook p. 109; COINr, Becker 2022)."""
    return by_pairs(columns, weights, lambda x, w: copeland_scores(outrank_matrix(x, w)))


def outranking(columns: Sequence[Array], weights: Array) -> Array:
    """Mean outranking weight against the other units, as in a Borda count."""

    def score(x: Array, w: Array) -> Array:
        matrix = outrank_matrix(x, w)
        known = (~np.isnan(matrix)).sum(axis=-1) - 1  # the diagonal is known, and zero
        return np.where(known > 0, np.nansum(matrix, axis=-1) / np.maximum(known, 1), np.nan)

    return by_pairs(columns, weights, score)


def kemeny_order(matrix: Array) -> list[int]:
    """The order of units that agrees most with the outranking matrix (Kemeny, Young, Levenglick).

    Solved exactly as a linear ordering problem by HiGHS, with triangle inequalities added where the
    present solution breaks them. Handbook p. 112, NCMC. Among equal optima the solver's is taken.
    """
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csr_array

    n = len(matrix)
    gain = np.nan_to_num(matrix - matrix.T)
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    place = {p: k for k, p in enumerate(pairs)}
    cost = -np.array([gain[p] for p in pairs])
    rows: list[dict[int, float]] = []
    lows: list[float] = []
    before = np.zeros((n, n), dtype=bool)
    while pairs:
        limits = []
        if rows:
            table = csr_array(
                (
                    [v for r in rows for v in r.values()],
                    (
                        [i for i, r in enumerate(rows) for _ in r],
                        [k for r in rows for k in r],
                    ),
                ),
                shape=(len(rows), len(pairs)),
            )
            limits = [LinearConstraint(table, lb=lows, ub=np.array(lows) + 1)]
        found = milp(cost, integrality=np.ones(len(pairs)), bounds=(0, 1), constraints=limits)
        if found.x is None:
            raise BadDataError(f"kemeny: no order found ({found.message})")
        ahead = found.x > 0.5
        for (i, j), k in place.items():
            before[i, j], before[j, i] = ahead[k], not ahead[k]
        broken = _cycles(before, place)
        if not broken:
            break
        rows += [r for r, _ in broken]
        lows += [low for _, low in broken]
    return [int(i) for i in np.argsort(-before.sum(axis=1), kind="stable")]


def _cycles(
    before: Array, place: dict[tuple[int, int], int]
) -> list[tuple[dict[int, float], float]]:
    """Triples ordered in a circle, as constraints 0 <= x_ij + x_jk - x_ik <= 1."""
    n = len(before)
    return [
        ({place[i, j]: 1.0, place[j, k]: 1.0, place[i, k]: -1.0}, 0.0)
        for i in range(n)
        for j in range(i + 1, n)
        for k in range(j + 1, n)
        if before[i, j] == before[j, k] != before[i, k]
    ]


def kemeny(columns: Sequence[Array], weights: Array) -> Array:
    """Number of units ranked below in the Kemeny order; a unit without data has no score."""

    def score(x: Array, w: Array) -> Array:
        known = np.flatnonzero(~np.isnan(x[:, w > 0]).all(axis=1))
        if len(known) > MOST:
            raise BadDataError(
                f"kemeny: {len(known)} units", hint=f"at most {MOST}; copeland has no limit"
            )
        made = np.full(len(x), np.nan)
        order = kemeny_order(outrank_matrix(x[known], w))
        made[known[order]] = np.arange(len(order))[::-1]
        return made

    return by_draw(columns, weights, score)


def kemeny_score(matrix: Array, order: Sequence[int]) -> float:
    """Support of an order: the sum of outranking weights of every pair as it orders them."""
    return float(sum(matrix[a, b] for i, a in enumerate(order) for b in order[i + 1 :]))


def owa(
    columns: Sequence[Array], weights: Array, order_weights: Sequence[float] | None = None
) -> Array:
    """Ordered weighted average (Yager 1988): weights go to a unit's best, second-best ... value.

    `order_weights` lists them from the best value down (equal when not given); with missing values
    they are read off the cumulated curve at the number of values present. Element weights do not
    enter.
    """
    x = np.stack(np.broadcast_arrays(*[np.atleast_2d(c) for c in columns]), axis=-1)
    k = x.shape[-1]
    curve = np.concatenate([[0.0], np.cumsum(_order_weights(order_weights, k))])
    ordered = -np.sort(-x, axis=-1)
    present = (~np.isnan(x)).sum(axis=-1, keepdims=True)
    steps = np.arange(k + 1) / np.maximum(present, 1)
    shares = np.diff(np.interp(np.minimum(steps, 1), np.arange(k + 1) / k, curve), axis=-1)
    made = np.where(present[..., 0] > 0, np.sum(np.nan_to_num(ordered) * shares, axis=-1), np.nan)
    return np.broadcast_to(made, (len(weights), made.shape[-1])).copy()


def _order_weights(given: Sequence[float] | None, k: int) -> Array:
    values = np.asarray(given if given is not None else np.ones(k), dtype=float)
    if len(values) != k or (values < 0).any() or not values.sum() > 0:
        raise BadDataError(f"owa: order_weights {values.tolist()} for a group of {k}")
    return np.asarray(values / values.sum())


def mpi(columns: Sequence[Array], weights: Array, penalty: float = 1.0) -> Array:
    """Mazziotta and Pareto (2016): mean - penalty x sd x cv of a unit's values.

    Values are first put on mean 100 and standard deviation 10 over units (population), so use
    `normalise none` or a z-score before it. `penalty = 1` for a positive phenomenon, -1 to add.
    """
    scaled = [_standard(c) for c in columns]
    return _mean_less_penalty(scaled, weights, penalty)


def ampi(columns: Sequence[Array], weights: Array, penalty: float = 1.0) -> Array:
    """Adjusted MPI (Mazziotta and Pareto 2016): as `mpi` on values taken as they are.

    Normalise before it by goalposts or minmax to 70..130, so that years stay comparable.
    """
    return _mean_less_penalty(columns, weights, penalty)


def _standard(column: Array) -> Array:
    x = np.atleast_2d(column).T
    n = moments.count(x)
    spread = moments.sd(x) * np.sqrt((n - 1) / np.maximum(n, 1))
    made = 100 + 10 * (x - moments.mean(x)) / np.where(spread > 0, spread, np.nan)
    return made.T if column.ndim == 2 else made[:, 0]


def _mean_less_penalty(columns: Sequence[Array], weights: Array, penalty: float) -> Array:
    centre = weighted_mean(columns, weights)
    square = weighted_mean([(c - centre) ** 2 for c in columns], weights)
    safe = np.where(centre == 0, np.nan, centre)
    return np.asarray(centre - penalty * square / safe)


COMPARING: dict[str, Callable[..., Any]] = {
    "copeland": copeland,
    "outranking": outranking,
    "kemeny": kemeny,
    "owa": owa,
    "mpi": mpi,
    "ampi": ampi,
}
"""Methods that need more of a group than one weighted mean."""
