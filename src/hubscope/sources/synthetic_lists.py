"""What stands beside the made-up works: people of each hub and curated lists."""

from __future__ import annotations

import numpy as np

from hubscope.sources.synthetic import ECONOMIES, World, economy, hub_of


def people(hub: int) -> float:
    """People of a hub."""
    return 400_000.0 * (1 + hub % 5)


def lists(world: World) -> list[dict[str, str]]:
    """Curated lists of the world, as rows of a lists file: among them a parent with its child."""
    made = [
        ("strategic", f"I{i}", economy(int(h)))
        for i, h in enumerate(hub_of(world, np.arange(1, world.institutions + 1)).tolist(), 1)
        if i % 6 == 0 or i % 10 in (2, 3)
    ]
    made += [("new_type", f"I{i}", "") for i in range(5, world.institutions + 1, 12)]
    made += [("national_programme", f"F{k}", e) for k, e in enumerate(ECONOMIES, 1)]
    return [
        {
            "list": name, "id": ident, "name": f"Synthetic {ident}", "economy": code,
            "source": "synthetic world", "url": "", "accessed": "2026-11-01", "licence": "CC0-1.0",
        }
        for name, ident, code in made
    ]  # fmt: skip
