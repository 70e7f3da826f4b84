"""What bidders declare of themselves, notices to be sent, and accounts at another house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hubscope.calls.base import models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables; what is there stays as it is."""
    op.add_column("party", sa.Column("ties", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "person", sa.Column("language", sa.String(length=2), nullable=False, server_default="zh")
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_table(
        "knock",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("then", sa.String(length=300), nullable=False),
        sa.Column("expires", models.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_knock")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=False),
        sa.Column("bid", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", models.Moment(), nullable=False),
        sa.Column("due", models.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", models.Moment(), nullable=True),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_notice_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(op.f("ix_notice_call_id"), "notice", ["call_id"], unique=False)
    op.create_index(op.f("ix_notice_due"), "notice", ["due"], unique=False)
