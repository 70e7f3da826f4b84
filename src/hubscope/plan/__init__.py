"""Plan documents to plans: every element with the sentence it was read from."""

from hubscope.plan.model import Attribution, Plan, Region, as_json, from_json
from hubscope.plan.read import read_plan, read_text
from hubscope.plan.units import catalogue_unit, catalogue_value

__all__ = [
    "Attribution",
    "Plan",
    "Region",
    "as_json",
    "catalogue_unit",
    "catalogue_value",
    "from_json",
    "read_plan",
    "read_text",
]
