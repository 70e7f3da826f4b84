"""An export as files: one JSON document, a table for each part, and the head hash by itself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import head
from hubscope.calls.record.export import export, export_rows
from hubscope.errors import NotPermittedError

PARTS = ("needs", "bids", "reviews", "milestones", "record")


def write_export(
    session: Session, call: str, now: datetime, folder: Path, *, people: bool = False
) -> list[Path]:
    """Write the export of a call into `folder`; the files made come out, the JSON first.

    Raises:
        NotPermittedError: where the folder cannot be written.
    """
    found = export(session, call, now, people=people)
    texts = {f"{call}.json": json.dumps(found, ensure_ascii=False, indent=1)}
    texts |= {f"{call}-{part}.csv": export_rows(found[part]) for part in PARTS if found[part]}
    texts[f"{call}-figures.csv"] = export_rows(figures(found))
    number, last = head(session)
    texts["head.txt"] = f"{number} {last}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise NotPermittedError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in texts]


def figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What the call adds to the catalogue: needs, bids, contracts, calls fulfilled, money paid."""
    bids = found["bids"]
    values = {
        "call_needs_posted": sum(n["kept"] for n in found["needs"]),
        "call_bids": len(bids),
        "call_contracts": len({m["bid"] for m in found["milestones"]}),
        "calls_fulfilled": sum(b["state"] == "accepted" for b in bids),
        "call_money_paid": sum(m["paid"] for m in found["milestones"]),
    }
    year = found["exported"][:4]
    return [{"indicator": k, "year": year, "value": v} for k, v in values.items()]
