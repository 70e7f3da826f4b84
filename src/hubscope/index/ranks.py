"""Ranks, and how sure they are: confidence sets for ranks and groups that cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hubscope.index.moments import rank_up
from hubscope.index.table import Array

TIE = 1e-12
"""Scores closer than this share of the panel's largest score tie; rounding never makes a rank."""


def rank_down(scores: Array, blocks: Sequence[object] = (slice(None),)) -> Array:
    """Ranks from 1 for the highest score along the last axis, ties sharing the best rank, NaN kept.

    `blocks` are the rows ranked among themselves (the years of a panel).
    """
    made = np.full(scores.shape, np.nan)
    for rows in blocks:
        part = scores[..., rows]  # type: ignore[index]
        size = np.max(np.abs(np.nan_to_num(part)), axis=-1, keepdims=True, initial=0.0)
        rounded = np.round(part / np.where(size > 0, size * TIE, 1.0))
        made[..., rows] = rank_up(-rounded[..., None])[..., 0]  # type: ignore[index]
    return made
