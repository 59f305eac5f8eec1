"""Alembic's entry: runs the migrations on the connection that `FeedbackDatabase.migrate` hands over."""

from alembic import context
from sqlalchemy import inspect
from sqlalchemy.schema import CreateSchema

from storage.feedback.tables import METADATA, SCHEMA

connection = context.config.attributes["connection"]
has_schemas = connection.dialect.name != "sqlite"
if has_schemas and not inspect(connection).has_schema(SCHEMA):
    connection.execute(CreateSchema(SCHEMA))
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table_schema=SCHEMA if has_schemas else None,
    transaction_per_migration=False,
)
context.run_migrations()
