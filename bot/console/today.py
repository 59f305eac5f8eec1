"""Today: who needs a person, and what is due."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.visit import EVERYBODY, WITH_PEOPLE, Room, Visit

room = Room()


@room.shows("/", may=EVERYBODY)
def today(visit: Visit) -> Response:
    """The first page."""
    return visit.page("today.html", with_people=visit.is_a(*WITH_PEOPLE))
