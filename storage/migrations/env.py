"""Alembic's entry: runs the migrations on the connection that `Database.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

import storage.tables as every_table  # noqa: F401 - so that SQLModel's metadata knows them


def plain_types(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as SQLAlchemy's, so that migrations stand on their own."""
    return "sa.String()" if kind == "type" and type(thing).__name__ == "AutoString" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=plain_types,
    transaction_per_migration=False,
)
context.run_migrations()
