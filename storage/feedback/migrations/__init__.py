"""Alembic migrations of the feedback database; `FeedbackDatabase.migrate` applies them."""
