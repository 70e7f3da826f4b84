"""The shipped synthetic round, walked from needs to milestones by one command."""

from hubscope.calls.example.walk import walk_example

__all__ = ["walk_example"]
