"""Alembic migrations; `Database.migrate` applies them."""
