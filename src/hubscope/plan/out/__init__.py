"""A plan written in the formats that others read: JSON, CSV, Parquet, JSON-LD, StratML, IATI."""

from hubscope.plan.out.formats import FORMATS, written
from hubscope.plan.out.stratml_read import from_stratml

__all__ = ["FORMATS", "from_stratml", "written"]
