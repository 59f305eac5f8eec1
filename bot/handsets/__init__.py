"""Simulated phones side by side in the console, with a clock to move: only `alongside try` ever has them.

Nothing that runs for real may know this folder; a contract in `pyproject.toml` and `tests/bot/handsets` hold it so.
"""
