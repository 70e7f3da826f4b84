"""A gold file with the document it annotates, read and scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError
from hubscope.plan.read import NoPlanError, read_plan
from hubscope.plan.score import Scores, score


def scored(path: Path) -> Scores:
    """The agreement of the reader with the gold in `path`; its document stands beside it.

    Raises:
        BadDataError: if the file is no gold or its offsets do not fit its document.
        BadDocumentError: if the document cannot be read.
    """
    gold = _gold(path)
    try:
        plan = read_plan(path.with_name(str(gold["doc"])))
    except NoPlanError as error:
        plan = error.plan
    for row in gold["elements"]:
        if plan.text[row["start"] : row["end"]] != row["quote"]:
            raise BadDataError(
                f"{path}: element {row['id']} quotes other words than {gold['doc']} has there",
                hint="offsets count code points of the unmodified text, end exclusive",
            )
    return score(gold, plan)


def _gold(path: Path) -> dict[str, Any]:
    try:
        gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadDataError(
            f"{path} cannot be read: {error.strerror}", hint="name the .gold.json file"
        ) from error
    except ValueError as error:
        raise BadDataError(f"{path} is no JSON: {error}", hint="check the named line") from error
    keys = {"id", "kind", "start", "end", "quote"}
    rows = gold.get("elements") if isinstance(gold, dict) else None
    if not isinstance(rows, list) or "doc" not in gold or any(keys - set(r) for r in rows):
        raise BadDataError(
            f"{path} is no gold: it needs `doc` and `elements` with {', '.join(sorted(keys))}",
            hint="see docs/reference/plan-reader.md",
        )
    return gold
