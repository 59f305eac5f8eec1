"""The console served for real on loopback, and colleagues with a browser that knows no JavaScript.

`bo = await console.signed_in("Bo")`, `await bo.opens("/people")`, `await bo.sends("/people/7/note", words="…")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import httpx
from sqlalchemy import select, update
from starlette.routing import Mount

from bot.console.app import Console
from bot.console.team import invite
from bot.console.visit import COORDINATOR, Page
from bot.simulation import World
from bot.web import listening_socket, web_server
from storage import accounts
from storage.desk import PERSON

PASSWORD = "lanterns over quiet water"


@dataclass
class Browser:
    """A browser without JavaScript: it keeps cookies, follows to the next page, and says where a form came from."""

    world: World
    url: str
    client: httpx.AsyncClient
    token: str = ""
    account_id: int = 0
    status: int = 0
    path: str = ""
    page: str = ""
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(0))

    async def opens(self, path: str, **headers: str) -> str:
        """Look at a page; its text without tags."""
        return self._see(await self.client.get(f"{self.url}/console{path}", headers=headers))

    async def sends(self, path: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: object) -> str:
        """Send a form with its mark, as from one of our pages; the text of the page it leads to."""
        data = {"mark": self.mark, **fields}
        address = f"{self.url}/console{path}"
        return self._see(
            await self.client.post(address, data=data, files=files, headers={"Sec-Fetch-Site": "same-origin"})
        )

    @property
    def mark(self) -> str:
        """What a form of this session carries."""
        import hashlib
        import hmac

        return hmac.new(self.token.encode(), b"a form of this session", hashlib.sha256).hexdigest()

    def _see(self, answer: httpx.Response) -> str:
        self.answer, self.status, self.page, self.path = answer, answer.status_code, answer.text, answer.url.path
        return self.text

    @property
    def text(self) -> str:
        """What can be read on the page."""
        without = re.sub(r"<(script|style|head)\b.*?</\1>", " ", self.page, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).split())

    def field(self, name: str) -> str:
        """What a hidden or typed field of this page holds."""
        found = re.search(rf'name="{name}"[^>]*\bvalue="([^"]*)"', self.page)
        assert found, f"{self.path} has no field {name}"
        return html.unescape(found[1])

    def sees(self, *said: str) -> None:
        """Each of these stands on the page."""
        for each in said:
            assert each in self.text, f"{each!r} should stand on {self.path}: {self.text[:2000]}"

    def does_not_see(self, *said: str) -> None:
        for each in said:
            assert each not in self.text, f"{each!r} should not stand on {self.path}"


@dataclass
class Served:
    """A console on loopback."""

    world: World
    console: Console
    url: str
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """A browser in which nobody is signed in."""
        client = httpx.AsyncClient(follow_redirects=True, timeout=30, trust_env=False)
        browser = Browser(self.world, self.url, client)
        self.browsers.append(browser)
        return browser

    async def signed_in(
        self, name: str = "Bo", roles: Collection[str] = (COORDINATOR,), projects: Sequence[str] | None = None
    ) -> Browser:
        """Somebody of the team who has signed in."""
        with self.world.service.database.writing() as connection:
            invite(connection, name, roles, projects, self.url, self.world.clock())
            account = accounts.account_called(connection, name)
            assert account is not None
            accounts.set_password(connection, account.id, "not a hash: nobody signs in with it")
            accounts.set_second(connection, account.id, "A" * 32)
        return self.has_signed_in(account.id)

    def again(self, browser: Browser) -> Browser:
        """The same colleague, signed in once more after a while."""
        return self.has_signed_in(browser.account_id)

    def has_signed_in(self, account_id: int) -> Browser:
        """A browser in which the holder of an account is signed in."""
        browser = self.browser()
        visit = SimpleNamespace(
            request=SimpleNamespace(headers={"user-agent": "a browser"}, cookies={}), now=self.world.clock()
        )

        def write(work):
            with self.world.service.database.writing() as connection:
                return work(connection)

        visit.write = write
        browser.token, browser.account_id = self.console.sign_in(visit, account_id), account_id
        browser.client.cookies.set(self.console.cookie, browser.token, domain="127.0.0.1")
        return browser


@contextlib.asynccontextmanager
async def open_console(world: World, *rooms: Sequence[Page], second_step: bool = True) -> AsyncIterator[Served]:
    """The console of a world's service, over real HTTP."""
    console = Console(world.service, rooms=rooms, second_step=second_step)
    listening = listening_socket("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = web_server([Mount("", console.app)], "127.0.0.1", port)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    served = Served(world, console, f"http://127.0.0.1:{port}")
    try:
        yield served
    finally:
        for browser in served.browsers:
            await browser.client.aclose()
        server.should_exit = True
        await serving


def id_of(world: World, name: str) -> int:
    """Whose pages are at this id."""
    with world.service.database.reading() as connection:
        return connection.execute(select(PERSON.c.id).where(PERSON.c.called == name)).scalar_one()


def is_called(world: World, name: str, other: str) -> None:
    """Somebody is called something else from now on, whatever it is."""
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == name).values(called=other))
