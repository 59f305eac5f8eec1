"""The audit log: who of the team saw and did what. It can be read here and changed nowhere."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.visit import ADMIN, SAFEGUARDING, Room, Visit
from storage import accounts

room = Room()
A_PAGE = 50
READERS = frozenset({SAFEGUARDING, ADMIN})


@room.shows("/log", READERS)
def log(visit: Visit) -> Response:
    """The newest lines first; of one person of the team, or about one thing, if that is asked for."""
    who, about, before = visit.asked("who"), visit.asked("about"), visit.asked("before")
    older_than = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    with visit.reading() as connection:
        lines = accounts.recorded(connection, who=who, about=about, before=older_than, limit=A_PAGE + 1)
        names = accounts.who_is_recorded(connection)
    more = lines[A_PAGE - 1].id if len(lines) > A_PAGE else None
    return visit.page("log.html", lines=lines[:A_PAGE], names=names, who=who, about=about, more=more, older=older_than)
