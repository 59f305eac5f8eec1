"""Every form that stands on a page of a lived-in charity, sent twice: the second time changes nothing in any table.

The pages are opened one after the other, each form is filled in as it stands there, with words where it wants some,
and sent twice with the same number. What the first changed stays as it is, and both lead to the same page.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.console.rooms import MENU
from bot.console.visit import ROLES
from bot.simulation import HARBOUR_HOUSE, World
from storage.accounts import SESSION
from storage.database import Database
from storage.sent_forms import FORM
from tests.bot.console.cast import Browser, Served, open_console
from tests.bot.console.forms import Form, forms_of, sends
from tests.bot.console.test_every_page import PAGES
from tests.bot.demo.conftest import Stood

OF_EACH_KIND = 5  # pages of one kind: another task, another person
LEFT_ALONE = (
    *("/sign-out", "/me/sessions/{session}/end", "/team/{account}/sign-out", "/team/{account}/close"),
    *("/me/password", "/me/second-step", "/people/{person}/preview"),
)
"""They end what is walked here, or prove who somebody is; closing an account is one word in one row."""
ANSWERED_WITH_A_PAGE = ("/people/{person}/notes/read", "/team/invite", "/team/{account}/invite", "/signposts/import")
"""What a second click must show too: it is done again, on record again."""
TYPED = {
    "/broadcasts/new": {"en": "Hello {name}, there is soup on Sunday.", "to": "", "but_not": "", "at": ""},
    "/broadcasts/{number}/test": {"to": "Maya"},
    "/work/{project:int}/members": {"who": "Omar"},
    "/work/{project:int}/votes/new": {"closes": "2026-04-02T18:00", "choices-0": "tea", "choices-1": "soup"},
    "/work/{project:int}/meetings/new": {"day": "2026-04-02", "from": "10:00", "until": "11:00"},
    "/work/{project:int}/tasks/new": {"ask": "Fay", "day": "2026-04-02", "strengths": "", "milestone": ""},
    "/work/new": {"rung": "co-producing", "answer_within_days": "7"},
}
MOST_ARE_SENT = {
    *("/alerts/{reference}/{order}", "/broadcasts/new", "/broadcasts/{number}/test", "/broadcasts/{number}/confirm"),
    *("/inbox/{item}/done", "/people/{person}/take-over", "/people/{person}/reply", "/people/{person}/notes"),
    *("/work/suggestions/{number}/answer", "/work/suggestions/{number}/did", "/work/questionnaires/{name}/send"),
    *("/work/tasks/{number:int}/offer", "/work/tasks/{number:int}/questions/{question:int}"),
    *("/work/tasks/{number:int}/needed", "/work/tasks/{number:int}/close", "/work/votes/{number:int}/close"),
    *("/work/meetings/{number:int}/notes", "/work/meetings/{number:int}/cancel"),
    *("/work/new", "/work/{project:int}/members", "/work/{project:int}/meetings/new", "/work/{project:int}/tasks/new"),
    "/work/{project:int}/milestones/{milestone:int}/reflection",
}
"""Among what was sent, these at least were done."""


@pytest.fixture
async def console(stood: Stood, tmp_path: Path) -> AsyncIterator[Served]:
    """The console of a copy of that charity, on the morning to which it was lived in."""
    with stood.database.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(tmp_path / "copy.sqlite3"),))
    world = World(Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}"), HARBOUR_HOUSE, start=stood.now)
    async with open_console(world) as served:  # its jobs do not run: what changes, a form has changed
        yield served
    world.service.store.close()


def kind_of(path: str, method: str) -> str | None:
    """The page at this path, as `ROOMS` has it."""
    path = re.sub(r"[?#].*", "", path).removeprefix("/console")
    kinds = [of for how, of in PAGES if how == method]
    fits = [of for of in kinds if re.fullmatch(re.sub(r"{\w+(:\w+)?}", "[^/]+", of), path)]
    return min(fits, key=lambda of: of.count("{"), default=None)


def everything(world: World) -> dict[str, set[Any]]:
    """Every row of every table, but for who is signed in and which forms were sent."""
    tables = [each for each in SQLModel.metadata.tables.values() if each not in (SESSION, FORM)]
    with world.service.database.reading() as connection:
        return {each.name: set(map(tuple, connection.execute(select(each)))) for each in tables}


def filled_in(form: Form, kind: str) -> dict[str, str]:
    """Words in every field that must have some, and is empty."""
    empty = {name for name, value in form.fields if not value} & form.wanted
    return dict.fromkeys(empty, "tea at noon, as we said") | TYPED.get(kind, {})


async def pages_of(browser: Browser) -> AsyncIterator[str]:
    """Every page that a link leads to, some of each kind."""
    waiting, seen, kinds = (
        [f"/console{path}" for path in ("/broadcasts/new", *(path for path, _, _ in MENU))],
        set(),
        [],
    )
    while waiting:
        path = re.sub(r"#.*", "", waiting.pop(0))
        kind = kind_of(path, "GET")
        if kind is None or path in seen or kinds.count(kind) >= OF_EACH_KIND or "." in path:
            continue
        seen.add(path)
        kinds.append(kind)
        await browser.opens(path.removeprefix("/console"))
        links = re.findall(r'href="((?:/console/|\?)[^"]*)"', browser.page)
        waiting += [each if each.startswith("/") else f"{path.partition('?')[0]}{each}" for each in links]
        yield path


async def test_every_form_that_is_sent_twice_is_done_once(console: Served) -> None:
    world, bo = console.world, await console.signed_in("Bo", ROLES)
    zoe = world.handsets["sms"].typed("+447700900777", "i want to end my life", world.clock())
    await world.service.inbound.take([replace(zoe, message_id="none that was before")], "sms")
    done: set[str] = set()
    async for path in pages_of(bo):
        tried: set[str] = set()
        while form := next((each for each in forms_of(bo) if each.action not in tried), None):
            tried.add(form.action)
            kind = kind_of(form.action, "POST")
            assert kind is not None, f"{path} has a form that leads to no page: {form.action}"
            if kind not in (*LEFT_ALONE, *ANSWERED_WITH_A_PAGE) and not form.files:
                assert dict(form.fields).get("form"), f"a form of {path} has no number"
                done |= {kind} if await is_done_once(console.world, bo, form, kind) else set()
                await bo.opens(path.removeprefix("/console"))
    assert done >= MOST_ARE_SENT, sorted(MOST_ARE_SENT - done)


async def is_done_once(world: World, browser: Browser, form: Form, kind: str) -> bool:
    """Send a form twice; False where it was refused, and so nothing was to be done."""
    typed = filled_in(form, kind)
    first = await sends(browser, form, **typed)
    after_one = everything(world)
    second = await sends(browser, form, **typed)
    if first[0] != 303:
        return False
    assert second == first, (kind, second)
    changed = {name for name, rows in everything(world).items() if rows != after_one[name]}
    assert not changed, f"{kind}, sent twice, changed {changed}"
    return True
