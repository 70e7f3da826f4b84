"""Who walks the synthetic round: its tables, its clock, and one step at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Bid, Milestone
from hubscope.calls.desk.act import act
from hubscope.calls.desk.case import Actor
from hubscope.calls.intake import load
from hubscope.calls.intake.sheet import read_path

CALL = "round"
START = datetime(2023, 3, 6, 1, tzinfo=UTC)
"""So long ago that every contract has fallen due: the share of fulfilled calls can be seen."""
SEED = 20260302


class Walk:
    """A round with its clock; `do` takes one step as the operator."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.now = START

    def do(
        self, action: str, body: dict[str, Any] | None = None, *, bid: str = "", role: str = ""
    ) -> dict[str, Any]:
        """Take a step now."""
        actor = Actor(acts_as=role)
        return act(self.database, CALL, action, body, actor=actor, now=self.now, bid=bid)

    def table(self, kind: str, file: str) -> int:
        """Import a table now."""
        rows = read_path(self.folder / file)
        return load(self.database, CALL, kind, rows, actor=Actor(), now=self.now)

    def bid(self, code: str) -> Bid:
        """A bid as it stands in the table."""
        with self.database.read() as session:
            query = select(Bid).where(Bid.call_id == CALL, Bid.code == code)
            return session.scalars(query).one()

    def milestones(self, code: str) -> dict[int, dict[str, Any]]:
        """What was frozen at signature, by number; 0 is the final test."""
        with self.database.read() as session:
            query = select(Milestone).where(Milestone.bid_id == self.bid(code).id)
            return {m.number: dict(m.body) for m in session.scalars(query)}
