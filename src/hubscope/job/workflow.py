"""The order of the steps, and the run of all of them."""

from __future__ import annotations

from collections.abc import Callable

from hubscope.job.breakdowns import BREAKDOWNS
from hubscope.job.chains import CHAINS
from hubscope.job.figures import FIGURES
from hubscope.job.found import FOUND
from hubscope.job.linkage import LINKAGE
from hubscope.job.measure import MEASURE
from hubscope.job.pages import BRIEF, SITE
from hubscope.job.plan import PLAN
from hubscope.job.progress import PROGRESS
from hubscope.job.ranking import INDEX
from hubscope.job.segments import SEGMENTS
from hubscope.job.steps import Context, Outcome, run_step

STEPS = (
    *(PLAN, FIGURES, MEASURE, BREAKDOWNS, FOUND, INDEX, PROGRESS),
    *(SEGMENTS, CHAINS, LINKAGE, BRIEF, SITE),
)
"""In the order in which data flows."""


def run_job(
    context: Context,
    *,
    force: bool = False,
    after: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Run every step that is due, in order; `after` hears of each as it ends."""
    outcomes = []
    for step in STEPS:
        outcome = run_step(context, step, force=force)
        after(outcome)
        outcomes.append(outcome)
    return outcomes
