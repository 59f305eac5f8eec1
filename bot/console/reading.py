"""Words of somebody in danger that a page shows outside the alert: that they were read stands in the alert's record."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from bot.console.visit import Visit
from storage import alerts

WHERE = "on a page of the console"


def read_words_of(visit: Visit, shown: Mapping[int, Collection[str]]) -> None:
    """Write down in the record of each alert whose words are among these that they have read it, once.

    READ still sends all its words: what they have seen of them here may not have been all.

    Args:
        visit: Whose page it is.
        shown: What the page shows of each person's words, by the person's id.
    """
    name, now = visit.who.name, visit.now
    with visit.reading() as connection:
        is_new = bool(shown) and bool(alerts.alerts_shown(connection, shown, name))

    def note(connection: Connection) -> None:
        for alert_id in alerts.alerts_shown(connection, shown, name):
            alerts.record(connection, alert_id, now, "read", who=name, note=WHERE)

    if is_new:
        visit.write(note)
