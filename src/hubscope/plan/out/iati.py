"""The targets of a plan as IATI 2.03 results: indicator, baseline, period, target."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

from hubscope.nouns import Element
from hubscope.plan.model import Plan
from hubscope.plan.out.xmltext import clean

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_OUTCOME = "2"


def to_iati(plan: Plan) -> bytes:
    """One activity with a result for each target that names a quantity and a year.

    What IATI has no place for (operator, offsets, speaker) stands in the comment of the target.
    """
    lang = str(plan.document.get("language", "en"))
    root = ET.Element("iati-activities", {"version": "2.03"})
    activity = ET.SubElement(root, "iati-activity", {_LANG: lang})
    identity = ET.SubElement(activity, "iati-identifier")
    identity.text = f"hubscope-{str(plan.document.get('sha256', ''))[:16]}"
    _narrative(activity, "title", str(plan.document.get("title") or plan.name))
    for element in plan.of("target"):
        if element.target and element.target.quantity is not None and element.target.year:
            _result(activity, element)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _narrative(parent: ET.Element, tag: str, words: str) -> None:
    narrative = ET.SubElement(ET.SubElement(parent, tag), "narrative")
    narrative.text = clean(words)


def _result(activity: ET.Element, e: Element) -> None:
    t = e.target
    assert t is not None
    assert t.quantity is not None
    result = ET.SubElement(activity, "result", {"type": _OUTCOME, "aggregation-status": "0"})
    _narrative(result, "title", t.indicator or e.name or e.id)
    rising = "0" if t.operator.startswith("<") else "1"
    measure = "2" if "%" in t.unit else "1"
    indicator = ET.SubElement(result, "indicator", {"measure": measure, "ascending": rising})
    _narrative(indicator, "title", t.indicator or e.id)
    if t.unit:
        _narrative(indicator, "description", t.unit)
    if t.baseline:
        year = {"year": str(t.baseline.year)} if t.baseline.year else {}
        ET.SubElement(indicator, "baseline", year | {"value": number(t.baseline.quantity)})
    period = ET.SubElement(indicator, "period")
    ET.SubElement(period, "period-start", {"iso-date": f"{t.year}-01-01"})
    ET.SubElement(period, "period-end", {"iso-date": f"{t.year}-12-31"})
    target = ET.SubElement(period, "target", {"value": number(t.quantity)})
    said = f"{t.operator} | {e.span.start}-{e.span.end} | {e.speaker or ''} | {e.span.quote}"
    _narrative(target, "comment", said)


def number(value: float) -> str:
    """A number as XML's decimal: no exponent, no loss."""
    return format(Decimal(repr(value)), "f")
