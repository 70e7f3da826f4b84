"""StratML Part 2 files: checked against the schema, and ours read back without loss."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hubscope.errors import BadDocumentError
from hubscope.plan.model import Plan, from_json
from hubscope.plan.out.stratml import NAMESPACE, REST

if TYPE_CHECKING:
    from lxml.etree import XMLSchema, _Element


@cache
def schema() -> XMLSchema:
    """The schema of StratML Part 2, rebuilt from its list of elements."""
    from lxml import etree

    data = files("hubscope.plan.out").joinpath("stratml.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(data))


def problems(data: bytes) -> list[str]:
    """What is wrong with a StratML file, with its line; nothing where it is valid."""
    root = _parsed(data)
    checked = schema()
    checked.validate(root)
    return [f"line {e.line}: {e.message}" for e in checked.error_log]


def _parsed(data: bytes) -> _Element:
    """The root; entities and outside references are not followed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadDocumentError(
            f"this StratML file is no XML: {error}", hint="see the named line"
        ) from None
    return root


def from_stratml(data: bytes) -> Plan:
    """The plan that `to_stratml` wrote.

    Raises:
        BadDocumentError: if the file is invalid, or valid but written by another program.
    """
    if wrong := problems(data):
        raise BadDocumentError(
            f"this StratML file is invalid: {wrong[0]}", hint="see docs/reference/plan-formats.md"
        )
    root = _parsed(data)
    said = root.findtext(_tag("OtherInformation")) or ""
    try:
        whole = json.loads(said)
        order = whole.pop("order")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise BadDocumentError(
            "this StratML file was not written by hubscope: it has no offsets to read back",
            hint="read the document itself with `hubscope plan read`",
        ) from None
    rows = {row["id"]: row for row in map(_row, root.iter(_tag("Goal"), _tag("Objective"))) if row}
    return from_json(whole | {"elements": [rows[identity] for identity in order]})


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _row(node: _Element) -> dict[str, Any] | None:
    """The JSON of one element, from a goal's other information or an objective's descriptors."""
    if node.tag == _tag("Goal"):
        if node.findtext(_tag("Identifier")) == REST:
            return None
        made: dict[str, Any] = json.loads(node.findtext(_tag("OtherInformation")) or "null")
        return made
    pairs = (
        (d.findtext(_tag("DescriptorName")), d.findtext(_tag("DescriptorValue")))
        for d in node.iter(_tag("Descriptor"))
    )
    return {
        str(name): json.loads(value or "null")
        for name, value in pairs
        if name not in ("target operator", "role")
    }
