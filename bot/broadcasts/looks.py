"""Looks at drafts to very many people, kept while somebody has one before them: to count all of them takes a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.broadcasts.keeping import audience_of
from bot.broadcasts.preview import Preview, look
from bot.broadcasts.wording import Office, Wording

MANY = 5_000
KEPT = timedelta(minutes=2)  # no longer: it shows names, and somebody may have said STOP


@dataclass(frozen=True)
class Look:
    """What was seen, when, and with which words and facts of the house."""

    seen: Preview
    at: datetime
    office: Office


class Looks:
    """What was seen of drafts lately; a draft's words and audience never change.

    Whom it goes to is found anew when it is confirmed, so nothing that is kept here decides anything.
    """

    def __init__(self) -> None:
        self._kept: dict[int, Look] = {}

    def at(self, connection: Connection, row: Row[Any], office: Office, now: datetime) -> Look:
        """A look at a draft as it is now; one of the last two minutes, where it is meant for more than `MANY`."""
        kept = {each: known for each, known in self._kept.items() if timedelta() <= now - known.at < KEPT}
        found = kept.get(row.id)
        if found is None or found.office != office:
            wording, audience = Wording.from_json(row.wording), audience_of(connection, row)
            seen, meant = look(connection, wording, audience, row.begins_at, office, now)
            found = Look(seen, now, office)
            if len(meant) > MANY:
                kept[row.id] = found
        self._kept = kept
        return found
