"""A plan as StratML Part 2 (ANSI/AIIM 22, namespace of ISO 17469): programmes are its goals.

What StratML has no place for stands in descriptors (name and value) of each objective, and in the
other information of each goal, so that `from_stratml` gives the very same plan back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hubscope.nouns import Element
from hubscope.plan.model import Plan, as_json
from hubscope.plan.out.iati import number
from hubscope.plan.out.xmltext import clean, packed

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
GOALS = ("programme", "force", "goal", "vision", "commitment", "safeguard")
"""Kinds that become a Goal; every other element becomes an Objective of the nearest of them."""
REST = "_rest"
"""Identifier of the Goal that holds elements above which there is none."""
_ID = re.compile(r"[A-Za-z_][\w.\-]*")


def to_stratml(plan: Plan) -> bytes:
    """The plan as an XML file that is valid against the schema beside this module."""
    from lxml import etree

    whole = as_json(plan)
    elements = {row["id"]: row for row in whole.pop("elements")}
    root = etree.Element(_tag("PerformancePlanOrReport"), nsmap={None: NAMESPACE})
    root.set("Type", "Strategic_Plan")
    _add(root, "Name", str(plan.document.get("title") or plan.name))
    _raw(root, "OtherInformation", packed({"order": list(elements), **whole}))
    core = _add(root, "StrategicPlanCore")
    _head(core, plan)
    goals = _goals(plan)
    for identity, members in goals.items():
        _goal(core, plan, identity, members, elements)
    about = _add(root, "AdministrativeInformation")
    if day := _day(str(plan.document.get("published", ""))):
        _add(about, "PublicationDate", day)
    etree.indent(root)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made + b"\n"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: _Element, name: str, words: str | None = None) -> _Element:
    return _raw(parent, name, None if words is None else clean(words))


def _raw(parent: _Element, name: str, words: str | None) -> _Element:
    from lxml import etree

    made = etree.SubElement(parent, _tag(name))
    made.text = words
    return made


def _day(words: str) -> str:
    found = re.match(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", words)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else ""


def _head(core: _Element, plan: Plan) -> None:
    """Organisation, vision and values as StratML's own readers look for them."""
    if publisher := plan.document.get("publisher"):
        _add(_add(core, "Organization"), "Name", str(publisher))
    for vision in plan.of("vision")[:1]:
        _add(_add(core, "Vision"), "Description", vision.span.quote)
    for principle in plan.of("principle"):
        value = _add(core, "Value")
        if principle.name:
            _add(value, "Name", principle.name)
        _add(value, "Description", principle.span.quote)


def _goals(plan: Plan) -> dict[str, list[Element]]:
    """Goal to its objectives, in document order; `REST` first where it is needed."""
    by_id = {e.id: e for e in plan.elements}
    found: dict[str, list[Element]] = {REST: []}
    found |= {e.id: [] for e in plan.elements if e.kind in GOALS}
    for element in plan.elements:
        if element.kind in GOALS:
            continue
        above = element.parent
        while above is not None and by_id[above].kind not in GOALS:
            above = by_id[above].parent
        found[above or REST].append(element)
    return {k: v for k, v in found.items() if k != REST or v or len(found) == 1}


def _goal(
    core: _Element, plan: Plan, identity: str, members: list[Element], rows: dict[str, Any]
) -> None:
    goal = _add(core, "Goal")
    own = None if identity == REST else plan.get(identity)
    _add(goal, "Name", (own.name or own.span.quote) if own else "Elements of no goal")
    _add(goal, "Description", own.span.quote if own else "")
    _add(goal, "Identifier", xml_id(identity))
    if own and own.ordinal:
        _add(goal, "SequenceIndicator", str(own.ordinal))
    if own and own.speaker:
        _speaker(goal, own.speaker)
    if own:
        _raw(goal, "OtherInformation", packed(rows[identity]))
    for element in members:
        _objective(goal, element, rows[element.id])


def xml_id(identity: str) -> str:
    """An id that XML takes: letters, digits, dots and hyphens, not starting with a digit."""
    return identity if _ID.fullmatch(identity) else "_" + identity.encode().hex()


def _speaker(parent: _Element, name: str) -> None:
    holder = _add(parent, "Stakeholder")
    holder.set("StakeholderTypeType", "Person")
    _add(holder, "Name", name)


def _objective(goal: _Element, element: Element, row: dict[str, Any]) -> None:
    made = _add(goal, "Objective")
    _add(made, "Name", element.name or element.span.quote)
    _add(made, "Description", element.span.quote)
    _add(made, "Identifier", xml_id(element.id))
    if element.ordinal:
        _add(made, "SequenceIndicator", str(element.ordinal))
    if element.speaker:
        _speaker(made, element.speaker)
    _indicator(made, element, row)


def _indicator(objective: _Element, element: Element, row: dict[str, Any]) -> None:
    target = element.target
    made = _add(objective, "PerformanceIndicator")
    made.set("PerformanceIndicatorType", "Quantitative" if target else "Qualitative")
    _add(made, "MeasurementDimension", target.indicator if target else element.kind)
    _add(made, "UnitOfMeasurement", target.unit if target else "")
    instance = _add(made, "MeasurementInstance")
    if target:
        _asked(instance, element)
    for name, value in row.items():
        _descriptor(_add(instance, "TargetResult"), name, packed(value))
    if target and target.baseline:
        actual = _add(instance, "ActualResult")
        if target.baseline.year:
            _add(actual, "EndDate", f"{target.baseline.year:04d}-12-31")
        _add(actual, "NumberOfUnits", number(target.baseline.quantity))
        _descriptor(actual, "role", "baseline")


def _asked(instance: _Element, element: Element) -> None:
    """The target as StratML's own readers look for it."""
    target = element.target
    assert target is not None
    result = _add(instance, "TargetResult")
    if target.year:
        _add(result, "EndDate", f"{target.year:04d}-12-31")
    if target.quantity is not None:
        _add(result, "NumberOfUnits", number(target.quantity))
    _descriptor(result, "target operator", target.operator)
    _add(result, "Description", element.span.quote)


def _descriptor(result: _Element, name: str, value: str) -> None:
    made = _add(result, "Descriptor")
    _add(made, "DescriptorName", name)
    _raw(made, "DescriptorValue", value)
