"""What an officer should look at before deciding: related bidders, and bids that repeat others."""

from hubscope.calls.flags.copies import Copy, Document, copies
from hubscope.calls.flags.found import flags
from hubscope.calls.flags.related import Declared, Group, Link, related

__all__ = ["Copy", "Declared", "Document", "Group", "Link", "copies", "flags", "related"]
