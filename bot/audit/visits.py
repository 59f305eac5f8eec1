"""Bo at the console while the fortnight is played: the sealed inbox is opened, and then every page there is.

So what the console writes down is among what a thief has, and what it shows among what the weeks are compared by.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import httpx
from sqlalchemy import Connection, select

from bot.console.app import Console
from bot.console.team import invite
from bot.console.visit import ROLES, Page
from bot.service import Service
from bot.simulation import PASSPHRASE
from storage import accounts
from storage.desk import INBOX, PERSON

NAME = "Bo"
TOKEN = "a browser of the stage"  # noqa: S105 - the same in every playing, so that two of them can be compared
SITE = "http://127.0.0.1"
NOT_THESE = ("/sign-in", "/unlock", "/invitation/{code}")
"""Pages for somebody who is not signed in."""
OF_FEEDBACK = "/feedback"
A_FEW = 3
_NUMBER = re.compile(r"\d{12,}|\b[A-Z2-7]{32}\b")  # an id, or a secret for a phone: drawn by lot in each playing
_NAMED = re.compile(r"{(\w+)(?::\w+)?}")


async def visit_every_page(service: Service, *, with_feedback: bool) -> tuple[str, ...]:
    """Open the inbox and every page, as somebody with every right; what can be read on each, with its address.

    Args:
        service: What is played.
        with_feedback: Whether the pages of feedback are among what is given back; they are opened in any case.
    """
    console, now = Console(service), service.clock()
    with service.database.writing() as connection:
        _sign_in(connection, now)
    with service.database.reading() as connection:
        known = _some_of_each(connection)
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": "a browser"}
    transport = httpx.ASGITransport(app=console.app)
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, headers=headers, cookies={console.cookie: TOKEN}
    ) as client:
        opened = await client.post(f"/console{OF_FEEDBACK}/open", data={"mark": _mark(), "passphrase": PASSPHRASE})
        if opened.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"the inbox of feedback could not be opened: {opened.status_code}")
        seen = []
        for path in _paths(console.pages, known):
            answer = await client.get(f"/console{path}")
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise RuntimeError(f"a page of the console broke: {_NUMBER.sub('…', path)}")
            if with_feedback or not path.startswith(OF_FEEDBACK):
                seen.append(f"{_NUMBER.sub('…', path)}: {answer.status_code} {_text(answer.text)}")
    return tuple(seen)


def _sign_in(connection: Connection, now: datetime) -> None:
    account = accounts.account_called(connection, NAME)
    if account is None:
        invite(connection, NAME, list(ROLES), None, SITE, now)
        account = accounts.account_called(connection, NAME)
    if account is None:
        raise RuntimeError("nobody was invited")
    accounts.set_password(connection, account.id, "not a hash: nobody signs in with it")
    accounts.set_second(connection, account.id, "A" * 32)
    accounts.begin_session(connection, account.id, TOKEN, "a browser", now)


def _mark() -> str:
    return hmac.new(TOKEN.encode(), b"a form of this session", hashlib.sha256).hexdigest()


def _some_of_each(connection: Connection) -> Mapping[str, Sequence[str]]:
    """What stands in addresses: a few of each kind, the writers' own pages among them."""
    people = connection.execute(select(PERSON.c.id).order_by(PERSON.c.id).limit(A_FEW)).scalars()
    items = connection.execute(select(INBOX.c.id).order_by(INBOX.c.id).limit(A_FEW)).scalars()
    return {
        "person": [str(each) for each in people],
        "item": [str(each) for each in items],
        "language": ["en"],
        "key": ["house.stopped"],
    }


def _paths(pages: Sequence[Page], known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for page in pages:
        if page.method != "GET" or page.path in NOT_THESE:
            continue
        named = _NAMED.findall(page.path)
        for at in range(max((len(known.get(name, ["1"])) for name in named), default=1)):
            path = page.path
            for name in named:
                values = known.get(name) or ["1"]
                path = _NAMED.sub(values[at % len(values)], path, count=1)
            yield path


def _text(page: str) -> str:
    """What can be read on it, without what differs in any two playings."""
    without = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return _NUMBER.sub("…", " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).split()))
