"""What every page of the console is given: who is there, what they sent, the database, and the ways to answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.own_alerts import themselves
from bot.times import zone_of
from storage import accounts, sent_forms
from storage.accounts import Colleague
from storage.own import Themselves

if TYPE_CHECKING:
    from bot.console.app import Console

Result = TypeVar("Result")
HOME = "/console/"
LARGEST_KEY = 2**63 - 1  # no database knows a larger one
LOCKED_AFTER = timedelta(minutes=20)
SIGNED_OUT_AFTER = timedelta(hours=12)

COORDINATOR, LEAD, SAFEGUARDING, ADMIN = "coordinator", "lead", "safeguarding", "admin"
ROLES: Mapping[str, str] = {
    COORDINATOR: "looks after volunteers and projects",
    LEAD: "a coordinator who leads others, and reads every report",
    SAFEGUARDING: "is answerable for alerts, signs off words about danger, and reads the audit log",
    ADMIN: "lets people of the team in and out, and reads settings and the audit log; sees no volunteer's words",
}
WITH_PEOPLE = frozenset({COORDINATOR, LEAD, SAFEGUARDING})
"""Who works with volunteers."""
EVERYBODY = frozenset(ROLES)


class SentAlready(Exception):
    """This very form is done, or is being done just now."""


FEW_ROOMS = 8
"""So many stand at the top together."""
MenuLines = Sequence[tuple[str, str, frozenset[str]]]
"""A menu: where each line leads, what it is called, and for whom."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu, on a page: where it leads, what it is called, and whether the page is in that room."""

    path: str
    name: str
    is_here: bool


class NotThere(Exception):
    """There is no such thing, or it is none of theirs; which of the two is not said."""


@dataclass(frozen=True)
class Page:
    """One address of the console.

    Attributes:
        path: Below "/console", with {names} as Starlette has them.
        method: "GET" to look, "POST" to do.
        may: The roles that may; None: whoever comes, signed in or not.
        answers: Makes the answer; in a thread of its own, so it may wait for the database.
        again: For a POST, the page that is shown again with what was typed when it can't be done.
    """

    path: str
    method: str
    may: frozenset[str] | None
    answers: Callable[[Visit], Response]
    again: Callable[[Visit], Response] | None = None


class Room:
    """Pages that belong together; each function below a decorator answers one address."""

    def __init__(self) -> None:
        self.pages: list[Page] = []

    def shows(self, path: str, may: frozenset[str] | None) -> Callable[[PageFunction], PageFunction]:
        """Make a function the page at an address."""

        def add(answers: PageFunction) -> PageFunction:
            self.pages.append(Page(path, "GET", may, answers))
            return answers

        return add

    def does(
        self, path: str, may: frozenset[str] | None, again: PageFunction | None = None
    ) -> Callable[[PageFunction], PageFunction]:
        """Make a function what a form at an address does; `NotDone` shows `again` with what was typed and why."""

        def add(answers: PageFunction) -> PageFunction:
            self.pages.append(Page(path, "POST", may, answers, again))
            return answers

        return add


@dataclass
class Visit:
    """One request.

    Attributes:
        console: The house that is visited.
        request: As it came.
        now: What time it is.
        sent: The form that was sent; empty for a look.
        colleague: Who is signed in; None: nobody.
        token: What their cookie holds.
        said: What the last page left to be said on this one.
        problem: Why what they asked for was not done.
        once: What tells this form, as it was filled in, from all others; empty: it can be sent as often as they like.
        is_marked: Whether it is known to be done.
    """

    console: Console
    request: Request
    now: datetime
    sent: FormData = field(default_factory=FormData)
    colleague: Colleague | None = None
    token: str = ""
    said: str | None = None
    problem: str | None = None
    once: str = ""
    is_marked: bool = False

    # -- who and what ----------------------------------------------------------------------------------

    @property
    def who(self) -> Colleague:
        """Who is signed in; the way in has seen to it that somebody is."""
        if self.colleague is None:
            raise NotThere
        return self.colleague

    @property
    def projects(self) -> frozenset[int] | None:
        """The projects whose people they may see; None: all."""
        return self.who.projects

    @property
    def themselves(self) -> Themselves:
        """Who they are as a person of whom there may be rows: what is said of them in danger is not for their eyes."""
        return themselves(self.console.house.safeguarding, self.who.name)

    def is_a(self, *roles: str) -> bool:
        """Whether they have one of these roles."""
        return self.colleague is not None and not self.colleague.roles.isdisjoint(roles)

    def number(self, name: str) -> int:
        """A number in the address.

        Raises:
            NotThere: It is none.
        """
        found = number_in(str(self.request.path_params.get(name, "")))
        if found is None:
            raise NotThere
        return found

    def typed(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field or chosen, without spaces at its ends; `otherwise`, if it was not sent."""
        value = self.sent.get(name)
        return that_can_be_kept(value).replace("\r\n", "\n").strip() if isinstance(value, str) else otherwise

    def chosen(self, name: str) -> list[str]:
        """Everything that was ticked in a group of boxes."""
        return [that_can_be_kept(value) for value in self.sent.getlist(name) if isinstance(value, str)]

    def file(self, name: str) -> bytes:
        """A file that was sent along; empty, if none was."""
        value = self.sent.get(name)
        return value.file.read() if isinstance(value, UploadFile) else b""

    def asked(self, name: str, otherwise: str = "") -> str:
        """What stands in the address behind the question mark."""
        return that_can_be_kept(self.request.query_params.get(name, otherwise)).strip()

    @property
    def looks_again(self) -> bool:
        """Whether an open page looks again by itself, since something has changed, or on the way to the next page."""
        return self.request.method == "GET" and self.request.headers.get("x-live") is not None

    @property
    def mark(self) -> str:
        """What every form carries, so that it can only have come from a page of this session."""
        return hmac.new(self.token.encode(), b"a form of this session", hashlib.sha256).hexdigest()

    @property
    def marked(self) -> Markup:
        """The mark as a hidden field, with a number that no other form has: with it, two clicks are one."""
        return Markup(
            '<input type="hidden" name="mark" value="{}"><input type="hidden" name="form" value="{}">'
        ).format(self.mark, token_urlsafe(9))

    @property
    def form_key(self) -> str:
        """The hash of a form with its number and all that was typed and chosen in it; empty for one without a number.

        Of a page that was gone back to, the same form with other words is another one.
        """
        if not self.typed("form"):
            return ""
        parts = [self.token, self.request.url.path]
        for name, value in self.sent.multi_items():
            parts += [name, value if isinstance(value, str) else hashlib.sha256(value.file.read()).hexdigest()]
            if not isinstance(value, str):
                value.file.seek(0)
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def is_in(self, path: str) -> bool:
        """Whether this page belongs to the room at a path of the menu."""
        here = self.request.url.path.removeprefix("/console")
        return here == path or (path != "/" and here.startswith(f"{path}/"))

    @property
    def menu(self) -> tuple[list[Entry], list[Entry]]:
        """The rooms they may enter: those that stand at the top, and those behind "More", if there are many."""
        rooms, more = self._entries(self.console.menu), self._entries(self.console.more)
        return (rooms, more) if len(rooms) + len(more) > FEW_ROOMS else (rooms + more, [])

    def _entries(self, menu: MenuLines) -> list[Entry]:
        return [Entry(path, name, self.is_in(path)) for path, name, may in menu if self.is_a(*may)]

    # -- the database ----------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, never the store thread's."""
        with self.console.service.database.reading() as connection:
            yield connection

    def write(
        self,
        work: Callable[[Connection], Result],
        did: str | None = None,
        about: str | None = None,
        note: str | None = None,
    ) -> Result:
        """Do something in one transaction of the store thread, and tell senders and open pages that there is news.

        Args:
            work: What is done; it may be run again, so it changes nothing but the database.
            did: What the audit log says of it; None: it is nothing worth a line.
            about: What it is about: "person:123".
            note: The reason that was given.

        Raises:
            NotDone: From the work; nothing was changed then.
            SentAlready: This form was sent before; nothing was changed.
        """
        once = "" if self.is_marked else self.once

        def recorded(connection: Connection) -> Result:
            if once and not sent_forms.mark_sent(connection, once, self.now):
                raise SentAlready
            result = work(connection)
            if did is not None:
                accounts.record(connection, self.who.name, did, self.now, about, note)
            return result

        result: Result = self.console.service.store.submit(_each_alone, recorded).result()
        self.is_marked = bool(self.once)
        self.console.has_changed()
        return result

    def saw(self, what: str, about: str, note: str | None = None) -> None:
        """Note in the audit log that they were shown something."""
        name, now = self.who.name, self.now
        self.console.service.store.submit(
            _each_alone, lambda connection: accounts.record(connection, name, what, now, about, note)
        ).result()

    def saw_each(self, what: str, things: Mapping[str, str]) -> None:
        """Note that they were shown these things, each once: pages look again by themselves, and that is no new look.

        Args:
            what: "saw what they wrote".
            things: What each is about ("person:123"), by what tells it from the others ("inbox:456").
        """
        with self.reading() as connection:
            new = things.keys() - accounts.has_seen(connection, self.who.name, what, things)
        name, now = self.who.name, self.now

        def note_all(connection: Connection) -> None:
            for each in sorted(new):
                accounts.record(connection, name, what, now, things[each], each)

        if new:
            self.console.service.store.submit(_each_alone, note_all).result()

    def saw_in_the_week(self, what: str, monday: date) -> None:
        """Note in the audit log that they were shown something in a week, and no time: nobody's page looks again."""
        name = self.who.name
        at = datetime.combine(monday, time(), zone_of(self.console.house.zone))
        self.console.service.store.submit(
            _each_alone, lambda connection: accounts.record_in_the_week(connection, name, what, at)
        ).result()

    # -- answers ---------------------------------------------------------------------------------------

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page, drawn from its template; every value is escaped."""
        text = self.console.templates.get_template(template).render(visit=self, **values)
        return HTMLResponse(text, 422 if self.problem and status == 200 else status)

    def go(self, path: str, said: str | Sequence[str] | None = None) -> Response:
        """Go on to another page of the console, which says this on top.

        Args:
            path: Below "/console".
            said: One sentence, or the lines that a function of ours gave back.
        """
        if said and self.colleague is not None:
            text, token = said if isinstance(said, str) else "\n".join(said), self.token
            self.console.service.store.submit(
                _each_alone, lambda connection: accounts.touch_session(connection, token, said=text)
            ).result()
        return RedirectResponse(HOME + path.lstrip("/"), 303)

    def settle_form(self, answer: Response | None) -> None:
        """Once a form was answered: keep where it led, or let it be sent again where it led nowhere."""
        if not self.is_marked:
            return
        key, path = self.once, answer.headers.get("location") if answer is not None else None

        def settle(connection: Connection) -> None:
            if path is None:
                sent_forms.may_be_sent_again(connection, key)
            else:
                sent_forms.keep_where_it_led(connection, key, path)

        self.console.service.store.submit(_each_alone, settle).result()

    # -- for templates ---------------------------------------------------------------------------------

    def moment(self, at: datetime | None) -> str:
        """A day and a time by the clocks of the house; empty for None."""
        if at is None:
            return ""
        here, today = at.astimezone(zone_of(self.console.house.zone)), self.today
        if here.date() == today:
            return f"today {here:%H:%M}"
        return f"{here:%a %d %b %H:%M}" if here.year == today.year else f"{here:%d %b %Y %H:%M}"

    @property
    def today(self) -> Any:
        """The day that it is where the house is."""
        return self.now.astimezone(zone_of(self.console.house.zone)).date()

    @property
    def here(self) -> str:
        """The path of this page, with its question."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path


PageFunction = Callable[[Visit], Response]


def that_can_be_kept(typed: str) -> str:
    """What was typed without NUL and lone surrogates, which no database takes and no page can show."""
    return typed.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def number_in(typed: str) -> int | None:
    """The number that was typed, if any row could have it as its key."""
    is_one = typed.isdecimal() and len(typed) <= len(str(LARGEST_KEY)) and int(typed) <= LARGEST_KEY
    return int(typed) if is_one else None


def inside(path: str) -> str:
    """A path that somebody wants to come back to, if it is one of ours; otherwise the first page."""
    parts = urlsplit(path)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(HOME) and "\\" not in path
    return path.removeprefix(HOME.rstrip("/")) if is_ours and ".." not in parts.path else "/"


def _each_alone(connection: Connection, works: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    return [work(connection) for work in works]
