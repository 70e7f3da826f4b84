"""Principal components and rotated factors of a set of indicators. Handbook, pp. 63-74."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.table import Array


@dataclass(frozen=True, eq=False)
class Components:
    """Eigenvalues from the largest down, and loadings (indicators x components)."""

    values: Array
    vectors: Array
    """Unit eigenvectors of the correlation matrix, the largest entry of each positive."""
    loadings: Array
    """Correlation of each indicator with each component."""
    share: Array
    """Variance explained by each component, as a share of all."""


def complete(x: Array) -> Array:
    """Rows without a missing value; an error when too few are left to correlate."""
    rows = x[~np.isnan(x).any(axis=1)]
    if len(rows) < 3:
        raise BadDataError(
            f"only {len(rows)} units have all {x.shape[1]} values",
            hint="impute before this, or screen units",
        )
    if (rows.std(axis=0) == 0).any():
        raise BadDataError("a column is constant among the complete units", hint="leave it out")
    return rows


def correlation(x: Array) -> Array:
    """Pearson correlation of the complete rows."""
    return np.atleast_2d(np.corrcoef(complete(x), rowvar=False))


def components(matrix: Array) -> Components:
    """Principal components of a correlation matrix."""
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1]
    lead = np.argmax(np.abs(vectors), axis=0)
    vectors = vectors * np.sign(vectors[lead, np.arange(len(values))])
    return Components(values, vectors, vectors * np.sqrt(values), values / values.sum())


def varimax(loadings: Array, rounds: int = 500, tolerance: float = 1e-12) -> Array:
    """Loadings after Kaiser-normalised varimax rotation (Kaiser 1958)."""
    size = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    a = loadings / np.where(size > 0, size, 1)
    p, k = a.shape
    turn, last = np.eye(k), 0.0
    for _ in range(rounds):
        b = a @ turn
        u, s, v = np.linalg.svd(a.T @ (b**3 - b * (b**2).sum(axis=0) / p))
        turn = u @ v
        if s.sum() < last * (1 + tolerance):
            break
        last = float(s.sum())
    rotated = a @ turn * size
    order = np.argsort(-(rotated**2).sum(axis=0))
    rotated = rotated[:, order]
    lead = np.argmax(np.abs(rotated), axis=0)
    return np.asarray(rotated * np.sign(rotated[lead, np.arange(k)]))


def kept(found: Components, eigenvalue: float, factors: int | None) -> int:
    """Components to keep: as many as asked, else those with an eigenvalue above the limit."""
    return factors or max(1, int((found.values > eigenvalue).sum()))


def nicoletti(rotated: Array) -> Array:
    """Weights from rotated loadings (Nicoletti, Scarpetta and Boylaud 2000; Handbook p. 90).

    Each indicator belongs to the factor it loads on most; its weight is its share of that factor's
    squared loadings times the factor's share of the variance that the factors explain.
    """
    square = rotated**2
    share = square / square.sum(axis=0)
    explained = square.sum(axis=0) / square.sum()
    own = np.argmax(share * explained, axis=1)
    raw = share[np.arange(len(share)), own] * explained[own]
    return np.asarray(raw / raw.sum())


def first_component(x: Array, *, squared: bool = True) -> Array:
    """Weights from the first component: squared loadings, or absolute ones; never negative.

    The sign of an eigenvector is arbitrary and a negative weight would reverse an indicator's
    declared direction, so neither enters; see `against` for the elements that pull the other way.
    """
    vector = components(correlation(x)).vectors[:, 0]
    return np.asarray(vector**2 if squared else np.abs(vector))


def against(x: Array) -> Array:
    """Whether an element loads on the first component against the majority; elements, flags."""
    vector = components(correlation(x)).vectors[:, 0]
    main = np.sign(vector.sum()) or 1.0
    return np.asarray(np.sign(vector) * main < 0)


def factor_weights(x: Array, eigenvalue: float = 1.0, factors: int | None = None) -> Array:
    """Weights from varimax-rotated principal components."""
    found = components(correlation(x))
    return nicoletti(varimax(found.loadings[:, : kept(found, eigenvalue, factors)]))
