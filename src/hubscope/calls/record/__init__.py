"""What leaves the house: exports that anyone can check, and the check that replays them."""

from hubscope.calls.record.export import export, export_rows
from hubscope.calls.record.replay import Fault, replay

__all__ = ["Fault", "export", "export_rows", "replay"]
