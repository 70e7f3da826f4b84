"""What is left of the final outputs when supply is lost: the kernel of the knock-outs.

Each node makes as much as its own supply, its inputs and its variants let it. Without substitution
the scarcest of these decides (Leontief; Inoue and Todo 2019, Diem et al. 2022); with substitution s
the result is (1 - s) times the scarcest plus s times their mean, and others make up s of a supply
that is lost. A class without shares of its own makes the mean of its variants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hubscope.chains.compiled import compiled
from hubscope.chains.graph import Graph, Ints

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a shock takes from every node; all arrays of shape (n,)."""

    stated: Bools
    """Whether the node's own suppliers are known; else its variants stand for it."""
    lost: Floats
    """Stated share that is lost, 0 to 1."""
    gap: Floats
    """What more may be lost, because a lost holder has no stated share."""
    error: Floats
    """By which part of itself the lost share may be off (chains/grades.py)."""
    unlisted: Floats
    """Which part of it providers may hold that the source does not list."""


@dataclass(frozen=True, slots=True)
class Resilience:
    """How far each node can do without; all arrays of shape (n,)."""

    low: Floats
    """Least substitution, 0 (none) to 1 (perfect)."""
    high: Floats
    outage: Floats
    """Part of the horizon for which a loss is felt, after stocks and before recovery."""


def substitution(elasticity: Floats) -> Floats:
    """An elasticity of substitution from 0 to infinity as a weight from 0 to 1: e / (1 + e)."""
    return np.asarray(1 - 1 / (1 + elasticity))


def outage(recovery: Floats, stock: Floats, horizon: float) -> Floats:
    """Part of `horizon` months for which a loss is felt.

    Args:
        recovery: months until the supply is back.
        stock: months that stocks last.
        horizon: months looked at.
    """
    return np.asarray(np.clip((np.minimum(recovery, horizon) - stock) / horizon, 0.0, 1.0))


def cascade(
    graph: Graph,
    loss: Loss,
    resilience: Resilience,
    *,
    draws: int,
    seed: int,
    outputs: Ints | None = None,
) -> tuple[Floats, Floats]:
    """The outputs left after a loss, draw by draw.

    Each draw takes a substitution within its bounds for every node and a share within what its
    evidence allows; the same seed gives the same draws for every shock, so shocks compare.

    Returns:
        Mean of the final outputs left in every draw, shape (draws,), and the mean left at every
        node over all draws, shape (n,); 1 is undisturbed.
    """
    ends = graph.outputs() if outputs is None else outputs
    variant = graph.variant[np.lexsort((graph.src, graph.dst))]
    return _cascade(
        graph.order,
        (graph.into.start, graph.into.at, variant),
        (loss.stated, loss.lost, loss.gap, loss.error, loss.unlisted),
        (resilience.low, resilience.high, resilience.outage),
        ends,
        draws,
        np.uint64(seed),
    )


@compiled
def _uniform(seed: np.uint64, draw: int, node: int, what: int) -> float:
    """A number from 0 to 1 that depends on nothing else (splitmix64, Steele et al. 2014)."""
    z = seed + np.uint64(draw) * np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64(node * 4 + what) * np.uint64(0xD1B54A32D192ED03)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) / 9007199254740992.0


@compiled
def _affected(order: Ints, start: Ints, at: Ints, lost: Floats, gap: Floats) -> Bools:
    hit = np.zeros(order.size, np.bool_)
    for i in range(order.size):
        node = order[i]
        mine = lost[node] > 0 or gap[node] > 0
        for k in range(start[node], start[node + 1]):
            mine = mine or hit[at[k]]
        hit[node] = mine
    return hit


@compiled
def _own(
    loss: tuple[Bools, Floats, Floats, Floats, Floats],
    weight: float,
    outage: float,
    key: tuple[np.uint64, int, int],
) -> float:
    """What a node's own suppliers can still give in one draw."""
    _, lost, gap, error, unlisted = loss
    seed, draw, node = key
    gone = lost[node]
    if gone > 0:
        gone *= 1 + error[node] * (2 * _uniform(seed, draw, node, 1) - 1)
        gone = min(gone, 1.0) * (1 - unlisted[node] * _uniform(seed, draw, node, 2))
    if gap[node] > 0:
        gone = min(gone + gap[node] * _uniform(seed, draw, node, 3), 1.0)
    return float(1 - (1 - weight) * outage * gone)


@compiled
def _gather(
    node: int,
    rows: tuple[Ints, Ints, Bools],
    state: Singles,
    work: tuple[Singles, Singles, Singles],
) -> tuple[int, int]:
    """Least and sum of a node's inputs and the sum of its variants; how many there are of each."""
    start, at, variant = rows
    least, total, kinds = work
    least[:] = 1.0
    total[:] = 0.0
    kinds[:] = 0.0
    inputs, variants = 0, 0
    for k in range(start[node], start[node + 1]):
        other = at[k]
        if variant[k]:
            variants += 1
            for b in range(32):
                kinds[b] += state[other, b]
        else:
            inputs += 1
            for b in range(32):
                value = state[other, b]
                total[b] += value
                least[b] = min(least[b], value)
    return inputs, variants


@compiled
def _average(  # noqa: PLR0917 - machine code takes its arguments by position
    state: Singles, hit: Bools, width: int, outputs: Ints, left: Floats, mean: Floats
) -> None:
    """Put the outputs left in each draw into `left`, add what every node makes to `mean`."""
    for b in range(width):
        here = 0.0
        for k in range(outputs.size):
            here += state[outputs[k], b]
        left[b] = here / max(outputs.size, 1)
    for node in range(hit.size):
        if hit[node]:
            for b in range(width):
                mean[node] += state[node, b]
        else:
            mean[node] += width


@compiled
def _cascade(  # noqa: PLR0917 - same
    order: Ints,
    rows: tuple[Ints, Ints, Bools],
    loss: tuple[Bools, Floats, Floats, Floats, Floats],
    resilience: tuple[Floats, Floats, Floats],
    outputs: Ints,
    draws: int,
    seed: np.uint64,
) -> tuple[Floats, Floats]:
    n = order.size
    stated, lost, gap, _, _ = loss
    low, high, felt = resilience
    hit = _affected(order, rows[0], rows[1], lost, gap)
    left, mean = np.ones(draws), np.zeros(n)
    state = np.ones((n, 32), np.float32)
    work = np.empty(32, np.float32), np.empty(32, np.float32), np.empty(32, np.float32)
    least, total, kinds = work
    for first in range(0, draws, 32):
        width = min(32, draws - first)
        for i in range(n):
            node = order[i]
            if not hit[node]:
                continue
            inputs, variants = _gather(node, rows, state, work)
            as_class = variants > 0 and not stated[node]
            terms = inputs + (as_class or stated[node])
            for b in range(width if terms else 0):
                weight = low[node]
                if high[node] > low[node]:
                    weight += (high[node] - low[node]) * _uniform(seed, first + b, node, 0)
                value = 1.0
                if as_class:
                    value = kinds[b] / variants
                elif lost[node] > 0 or gap[node] > 0:
                    value = _own(loss, weight, felt[node], (seed, first + b, node))
                if terms > inputs:
                    total[b] += value
                    least[b] = min(least[b], value)
                state[node, b] = (1 - weight) * least[b] + weight * total[b] / terms
        _average(state, hit, width, outputs, left[first : first + width], mean)
    return left, mean / max(draws, 1)
