"""The calls over HTTP: pages in both languages that need no script, and the same steps as JSON."""
