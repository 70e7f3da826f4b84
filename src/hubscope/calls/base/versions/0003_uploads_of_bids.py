"""Uploads by bid: the same bytes may stand in several bids, and no bidder learns of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = ("sha256", "call_id", "bid_id", "person_id", "name", "media", "size")


def upgrade() -> None:
    """Make the table anew with a key of its own; its rows are carried over."""
    bind = op.get_bind()
    rows = (
        bind.execute(sa.text(f"SELECT {', '.join(KEPT)} FROM upload")).mappings().all()
    )  # constants
    op.drop_table("upload")
    made = op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_upload_bid_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_upload_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("bid_id", "sha256", name=op.f("uq_upload_bid_id")),
    )
    op.create_index(op.f("ix_upload_call_id"), "upload", ["call_id"], unique=False)
    if rows:
        op.bulk_insert(made, [dict(row) for row in rows])
