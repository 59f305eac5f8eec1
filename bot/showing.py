"""Showing a coordinator on the command line what waits for a person."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from bot.clock import real_clock
from bot.config import Config
from storage.database import Database
from storage.inbox import mark_done, waiting


def show_inbox(config: Config, done: int | None) -> None:
    """Print the inbox, oldest first; first mark an item as done if one is given."""
    database = Database(config.database.url)
    if done is not None:
        with database.writing() as connection:
            mark_done(connection, done, real_clock())
    with database.reading() as connection:
        table = inbox_table(connection, config.organisation.zone)
    database.close()
    Console().print(table)


def inbox_table(connection: Connection, zone: str) -> Table:
    """What waits for a person, as a table; times in this zone."""
    table = Table("item", "since", "who", "why", "their words", title="Waiting for a person")
    for item in waiting(connection):
        why = f"{item.why} (taken back)" if item.taken_back_at else item.why
        since = item.at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")
        table.add_row(str(item.id), since, item.called or "?", why, item.note or item.text or "")
    return table
