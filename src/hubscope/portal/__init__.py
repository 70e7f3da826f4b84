"""All of it, shown to people: pages, briefs, a server. The portal computes nothing."""

from hubscope.portal.observatory import Observatory, load
from hubscope.portal.site import Page, pages

__all__ = ["Observatory", "Page", "load", "pages"]
