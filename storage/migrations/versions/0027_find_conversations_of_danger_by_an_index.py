"""Find conversations about danger by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Bring the tables forward."""
    about_danger = sa.text("state = 'open' AND flow = 'safety'")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            "conversation_of_danger", ["front_at"], sqlite_where=about_danger, postgresql_where=about_danger
        )
