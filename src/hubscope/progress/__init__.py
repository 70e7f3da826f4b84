"""A plan's targets against the observations: verdicts, gaps and projections."""

from hubscope.progress.judge import judge
from hubscope.progress.link import link
from hubscope.progress.reasons import sentence
from hubscope.progress.verdicts import from_json, to_json

__all__ = ["from_json", "judge", "link", "sentence", "to_json"]
