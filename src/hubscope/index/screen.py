"""Keep the units that have enough data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.stage import Stage
from hubscope.index.table import Array

BY = {
    "availability": "availability",
    "na": "availability",
    "byNA": "availability",
    "zeros": "zeros",
    "nonzero": "zeros",
    "byzeros": "zeros",
    "both": "both",
    "byNAandzeros": "both",
}


def available(x: Array) -> Array:
    """Share of a unit's values that are present; units."""
    return np.asarray(np.mean(~np.isnan(x), axis=-1))


def nonzero(x: Array) -> Array:
    """Share of a unit's present values that are not zero, NaN where none is present; units."""
    present = np.sum(~np.isnan(x), axis=-1)
    zeros = np.sum(x == 0, axis=-1)
    return np.where(present > 0, 1 - zeros / np.maximum(present, 1), np.nan)


def passes(x: Array, availability: float, nonzero_share: float, by: str) -> Array:
    """Units that stay (boolean), by share of data available, of non-zero values, or both."""
    enough = available(x) >= availability
    real = np.nan_to_num(nonzero(x)) >= nonzero_share
    return np.asarray({"availability": enough, "zeros": real, "both": enough & real}[by])


def screen(
    stage: Stage,
    *,
    availability: float = 2 / 3,
    nonzero: float = 0.05,
    by: str = "availability",
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> Stage:
    """Remove units below the thresholds; `keep` and `drop` overrule them unit by unit.

    Of several versions of the data the first decides, so that all have the same units.
    """
    if by not in BY:
        raise BadDataError(f"screen: by = {by!r}", hint=nearest(by, BY))
    _known(stage, [*keep, *drop])
    x = stage.values if stage.values.ndim == 2 else stage.values[0]
    stay = passes(x, availability, nonzero, BY[by])
    units = np.array(stage.units)
    stay = (stay | np.isin(units, list(keep))) & ~np.isin(units, list(drop))
    if not stay.any():
        raise BadDataError("screening leaves no unit", hint="lower `availability`")
    gone = tuple(units[~stay].tolist())
    notes = (f"units screened out ({len(gone)}): {', '.join(gone[:20])}",) if gone else ()
    kept = np.flatnonzero(stay)
    return replace(
        stage,
        rows=stage.rows[kept],
        values=stage.values[..., kept, :],
        notes=notes,
        audit={"removed": gone},
    )


def _known(stage: Stage, units: Sequence[str]) -> None:
    for unit in units:
        if unit not in stage.data.units:
            raise BadDataError(f"screen: no unit {unit}", hint=nearest(unit, stage.data.units))
