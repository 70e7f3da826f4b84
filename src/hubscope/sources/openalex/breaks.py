"""Known breaks of the source: releases after which counts are not comparable with those before.

Source: OpenAlex release notes, read in November 2026. The words for each stand in
`words/<lang>/sources.toml` under `breaks.<date>`.
"""

from __future__ import annotations

from collections.abc import Iterable

BREAKS = ("2024-05-30", "2025-11-12", "2026-02-01", "2026-03-30", "2026-06-25")
"""Date of each, ISO 8601."""


def crossed(releases: Iterable[str]) -> list[str]:
    """The breaks that lie between the oldest and the newest of `releases` (ISO 8601 dates)."""
    dates = sorted(releases)
    return [b for b in BREAKS if dates and dates[0] < b <= dates[-1]]
