"""Patents: PatentsView's granted patents, and one CSV for publications of any office."""

from hubscope.sources.patents.tables import PATENT_TABLES

__all__ = ["PATENT_TABLES"]
