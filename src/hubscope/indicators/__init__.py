"""From the store's tables to observations: one .toml (words) and, if computed, one .sql each."""

from hubscope.indicators.catalogue import load_catalogue
from hubscope.indicators.compute import measure
from hubscope.indicators.observations import observations, to_table

__all__ = ["load_catalogue", "measure", "observations", "to_table"]
