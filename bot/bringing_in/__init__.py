"""Bringing people in: a list of those who have agreed, and a poster for the wall."""
