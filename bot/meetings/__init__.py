"""Meetings: who is invited, who comes, who is reminded when, and what came of it."""
