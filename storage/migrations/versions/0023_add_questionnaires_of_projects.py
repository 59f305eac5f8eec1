"""Add questionnaires of projects."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "questionnaire_project",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
