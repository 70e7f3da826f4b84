"""The views of a chain map below the whole: what its bundles fold away, as deep as needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hubscope.chains.graph import Graph, part_of
from hubscope.chains.layout import MOST, REST, Layout, Spot, layout

MOST_VIEWS = 60
"""Views beside the whole; what is folded beyond them is in the files of the chain."""


@dataclass(frozen=True, slots=True)
class View:
    """One view below the whole map: what some of its bundles fold away."""

    number: int
    """From 1, in the order in which the views are met from the whole map on."""
    parent: int
    """The view whose bundles it unfolds; 0 is the whole map."""
    bundles: tuple[str, ...]
    """The bundles in the parent's layout."""
    layout: Layout


def views(
    graph: Graph, whole: Layout, most: int = MOST, limit: int = MOST_VIEWS
) -> tuple[View, ...]:
    """Every view that unfolds bundles of `whole`, and those that unfold theirs.

    A view shows the nodes that its bundles lead to and the nodes behind them; bundles share a view
    while these are at most `most`. A bundle with more folds again, so every node of the graph is
    drawn in some view until there are `limit`.

    Args:
        graph: the whole graph.
        whole: its layout.
        most: nodes of one view.
        limit: views that are made.
    """
    found: list[View] = []
    waiting = [(0, group) for group in _groups(whole.spots, most)]
    for parent, group in waiting:
        if len(found) >= limit:
            break
        inside = layout(part_of(graph, {i for spot in group for i in _shown(spot)}), most)
        found.append(View(len(found) + 1, parent, tuple(s.id for s in group), inside))
        waiting += [(len(found), more) for more in _groups(inside.spots, most)]
    return tuple(found)


def _groups(spots: Sequence[Spot], most: int) -> Iterator[list[Spot]]:
    """Bundles in the order of the map, as many together as one view can show unfolded."""
    group: list[Spot] = []
    size = 0
    for spot in (s for s in spots if s.folded):
        more = len(_shown(spot))
        if group and size + more > most:
            yield group
            group, size = [], 0
        group.append(spot)
        size += more
    if group:
        yield group


def _shown(spot: Spot) -> list[str]:
    """What a view of a bundle is made of: the node that it leads to and what is folded."""
    anchor = [] if spot.id == REST else [spot.id.removeprefix("+")]
    return [*anchor, *spot.folded]
