"""What institutions are to each other: parents, successors ..., by the ROR ids that both carry.

Source: ROR, relationships (ror.readme.io, read November 2026), CC0; OpenAlex's institutions name
parents, children and related ones too. `organisations.read` gives the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from hubscope.sources.star import LINEAGE, RELATIONS, SITES

Row = dict[str, Any]


def relations(known: pa.Table, rows: Iterable[Row], before: pa.Table | None = None) -> pa.Table:
    """What the works' institutions are to each other, by the ROR ids that they carry.

    Args:
        known: the works' institutions: institution and ror.
        rows: what `read` gave; the last row of an institution says what its relations are.
        before: relations read earlier, of institutions that `rows` does not describe.

    Returns:
        The table `RELATIONS`, sorted; an institution that no work names is left out.
    """
    by_ror = {r["ror"]: r["institution"] for r in known.to_pylist() if r["ror"]}
    found: dict[int, set[tuple[str, int]]] = {}
    for old in before.to_pylist() if before is not None else ():
        found.setdefault(old["institution"], set()).add((old["relation"], old["other"]))
    for row in rows:
        number = row["institution"] or by_ror.get(row["ror"])
        if number is not None and row["ror"]:
            pairs = ((kind, by_ror.get(ror)) for kind, ror in row["relations"])
            found[number] = {(k, n) for k, n in pairs if n is not None and n != number}
    listed = [(one, *pair) for one in sorted(found) for pair in sorted(found[one])]
    return pa.Table.from_pylist(
        [dict(zip(RELATIONS.names, row, strict=True)) for row in listed], schema=RELATIONS
    )


ABOVE = ("parent", "successor")
"""A child counts as its parent's, and what was renamed or merged as its successor's."""


def lineage(known: pa.Table, related: pa.Table) -> pa.Table:
    """Every institution with all that it is part of: `known` and, through `ABOVE`, `related`.

    Args:
        known: institution and ancestor, as the works have them.
        related: the table `RELATIONS`.

    Returns:
        Institution and ancestor, sorted, each pair once.
    """
    up: dict[int, set[int]] = {}
    for row in known.to_pylist():
        up.setdefault(row["institution"], set()).add(row["ancestor"])
    for row in related.to_pylist():
        if row["relation"] in ABOVE:
            up.setdefault(row["institution"], set()).add(row["other"])
    pairs = [(one, above) for one in sorted(up) for above in sorted(_all_above(one, up))]
    columns = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.table(dict(zip(LINEAGE.names, columns, strict=True)), schema=LINEAGE)


def _all_above(one: int, up: Mapping[int, set[int]]) -> set[int]:
    """Reached from `one`, itself only where it is said to be; circles end."""
    found, waiting = set(up[one]), list(up[one])
    while waiting:
        more = up.get(waiting.pop(), set()) - found - {one}
        found |= more
        waiting += more
    return found


def inherited(placed: pa.Table, related: pa.Table) -> pa.Table:
    """Where an institution without a place is: where its successor is, else its predecessor.

    A renamed or merged institution stays where it was; a child need not be where its parent is,
    so parents lend no place.
    """
    at = {r["institution"]: r for r in placed.to_pylist()}
    lent: dict[int, Row] = {}
    for kind in ("successor", "predecessor"):
        for row in related.to_pylist():
            one, other = row["institution"], row["other"]
            if row["relation"] == kind and one not in at and one not in lent and other in at:
                lent[one] = at[other] | {"institution": one}
    return pa.Table.from_pylist([lent[i] for i in sorted(lent)], schema=SITES)
