"""Raw tables into one store: content-addressed files, one manifest published by one rename."""

from hubscope.store.engine import connect
from hubscope.store.publish import Artifact, Manifest, Store

__all__ = ["Artifact", "Manifest", "Store", "connect"]
