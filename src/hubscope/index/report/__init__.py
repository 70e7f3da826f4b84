"""The report of one unit: its scores, ranks, data and what moves them, as HTML or a document."""

from hubscope.index.report.gather import UnitReport, unit_report
from hubscope.index.report.language import ENGLISH, Language
from hubscope.index.report.write import docx, html, list_of_units

__all__ = ["ENGLISH", "Language", "UnitReport", "docx", "html", "list_of_units", "unit_report"]
