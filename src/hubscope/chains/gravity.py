"""Gravity of flows between places: what size and distance explain, and the synergy beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hubscope.errors import HubscopeError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EARTH_KM = 6371.0088

Z = 1.6448536269514722
"""Of the middle 90 % of a normal distribution."""


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
    spread: Floats
    """Standard error of ln expected, from the robust covariance of the coefficients."""
    rounds: int

    def synergy_range(self, flow: Floats, *, counted: bool, z: float = Z) -> tuple[Floats, Floats]:
        """Bounds of the residual by the delta method; the middle 90 % unless `z` says otherwise.

        With r = (y - m) / √m and s the standard error of ln m, var r = ((y + m) / (2 √m))² s², and
        where flows are counts of single events y / m more, of at least one event.

        Args:
            flow: the flows that the model was fitted to.
            counted: whether they are counts (papers) and not amounts (CNY).
            z: how many standard errors to each side.
        """
        m = self.expected
        variance = ((flow + m) / (2 * np.sqrt(m)) * self.spread) ** 2
        if counted:
            variance += np.maximum(flow, 1.0) / m
        half = z * np.sqrt(variance)
        return self.residual - half, self.residual + half


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
    *,
    years: Ints | None = None,
    clusters: Ints | None = None,
) -> Gravity:
    """Poisson gravity model, E[flow] = exp(a + b1 ln m_i + b2 ln m_j - c ln d_ij + border).

    Several years are pooled: size, distance and border work alike in all, and each year but the
    first has an effect of its own, so that residuals of different years can be compared.

    Poisson pseudo-maximum likelihood keeps flows of zero and is right under any variance (Santos
    Silva and Tenreyro 2006, 10.1162/rest.88.4.641).

    Args:
        flow: flows of 0 or more, shape (n,).
        origin: sizes of the origins, above 0.
        destination: sizes of the destinations, above 0.
        distance: kilometres, above 0.
        border: 1 where both share a border or a province, else 0.
        years: year of each flow, where there are several.
        clusters: number of the pair of each flow: flows of one pair, in both directions and in all
            years, do not count as independent in the errors. Each for itself unless given.

    Raises:
        HubscopeError: if there are too few flows, or sizes or distances that are not above 0.
    """
    names = ["intercept", "origin", "destination", "distance"]
    columns = [np.ones(flow.size), *_logs(origin, destination, distance)]
    if border is not None:
        names.append("border")
        columns.append(border)
    for year in [] if years is None else np.unique(years)[1:]:
        names.append(str(year))
        columns.append((years == year).astype(np.float64))
    x = np.column_stack(columns)
    if flow.size <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise HubscopeError(
            f"{flow.size} flows cannot tell {x.shape[1]} effects apart",
            hint="give more flows, between places of different size and distance",
        )
    beta, rounds = _fit(x, flow)
    expected = np.exp(x @ beta)
    covariance = _covariance(x, flow - expected, expected, clusters)
    # Where a model fits exactly, rounding may leave a variance just below 0.
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, covariance, x), 0.0))
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    return Gravity(
        dict(zip(names, beta.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
        expected,
        (flow - expected) / np.sqrt(expected),
        spread,
        rounds,
    )


def _covariance(x: Floats, error: Floats, expected: Floats, clusters: Ints | None) -> Floats:
    """The sandwich: what the errors say of the coefficients, summed within clusters first."""
    bread = np.linalg.inv(x.T @ (x * expected[:, None]))
    scores = x * error[:, None]
    if clusters is not None:
        _, place = np.unique(clusters, return_inverse=True)
        summed = np.zeros((int(place.max()) + 1, x.shape[1]))
        np.add.at(summed, place, scores)
        scores = summed
    return np.asarray(bread @ (scores.T @ scores) @ bread)


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
