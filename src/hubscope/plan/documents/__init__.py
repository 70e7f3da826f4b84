"""Files to text: each form of document gives its words, its pages and what it says of itself."""

from hubscope.plan.documents.opened import Opened, open_document

__all__ = ["Opened", "open_document"]
