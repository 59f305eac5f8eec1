"""Add of whom a message speaks."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Bring the tables forward."""
    for table in ("message", "outbox"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("about_id", sa.BigInteger(), nullable=True))
            batch_op.create_index(
                f"{table}_about",
                ["about_id"],
                sqlite_where=sa.text("about_id IS NOT NULL"),
                postgresql_where=sa.text("about_id IS NOT NULL"),
            )
