"""The calls over HTTP: pages in both languages that need no script, and the same steps as JSON."""

from hubscope.portal.calls.app import calls_app

__all__ = ["calls_app"]
