"""The way in to the console: who is it, may they, did they mean it; then the page, and what every answer carries.

Asked in this order, and a page is only reached through all of them: the session's cookie, whether it was left lying
about for too long, the roles that the page names, and for a form its mark and the browser's own word that it came
from one of our pages. `tests/bot/console/test_every_page.py` holds every page against every role.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import jinja2
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.broadcasts.looks import Looks
from bot.console.feedback.opened import OpenInboxes
from bot.console.live import Live
from bot.console.passwords import Gate
from bot.console.rooms import MENU, MORE, ROOMS
from bot.console.sign_in import NEEDS_A_SECOND_STEP
from bot.console.visit import (
    HOME,
    LOCKED_AFTER,
    ROLES,
    SIGNED_OUT_AFTER,
    MenuLines,
    NotThere,
    Page,
    SentAlready,
    Visit,
)
from bot.house import House
from bot.logs import where
from bot.people import NobodyMeant
from bot.projects.keeping import NotDone
from storage import accounts, sent_forms
from storage.accounts import Colleague
from storage.store import StoreClosed

if TYPE_CHECKING:
    from bot.service import Service

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
TIDY_SECONDS = 60
WAIT_FOR_THE_FIRST_SECONDS, LOOKS = 0.1, 30  # of two clicks; what a form asks for takes no longer
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session was last used
LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 500
NEVER_SHOWN = frozenset({"mark", "password", "again", "old", "passphrase", "code", "secret"})
ONLY_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": ONLY_OURS,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class _Key(Convertor[str]):
    """Digits in an address, as many as a key can have; whether they are one, `Visit.number` says."""

    regex = "[0-9]{1,19}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("key", _Key())


class TooLarge(Exception):
    """More was sent than a form of ours can hold."""


class Console:
    """The console of a running service, as one ASGI application.

    Args:
        service: Whose console it is.
        public_url: Where browsers find it; with https, cookies are sent by no other way.
        config: What the settings page shows; None where there is no file.
        rooms: What is in it besides `ROOMS`.
        second_step: Whether those with more rights must sign in with a code as well.
    """

    def __init__(
        self,
        service: Service,
        public_url: str = "",
        config: Any = None,
        rooms: Sequence[Sequence[Page]] = (),
        *,
        second_step: bool = True,
    ) -> None:
        self._second_step = second_step
        self.public_url = public_url
        self.service = service
        self.config = config
        self.pages = [page for room in (*ROOMS, *rooms) for page in room]
        self.menu: MenuLines = MENU
        self.more: MenuLines = MORE
        self.gate = Gate()
        self.opened = OpenInboxes()
        self.looks = Looks()
        self._tidying: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_https = urlsplit(public_url).scheme == "https"
        self.cookie = "__Host-alongside" if self._is_https else "alongside"
        self.live = Live(service, self.cookie)
        self._static = StaticFiles(directory=HERE / "static")
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            lstrip_blocks=True,
        )
        self.templates.globals |= {"static": _addresses_of_static(), "ROLES": ROLES, "house": self.house}
        app = Starlette(routes=self._routes(), exception_handlers={404: _no_such_page, 405: _no_such_page})
        self.app: ASGIApp = _Guarded(app, self._is_https)

    @property
    def house(self) -> House:
        """What is known of the organisation."""
        return self.service.voice.house

    def has_changed(self) -> None:
        """Something was written: senders look into the outbox, and open pages look again."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.service.wake, self.service.wakes)
        self.live.has_changed()
        if len(self.opened):
            self._tidy()

    def keep_tidying(self) -> None:
        """Look every minute whether whoever has opened the inbox of feedback is still there; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tidy_later)

    def _tidy_later(self) -> None:
        if self._tidying is None and self._loop is not None:
            self._tidying = self._loop.call_later(TIDY_SECONDS, self._tidy_now)

    def _tidy_now(self) -> None:
        self._tidying = None
        if self._loop is not None and len(self.opened):
            self._loop.run_in_executor(None, self._tidy)
            self._tidy_later()

    def _tidy(self) -> None:
        now = self.service.clock()

        def signed_in(tokens: Collection[str]) -> Collection[str]:
            with self.service.database.reading() as connection:
                return accounts.signed_in_of(connection, tokens, now - SIGNED_OUT_AFTER, now - LOCKED_AFTER)

        self.opened.tidy(now, signed_in)

    def sign_in(self, visit: Visit, account_id: int) -> str:
        """Begin a session instead of the one that this browser had; the token for its cookie, new each time."""
        from secrets import token_urlsafe

        token, browser = token_urlsafe(32), visit.request.headers.get("user-agent", "")[:200]
        before = visit.request.cookies.get(self.cookie, "")

        def begin(connection: Connection) -> None:
            accounts.end_session(connection, before)
            accounts.end_old_sessions(connection, visit.now - SIGNED_OUT_AFTER)
            accounts.begin_session(connection, account_id, token, browser, visit.now)

        visit.write(begin)
        return token

    def set_cookie(self, answer: Response, token: str) -> Response:
        """Hand a browser its session; without a token, take it away."""
        answer.set_cookie(
            self.cookie,
            token,
            max_age=int(SIGNED_OUT_AFTER.total_seconds()) if token else 0,
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="lax",
        )
        return answer

    # -- the way in ------------------------------------------------------------------------------------

    def _routes(self) -> list[BaseRoute]:
        by_path: dict[str, dict[str, Page]] = {}
        for page in self.pages:
            by_path.setdefault(page.path, {})[page.method] = page
        routes: list[BaseRoute] = [
            Route("/console", lambda _request: RedirectResponse(HOME, 307)),
            WebSocketRoute("/console/live", self.live.listen),
            Mount("/console/static", self._static),
        ]
        for path, pages in by_path.items():
            address = path.replace(":int}", ":key}")
            routes.append(Route(f"/console{address}", self._endpoint(pages), methods=list(pages)))
        return routes

    def _endpoint(self, pages: dict[str, Page]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            page = pages["POST" if request.method == "POST" else "GET"]
            visit = Visit(self, request, self.service.clock())
            self._loop = asyncio.get_running_loop()
            try:
                if request.method == "POST":
                    visit.sent = await _form_of(request)
                return await run_in_threadpool(self._answer, page, visit)
            except TooLarge:
                return PlainTextResponse("That is too large to send.", 413)
            except ClientDisconnect:
                return PlainTextResponse("", 400)
            finally:
                await visit.sent.close()

        return answer

    def _answer(self, page: Page, visit: Visit) -> Response:
        try:
            if "\x00" in visit.request.url.path or "%00" in visit.request.url.path:
                raise NotThere  # nothing that is kept has such a name
            return self._let_in(visit, page) or self._shown(page, visit)
        except NotThere:
            return visit.page("not_there.html", 404)
        except StoreClosed:
            return PlainTextResponse("Alongside is stopping. Please try again in a minute.", 503, {"Retry-After": "5"})
        except Exception as problem:
            log.error("page broke", extra={"page": page.path, "problem": where(problem)})
            return visit.page("broke.html", 500)

    def _shown(self, page: Page, visit: Visit) -> Response:
        """The page; for a form that is sent twice, where it led the first time.

        The second one waits for the first, whose answer the browser has let go of. What is answered with a page and
        leads nowhere can be asked for again.
        """
        if page.method == "GET" or page.may is None:
            return self._answered(page, visit)
        visit.once = visit.form_key
        for pause in (*[WAIT_FOR_THE_FIRST_SECONDS] * LOOKS, 0):
            with visit.reading() as connection:
                before = sent_forms.form_with(connection, visit.once) if visit.once else None
            if before is not None and before.led_to is not None:
                return RedirectResponse(before.led_to, 303)
            if before is None:
                with contextlib.suppress(SentAlready):
                    return self._answered(page, visit)
            time.sleep(pause)
        return visit.go("/", "That was sent already. It is done once; please see what came of it.")

    def _answered(self, page: Page, visit: Visit) -> Response:
        try:
            answer = page.answers(visit)
            visit.settle_form(answer)
            return answer
        except (NotDone, NobodyMeant) as why:
            visit.settle_form(None)
            visit.problem = str(why)
            if page.again is None:
                return visit.page("not_done.html")
            return page.again(visit)

    def _let_in(self, visit: Visit, page: Page) -> Response | None:
        """None where they may come in; otherwise the answer they get instead."""
        if page.method == "POST" and not _is_from_here(visit.request):
            return visit.page("not_from_here.html", 403)
        is_locked = self._recognise(visit)
        if page.may is None:
            return None
        if visit.colleague is None:
            return RedirectResponse(f"{HOME}sign-in?to={quote(visit.here)}", 303)
        if is_locked:
            if page.method == "POST":
                return visit.page("unlock.html", 403, kept=_long_words(visit.sent), to=HOME)
            return RedirectResponse(f"{HOME}unlock?to={quote(visit.here)}", 303)
        if self._needs_a_second_step(visit.who, page):
            return visit.go("/me/second-step")
        if not visit.is_a(*page.may):
            return visit.page("not_for_you.html", 403, may=page.may)
        if page.method == "POST" and visit.typed("mark") != visit.mark:
            return visit.page("not_from_here.html", 403)
        return None

    def _needs_a_second_step(self, colleague: Colleague, page: Page) -> bool:
        is_about_it = page.path.startswith("/me") or page.path == "/sign-out"
        must = bool(colleague.roles & NEEDS_A_SECOND_STEP) and self._second_step
        return must and colleague.second_secret is None and not is_about_it

    def _recognise(self, visit: Visit) -> bool:
        """Who it is by their cookie; whether their session has been left alone for too long."""
        token = visit.request.cookies.get(self.cookie, "")
        if not token:
            return False
        with visit.reading() as connection:
            session = accounts.session_with(connection, token, visit.now - SIGNED_OUT_AFTER)
            if session is None:
                return False
            visit.colleague = accounts.account_with(connection, session.account_id)
        if visit.colleague is None:
            return False
        visit.token = token
        if visit.now - session.seen_at > LOCKED_AFTER:
            self.opened.let_go(token)
            return True
        visit.said = None if visit.looks_again or visit.request.method == "POST" else session.said
        if not visit.looks_again and (visit.said is not None or visit.now - session.seen_at > SEEN_EVERY):
            values = {"seen_at": visit.now} | ({"said": None} if visit.said is not None else {})
            self.service.store.submit(_touch, (token, values)).result()
        return False


async def _no_such_page(_request: Request, _why: Exception) -> Response:
    return PlainTextResponse("There is no such page. Please go back to /console/.", 404)


def _touch(connection: Connection, sessions: Sequence[tuple[str, dict[str, Any]]]) -> list[None]:
    for token, values in sessions:
        accounts.touch_session(connection, token, **values)
    return [None] * len(sessions)


async def _form_of(request: Request) -> FormData:
    try:
        return await request.form(max_files=3, max_fields=MOST_FIELDS, max_part_size=LARGEST_FORM)
    except HTTPException:
        raise TooLarge from None


def _is_from_here(request: Request) -> bool:
    """Whether the browser says that a form came from one of our pages; a browser that says nothing is refused."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _long_words(sent: FormData) -> list[str]:
    """What somebody would not like to type again; never what proves who they are."""
    return [
        value
        for name, value in sent.multi_items()
        if isinstance(value, str) and name not in NEVER_SHOWN and len(value) > 40
    ]


def _addresses_of_static() -> dict[str, str]:
    """The address of each file by its name: with its content it changes, so a browser may keep it for ever."""
    files = sorted((HERE / "static").iterdir())
    return {
        each.name: f"{HOME}static/{each.name}?{hashlib.sha256(each.read_bytes()).hexdigest()[:12]}" for each in files
    }


class _Guarded:
    """What every answer carries, and no request may exceed."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def receive_so_much() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_FORM:
                raise TooLarge
            return message

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                is_kept = scope["path"].startswith("/console/static/") and scope.get("query_string")
                headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if is_kept else "no-store")
            await send(message)

        await self._app(scope, receive_so_much, send_guarded)
