"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables forward."""
    schema = None if op.get_bind().dialect.name == "sqlite" else "feedback"
    op.create_table(
        "feedback",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("release_week", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(16), nullable=True),
        sa.Column("reply_key", sa.LargeBinary(32), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_week", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    op.create_index("feedback_lookup", "feedback", ["lookup"], schema=schema)
    op.create_table(
        "feedback_reply",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("feedback", sa.LargeBinary(16), nullable=False),
        sa.Column("release_week", sa.String(), nullable=False),
        sa.Column("to_sender", sa.LargeBinary(), nullable=True),
        sa.Column("to_inbox", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feedback"], [f"{schema}.feedback.id" if schema else "feedback.id"]),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    op.create_index("feedback_reply_feedback", "feedback_reply", ["feedback"], schema=schema)
    op.create_table(
        "inbox",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        schema=schema,
    )
    op.create_table(
        "inbox_key",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("key_before", sa.LargeBinary(16), nullable=True),
        sa.Column("key_before_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    op.create_table(
        "inbox_key_wrap",
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("coordinator", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("memory_bytes", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("private_locked", sa.LargeBinary(), nullable=False),
        sa.Column("inbox_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("inbox", "coordinator"),
        schema=schema,
    )
    op.create_table(
        "said_did",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        schema=schema,
    )
