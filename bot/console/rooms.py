"""Every room of the console, in the order of its menu."""

from __future__ import annotations

from bot.console import sign_in, today
from bot.console.visit import EVERYBODY, Page

ROOMS: tuple[list[Page], ...] = (
    sign_in.room.pages,
    today.room.pages,
)

MENU: tuple[tuple[str, str, frozenset[str]], ...] = (("/", "Today", EVERYBODY),)
"""The menu: where it leads, what it is called, and for whom."""
