"""Who reviews what: conflicts, affinity, and assignment as one min-cost-flow kernel."""

from hubscope.calls.reviewers.affinity import affinity
from hubscope.calls.reviewers.assign import Assignment, assign
from hubscope.calls.reviewers.conflicts import Conflict, conflicts
from hubscope.calls.reviewers.explain import Explanation, explain
from hubscope.calls.reviewers.fair import fair, threshold
from hubscope.calls.reviewers.leximin import leximin
from hubscope.calls.reviewers.randomised import Lot, randomise

__all__ = [
    "Assignment",
    "Conflict",
    "Explanation",
    "Lot",
    "affinity",
    "assign",
    "conflicts",
    "explain",
    "fair",
    "leximin",
    "randomise",
    "threshold",
]
