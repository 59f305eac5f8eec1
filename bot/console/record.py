"""The audit log: who of the team saw and did what. It can be read here and changed nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console import log_words
from bot.console.visit import ADMIN, SAFEGUARDING, WITH_PEOPLE, NotThere, Room, Visit, number_in
from bot.own_alerts import of_others
from storage import accounts
from storage.alerts import alerts_with_ids

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
        own = _about_their_own(visit, connection, [about, *(each.about for each in lines)])
        if about in own:
            raise NotThere
        reader = log_words.Reader(connection, visit.projects, visit.is_a(*WITH_PEOPLE))
        things = log_words.things(reader, [each for each in (*(line.about for line in lines), about) if each])
    more = lines[A_PAGE - 1].id if len(lines) > A_PAGE else None
    return visit.page(
        "log.html",
        lines=[each for each in lines[:A_PAGE] if each.about not in own],
        names=names,
        who=who,
        about=about,
        more=more,
        older=older_than,
        things=things,
        in_words=log_words.in_words,
        is_a_key=log_words.IS_A_KEY,
    )


def _about_their_own(visit: Visit, connection: Connection, named: Sequence[str | None]) -> set[str]:
    """What colleagues did about an alert of the reader's own is not for the reader."""
    about = {each for each in named if each and each.startswith("alert:")}
    ids = [its_id for each in about if (its_id := number_in(each.partition(":")[2])) is not None]
    found = alerts_with_ids(connection, ids)
    others = of_others(connection, visit.console.house.safeguarding, found, visit.who.name)
    return {f"alert:{each.id}" for each in found if each not in others}
