"""Where the nodes of a chain map stand: layers from left to right, folded if there are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.chains.graph import Graph

MOST = 150
"""Nodes that one view shows."""

REST = "+"
"""The bundle of what leads to no node that is shown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One node of the map, or a bundle of folded ones."""

    id: str
    layer: int
    row: float
    folded: tuple[str, ...] = ()
    """Nodes that stand behind it, where it is a bundle."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A map: spots by layer and row, and the links between them."""

    spots: tuple[Spot, ...]
    links: tuple[tuple[str, str, bool], ...]
    """From, to, and whether it says "is a variant of"."""
    layers: int
    rows: float


def layout(graph: Graph, most: int = MOST) -> Layout:
    """The map of a chain, raw inputs on the left, what they are for on the right.

    A node stands left of everything it goes into. Of a chain larger than `most` the half of `most`
    nearest to the outputs is kept and the rest folded into bundles, one for each node that the
    folded ones lead to, so that no view exceeds `most`.
    """
    steps = _steps_to_output(graph)
    kept = _kept(graph, steps, most)
    stands_for = _folded(graph, steps, kept)
    bundles: dict[int, list[int]] = {}
    for node, onto in stands_for.items():
        bundles.setdefault(onto, []).append(node)
    places = {graph.ids[i]: int(steps[i]) for i in kept}
    name = {i: REST if i < 0 else f"+{graph.ids[i]}" for i in bundles}
    places |= {name[i]: 0 if i < 0 else int(steps[i]) + 1 for i in bundles}
    links = {
        (graph.ids[s], graph.ids[d], bool(v))
        for s, d, v in zip(graph.src, graph.dst, graph.variant, strict=True)
        if s in kept and d in kept
    }
    links |= {(name[i], graph.ids[i], False) for i in bundles if i >= 0}
    last = max(places.values(), default=0)
    rows = _rows(places, links)
    height = max(rows.values(), default=-1.0) + 1
    behind = {name[i]: tuple(graph.ids[j] for j in b) for i, b in bundles.items()}
    spots = tuple(
        Spot(i, last - places[i], row, behind.get(i, ()))
        for i, row in sorted(rows.items(), key=lambda r: (places[r[0]], r[1]))
    )
    return Layout(spots, tuple(sorted(links)), last + 1, height)


def _steps_to_output(graph: Graph) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Longest way from each node to an output, so that every link runs to the right."""
    steps = np.zeros(graph.n, np.int64)
    for node in graph.order[::-1]:
        after = graph.out.at[graph.out.start[node] : graph.out.start[node + 1]]
        if after.size:
            steps[node] = steps[after].max() + 1
    return steps


def _kept(graph: Graph, steps: np.ndarray[tuple[int], np.dtype[np.int64]], most: int) -> set[int]:
    if graph.n <= most:
        return set(range(graph.n))
    nearest = sorted(range(graph.n), key=lambda i: (int(steps[i]), graph.ids[i]))
    return set(nearest[: (most - 1) // 2])


def _folded(
    graph: Graph, steps: np.ndarray[tuple[int], np.dtype[np.int64]], kept: set[int]
) -> dict[int, int]:
    """The kept node behind which each other node is folded, -1 if it leads to none."""
    onto: dict[int, int] = {}
    for node in sorted(set(range(graph.n)) - kept, key=lambda i: int(steps[i])):
        after = graph.out.at[graph.out.start[node] : graph.out.start[node + 1]].tolist()
        near = sorted(after, key=lambda i: (i not in kept, int(steps[i])))
        ways = [i if i in kept else onto[i] for i in near]
        onto[node] = next((w for w in ways if w >= 0), -1)
    return onto


def _rows(places: dict[str, int], links: set[tuple[str, str, bool]]) -> dict[str, float]:
    """The row of every spot: parts that hang together stand in a band of their own.

    In its band a layer is ordered by the middle of what its nodes go into (barycentre) and centred;
    the band of most nodes comes first.
    """
    after: dict[str, list[str]] = {}
    for src, dst, _ in sorted(links):
        after.setdefault(src, []).append(dst)
    at: dict[str, float] = {}
    top = 0.0
    for band in _bands(places, links):
        columns: dict[int, list[str]] = {}
        for ident in band:
            columns.setdefault(places[ident], []).append(ident)
        height = max(map(len, columns.values()))
        for layer in sorted(columns):
            _stack(columns[layer], after, at, top, height)
        top += height + BETWEEN
    return at


BETWEEN = 0.6
"""Rows left free between two bands."""


def _stack(
    column: list[str], after: dict[str, list[str]], at: dict[str, float], top: float, height: int
) -> None:
    """Give the nodes of one layer of a band their rows."""
    middle = {i: float(np.mean([at[d] for d in after.get(i, ())] or [top])) for i in column}
    first = top + (height - len(column)) / 2
    for row, ident in enumerate(sorted(column, key=lambda i: (middle[i], i))):
        at[ident] = first + row


def _bands(places: dict[str, int], links: set[tuple[str, str, bool]]) -> list[list[str]]:
    """Sets of spots that hang together, the largest first."""
    near: dict[str, list[str]] = {i: [] for i in places}
    for src, dst, _ in links:
        near[src].append(dst)
        near[dst].append(src)
    bands: list[list[str]] = []
    seen: set[str] = set()
    for start in places:
        if start in seen:
            continue
        seen.add(start)
        band = [start]
        for ident in band:
            new = [n for n in near[ident] if n not in seen]
            seen.update(new)
            band += dict.fromkeys(new)
        bands.append(sorted(band))
    return sorted(bands, key=lambda b: (-len(b), b[0]))
