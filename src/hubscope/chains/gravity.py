"""Gravity of flows between places: what size and distance explain, and the synergy beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hubscope.errors import HubscopeError

Floats = npt.NDArray[np.float64]
EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Gravity:
    """A fitted model of flows."""

    coefficients: dict[str, float]
    """Intercept, log size of origin and destination, log distance and, where given, border."""
    errors: dict[str, float]
    """Robust standard errors (sandwich), which do not believe the variance to be the mean."""
    expected: Floats
    residual: Floats
    """Pearson: (flow - expected) / √expected; above 0 is synergy beyond size and distance."""
    rounds: int


def kilometres(latitude: Floats, longitude: Floats) -> Floats:
    """Great-circle distance between all places, shape (n, n) (haversine)."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    dlat, dlon = lat[:, None] - lat, lon[:, None] - lon
    a = np.sin(dlat / 2) ** 2 + np.cos(lat[:, None]) * np.cos(lat) * np.sin(dlon / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(a, 0, 1))))


def gravity(
    flow: Floats,
    origin: Floats,
    destination: Floats,
    distance: Floats,
    border: Floats | None = None,
) -> Gravity:
    """Poisson gravity model, E[flow] = exp(a + b1 ln m_i + b2 ln m_j - c ln d_ij + border).

    Poisson pseudo-maximum likelihood keeps flows of zero and is right under any variance (Santos
    Silva and Tenreyro 2006, 10.1162/rest.88.4.641).

    Args:
        flow: flows of 0 or more, shape (n,).
        origin: sizes of the origins, above 0.
        destination: sizes of the destinations, above 0.
        distance: kilometres, above 0.
        border: 1 where both share a border or a province, else 0.

    Raises:
        HubscopeError: if there are too few flows, or sizes or distances that are not above 0.
    """
    names = ["intercept", "origin", "destination", "distance"]
    columns = [np.ones(flow.size), *_logs(origin, destination, distance)]
    if border is not None:
        names.append("border")
        columns.append(border)
    x = np.column_stack(columns)
    if flow.size <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise HubscopeError(
            f"{flow.size} flows cannot tell {x.shape[1]} effects apart",
            hint="give more flows, between places of different size and distance",
        )
    beta, rounds = _fit(x, flow)
    expected = np.exp(x @ beta)
    bread = np.linalg.inv(x.T @ (x * expected[:, None]))
    meat = x.T @ (x * ((flow - expected) ** 2)[:, None])
    errors = np.sqrt(np.diagonal(bread @ meat @ bread))
    return Gravity(
        dict(zip(names, beta.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
        expected,
        (flow - expected) / np.sqrt(expected),
        rounds,
    )


def _logs(*values: Floats) -> list[Floats]:
    for name, value in zip(("origin", "destination", "distance"), values, strict=True):
        if not (np.isfinite(value) & (value > 0)).all():
            raise HubscopeError(f"gravity: a {name} is not above 0", hint="leave this flow out")
    return [np.log(v) for v in values]


def _fit(x: Floats, y: Floats, *, most: int = 100) -> tuple[Floats, int]:
    """Iteratively reweighted least squares for the Poisson likelihood with a log link."""
    mu = (y + max(y.mean(), 1e-12)) / 2
    eta = np.log(mu)
    beta = np.zeros(x.shape[1])
    for rounds in range(1, most + 1):
        weighted = x * mu[:, None]
        new = np.linalg.solve(x.T @ weighted, weighted.T @ (eta + (y - mu) / mu))
        eta = np.clip(x @ new, -300, 300)
        mu = np.exp(eta)
        if np.abs(new - beta).max() <= 1e-10 * max(1.0, np.abs(new).max()):
            return new, rounds
        beta = new
    raise HubscopeError("the gravity model does not settle", hint="are nearly all flows zero?")
