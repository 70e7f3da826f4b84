"""An export as files: one JSON document, a table for each part, and the head hash by itself."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import head
from hubscope.calls.record.export import export, export_rows
from hubscope.calls.record.figures import figure_rows
from hubscope.errors import NotPermittedError

PRODUCER = "hubscope, record of open-competition calls"
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
    number, last = head(session)
    texts["head.txt"] = f"{number} {last}\n"
    return [write_text(folder / name, text) for name, text in texts.items()]


def write_figures(session: Session, folder: Path, now: datetime, *, hub: str, url: str) -> Path:
    """Write what the calls add to the catalogue as a file of figures; its path comes out.

    Raises:
        RefusedError: where no call has been opened.
        NotPermittedError: where the folder cannot be written.
    """
    rows = figure_rows(session, hub, now, producer=PRODUCER, url=url)
    return write_text(folder / "calls-figures.csv", export_rows(rows))


def write_text(path: Path, text: str) -> Path:
    """Write a file whole or not at all.

    Raises:
        NotPermittedError: where it cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, "utf-8")
        aside.replace(path)
    except OSError as error:
        raise NotPermittedError(f"{path} cannot be written: {error.strerror}") from error
    return path
