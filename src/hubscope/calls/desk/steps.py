"""Every step by the name that the definition uses: what it is given and what it does."""

from hubscope.calls.desk.kinds import Step
from hubscope.calls.desk.steps_bid import BID_STEPS
from hubscope.calls.desk.steps_deliver import DELIVER_STEPS
from hubscope.calls.desk.steps_need import NEED_STEPS
from hubscope.calls.desk.steps_review import REVIEW_STEPS

STEPS: dict[str, Step] = {**NEED_STEPS, **BID_STEPS, **REVIEW_STEPS, **DELIVER_STEPS}
