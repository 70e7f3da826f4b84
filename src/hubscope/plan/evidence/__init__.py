"""News to evidence: items, their fields, whose they are, and the elements they bear on."""

from hubscope.plan.evidence.items import Item, read_items
from hubscope.plan.evidence.link import Evidence, Link, evidence
from hubscope.plan.evidence.scope import Scope, scope

__all__ = ["Evidence", "Item", "Link", "Scope", "evidence", "read_items", "scope"]
