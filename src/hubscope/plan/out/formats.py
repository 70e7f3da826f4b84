"""The formats by name, each as the bytes of one file."""

from __future__ import annotations

import json
from collections.abc import Callable

from hubscope.errors import UsageError, nearest
from hubscope.plan.model import Plan, as_json


def _json(plan: Plan) -> bytes:
    return json.dumps(as_json(plan), ensure_ascii=False, indent=1).encode() + b"\n"


def _csv(plan: Plan) -> bytes:
    from hubscope.plan.out.rows import to_csv

    return to_csv(plan)


def _parquet(plan: Plan) -> bytes:
    from hubscope.plan.out.rows import to_parquet

    return to_parquet(plan)


def _jsonld(plan: Plan) -> bytes:
    from hubscope.plan.out.linked import to_jsonld

    return to_jsonld(plan)


def _stratml(plan: Plan) -> bytes:
    from hubscope.plan.out.stratml import to_stratml

    return to_stratml(plan)


def _iati(plan: Plan) -> bytes:
    from hubscope.plan.out.iati import to_iati

    return to_iati(plan)


FORMATS: dict[str, Callable[[Plan], bytes]] = {
    "json": _json,
    "csv": _csv,
    "parquet": _parquet,
    "jsonld": _jsonld,
    "stratml": _stratml,
    "iati": _iati,
}


def written(plan: Plan, to: str) -> bytes:
    """The plan as one file in the format `to`; UsageError names the formats."""
    if to not in FORMATS:
        raise UsageError(f"there is no format {to!r}", hint=nearest(to, FORMATS))
    return FORMATS[to](plan)
