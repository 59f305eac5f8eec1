"""The page with the phones: type, tap, move the clock. Plain forms; a little script only spares the reload."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.visit import EVERYBODY, NotThere, Page, Visit
from bot.handsets.trying import Trying
from bot.projects.keeping import NotDone
from bot.simulation import PASSPHRASE, Person
from bot.times import zone_of

HERE = Path(__file__).parent
STYLE, SCRIPT = "handsets.css", "handsets.js"
TYPING = timedelta(seconds=3)  # for a message; at once, thirty would be taken for a flood
TOMORROW = "to tomorrow morning"
SPANS = {
    "10 minutes": timedelta(minutes=10),
    "1 hour": timedelta(hours=1),
    TOMORROW: None,
    "1 week": timedelta(weeks=1),
}
MORNING = time(10, 5)
LONGEST_TEXT = 1000
PATIENCE_SECONDS = 120.0


class HandsetRoom:
    """The pages, for `bot.console.app.Console`.

    Args:
        trying: What they show and move.
        loop: Where the simulated world lives; pages are made in threads of their own.
    """

    def __init__(self, trying: Trying, loop: asyncio.AbstractEventLoop) -> None:
        self._trying = trying
        self._loop = loop
        self._alone = asyncio.Lock()

    def pages(self) -> list[Page]:
        """All of them."""
        return [
            Page("/come-in/{code}", "GET", None, self.come_in),
            Page("/handsets", "GET", EVERYBODY, self.phones),
            Page("/handsets/clock", "POST", EVERYBODY, self.move_clock, self.phones),
            Page("/handsets/{key}/text", "POST", EVERYBODY, self.text, self.phones),
            Page("/handsets/{key}/tap", "POST", EVERYBODY, self.tap, self.phones),
            Page(f"/handsets/{STYLE}", "GET", None, _file(STYLE, "text/css")),
            Page(f"/handsets/{SCRIPT}", "GET", None, _file(SCRIPT, "text/javascript")),
        ]

    # -- in --------------------------------------------------------------------------------------------

    def come_in(self, visit: Visit) -> Response:
        """Sign in by the address that the terminal printed, once; until there is anything to see, wait here."""
        if visit.colleague is not None:
            return visit.go("/handsets")
        code = visit.request.path_params["code"]
        if self._trying.is_the_code(code) and not self._trying.is_ready:
            waiting = visit.page("come_in.html", day=self._trying.day)
            waiting.headers["Refresh"] = "1"
            return waiting
        if not self._trying.use_code(code):
            return visit.page("come_in.html", 403, day=None)
        return visit.console.set_cookie(visit.go("/handsets"), visit.console.sign_in(visit, self._trying.account_id))

    # -- look ------------------------------------------------------------------------------------------

    def phones(self, visit: Visit) -> Response:
        """The phones that are asked for, side by side."""
        asked = visit.chosen("phone") or visit.request.query_params.getlist("phone")
        phones = self._trying.shelf.look(asked)
        shown = [each.name for each in phones if each.is_shown]
        return visit.page(
            "handsets.html",
            phones=phones,
            shown=shown,
            with_=lambda name: _address([*shown, name]),
            without=lambda name: _address([each for each in shown if each != name] or ["nobody"]),
            spans=SPANS,
            passphrase=PASSPHRASE,
            now=visit.now.astimezone(zone_of(visit.console.house.zone)),
            style=f"/console/handsets/{STYLE}",
            script=f"/console/handsets/{SCRIPT}",
        )

    # -- do --------------------------------------------------------------------------------------------

    def text(self, visit: Visit) -> Response:
        """Somebody types something."""
        person, words = self._owner(visit), visit.typed("words")
        if not words:
            raise NotDone(f"Please type what {person.name} would send.")

        async def send() -> None:
            await self._trying.world.later(TYPING)
            await self._trying.world.text(person, words[:LONGEST_TEXT])

        return self._done(visit, send, person.name)

    def tap(self, visit: Visit) -> Response:
        """Somebody taps a button."""
        person, label = self._owner(visit), visit.typed("label")

        async def tap() -> None:
            await self._trying.world.later(TYPING)
            try:
                await self._trying.world.tap(person, label)
            except LookupError:
                raise NotDone("That button is not on the screen any more.") from None

        return self._done(visit, tap, person.name)

    def move_clock(self, visit: Visit) -> Response:
        """Time passes; whoever is due is written to."""
        chosen = visit.typed("by")
        if chosen not in SPANS:
            raise NotDone("Please choose how far the clock should move.")

        async def move() -> None:
            now = self._trying.world.clock()
            await self._trying.move_clock(SPANS[chosen] or self._until_morning(now))

        return self._done(visit, move)

    def _until_morning(self, now: datetime) -> timedelta:
        here = now.astimezone(zone_of(self._trying.world.service.voice.house.zone))
        return datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo) - now

    def _done(self, visit: Visit, work: Callable[[], Awaitable[None]], name: str | None = None) -> Response:
        async def alone() -> None:
            async with self._alone:
                await work()

        asyncio.run_coroutine_threadsafe(alone(), self._loop).result(PATIENCE_SECONDS)
        visit.console.has_changed()
        shown = visit.chosen("phone")
        return visit.go(_address(shown).removeprefix("/console") + (f"#{name.casefold()}" if name else ""))

    def _owner(self, visit: Visit) -> Person:
        person = self._trying.shelf.owner(visit.request.path_params["key"])
        if person is None:
            raise NotThere
        return person


def _address(names: list[str]) -> str:
    question = urlencode([("phone", name) for name in dict.fromkeys(names)])
    return f"/console/handsets?{question}" if question else "/console/handsets"


def _file(name: str, media_type: str) -> Callable[[Visit], Response]:
    def answer(visit: Visit) -> Response:
        return Response((HERE / "static" / name).read_bytes(), media_type=media_type)

    return answer
