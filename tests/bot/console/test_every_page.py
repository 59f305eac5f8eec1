"""Every page of the console against every role, and what holds for all of them.

A page that is missing from `WHO_MAY` fails here: who may see it is decided once, on purpose, and in one place.
"""

import re

import pytest

from bot.console.rooms import MENU, MORE, ROOMS
from bot.console.visit import ADMIN, COORDINATOR, EVERYBODY, LEAD, ROLES, SAFEGUARDING, Room, Visit
from bot.projects.keeping import NotDone
from bot.simulation import World
from tests.bot.cast import volunteer
from tests.bot.console.cast import Served, id_of, open_console
from tests.bot.console.test_meetings import garden_id, typed_meeting
from tests.bot.projects.cast import bo_saves

ANYBODY = None
WITH_PEOPLE = frozenset({COORDINATOR, LEAD, SAFEGUARDING})
WRITERS = frozenset({COORDINATOR, LEAD})
WHO_MAY: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", "/sign-in"): ANYBODY,
    ("POST", "/sign-in"): ANYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/unlock"): ANYBODY,
    ("POST", "/unlock"): ANYBODY,
    ("GET", "/invitation/{code}"): ANYBODY,
    ("POST", "/invitation/{code}"): ANYBODY,
    ("GET", "/me"): EVERYBODY,
    ("POST", "/me/sessions/{session}/end"): EVERYBODY,
    ("POST", "/me/password"): EVERYBODY,
    ("GET", "/me/second-step"): EVERYBODY,
    ("POST", "/me/second-step"): EVERYBODY,
    ("GET", "/"): EVERYBODY,
    ("GET", "/broadcasts"): WITH_PEOPLE,
    ("GET", "/broadcasts/new"): WRITERS,
    ("POST", "/broadcasts/new"): WRITERS,
    ("GET", "/broadcasts/{number}"): WITH_PEOPLE,
    ("POST", "/broadcasts/{number}/test"): WRITERS,
    ("POST", "/broadcasts/{number}/confirm"): WRITERS,
    ("POST", "/broadcasts/{number}/undo"): WRITERS,
    ("POST", "/broadcasts/{number}/pause"): WRITERS,
    ("POST", "/broadcasts/{number}/resume"): WRITERS,
    ("POST", "/broadcasts/{number}/stop"): WRITERS,
    ("POST", "/broadcasts/{number}/resend"): WRITERS,
    ("GET", "/reports"): WITH_PEOPLE,
    ("GET", "/reports.csv"): WITH_PEOPLE,
    ("GET", "/people"): WITH_PEOPLE,
    ("GET", "/people/{person}"): WITH_PEOPLE,
    ("POST", "/people/{person}/take-over"): WITH_PEOPLE,
    ("POST", "/people/{person}/give-back"): WITH_PEOPLE,
    ("POST", "/people/{person}/reply"): WITH_PEOPLE,
    ("POST", "/people/{person}/preview"): WITH_PEOPLE,
    ("POST", "/people/{person}/count"): WITH_PEOPLE,
    ("POST", "/people/{person}/notes"): WITH_PEOPLE,
    ("POST", "/people/{person}/notes/read"): WITH_PEOPLE,
    ("GET", "/people/{person}/merge"): WITH_PEOPLE,
    ("POST", "/people/{person}/merge"): WITH_PEOPLE,
    ("GET", "/alerts"): WITH_PEOPLE,
    ("GET", "/alerts/{reference}"): WITH_PEOPLE,
    ("POST", "/alerts/{reference}/{order}"): WITH_PEOPLE,
    ("GET", "/inbox"): WITH_PEOPLE,
    ("GET", "/inbox/{item}"): WITH_PEOPLE,
    ("POST", "/inbox/{item}/done"): WITH_PEOPLE,
    ("POST", "/inbox/{item}/undo"): WITH_PEOPLE,
    ("GET", "/work"): WITH_PEOPLE,
    ("GET", "/work/new"): WITH_PEOPLE,
    ("POST", "/work/new"): WITH_PEOPLE,
    ("GET", "/work/{project:int}"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/card"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/card"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/members"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/members/{person:int}/remove"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/milestones/{milestone:int}/done"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/milestones/{milestone:int}/reflection"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/milestones/{milestone:int}/reflection"): WITH_PEOPLE,
    ("GET", "/work/suggestions"): WITH_PEOPLE,
    ("GET", "/work/suggestions/{number}"): WITH_PEOPLE,
    ("POST", "/work/suggestions/{number}/answer"): WITH_PEOPLE,
    ("POST", "/work/suggestions/{number}/did"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/tasks"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/tasks/new"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/tasks/new"): WITH_PEOPLE,
    ("GET", "/work/tasks/{number:int}"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/offer"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/offers/{person:int}/take-back"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/questions/{question:int}"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/barrier"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/needed"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/thanks"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/close"): WITH_PEOPLE,
    ("GET", "/work/tasks/{number:int}/brief"): WITH_PEOPLE,
    ("POST", "/work/tasks/{number:int}/brief"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/meetings"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/meetings/new"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/meetings/new"): WITH_PEOPLE,
    ("GET", "/work/questionnaires"): WITH_PEOPLE,
    ("POST", "/work/questionnaires"): WITH_PEOPLE,
    ("GET", "/work/questionnaires/{name}"): WITH_PEOPLE,
    ("POST", "/work/questionnaires/{name}/send"): WITH_PEOPLE,
    ("GET", "/work/questionnaires/{name}/results.csv"): WITH_PEOPLE,
    ("GET", "/work/questionnaires/{name}/share"): WITH_PEOPLE,
    ("POST", "/work/questionnaires/{name}/share"): WITH_PEOPLE,
    ("GET", "/work/questionnaires/{name}/flow-results.zip"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/votes"): WITH_PEOPLE,
    ("GET", "/work/{project:int}/votes/new"): WITH_PEOPLE,
    ("POST", "/work/{project:int}/votes/new"): WITH_PEOPLE,
    ("GET", "/work/votes/{number:int}"): WITH_PEOPLE,
    ("POST", "/work/votes/{number:int}/close"): WITH_PEOPLE,
    ("GET", "/work/meetings/{number:int}"): WITH_PEOPLE,
    ("POST", "/work/meetings/{number:int}/cancel"): WITH_PEOPLE,
    ("POST", "/work/meetings/{number:int}/notes"): WITH_PEOPLE,
    ("GET", "/work/meetings/{number:int}/change"): WITH_PEOPLE,
    ("POST", "/work/meetings/{number:int}/change"): WITH_PEOPLE,
    ("GET", "/feedback"): WITH_PEOPLE,
    ("POST", "/feedback/open"): WITH_PEOPLE,
    ("POST", "/feedback/lock"): WITH_PEOPLE,
    ("POST", "/feedback/reply"): WITH_PEOPLE,
    ("POST", "/feedback/in-hand"): WITH_PEOPLE,
    ("POST", "/feedback/close"): WITH_PEOPLE,
    ("POST", "/feedback/said-did"): WITH_PEOPLE,
    ("GET", "/signposts"): EVERYBODY,
    ("POST", "/signposts/import"): EVERYBODY,
    ("POST", "/signposts/remove"): EVERYBODY,
    ("GET", "/rota"): EVERYBODY,
    ("GET", "/settings"): frozenset({ADMIN}),
    ("GET", "/words"): EVERYBODY,
    ("GET", "/words/{language}/{key}"): EVERYBODY,
    ("POST", "/words/{language}/{key}"): frozenset({LEAD, SAFEGUARDING, ADMIN}),
    ("POST", "/words/{language}/{key}/ours"): frozenset({LEAD, SAFEGUARDING, ADMIN}),
    ("POST", "/segments"): EVERYBODY,
    ("GET", "/sign-off"): EVERYBODY,
    ("POST", "/sign-off/agree"): frozenset({SAFEGUARDING}),
    ("POST", "/sign-off/drop"): frozenset({SAFEGUARDING}),
    ("POST", "/sign-off/part"): frozenset({SAFEGUARDING}),
    ("GET", "/team"): frozenset({ADMIN}),
    ("POST", "/team/invite"): frozenset({ADMIN}),
    ("GET", "/team/{account}"): frozenset({ADMIN}),
    ("POST", "/team/{account}/rights"): frozenset({ADMIN}),
    ("POST", "/team/{account}/invite"): frozenset({ADMIN}),
    ("POST", "/team/{account}/sign-out"): frozenset({ADMIN}),
    ("POST", "/team/{account}/close"): frozenset({ADMIN}),
    ("GET", "/log"): frozenset({SAFEGUARDING, ADMIN}),
}
PAGES = {(page.method, page.path): page for room in ROOMS for page in room}
REFUSED = "This page is for:"


def address(path: str) -> str:
    """The path with something in the place of every name."""
    return re.sub(r"{\w+(:\w+)?}", "7", path)


def test_every_page_is_in_the_table_and_nothing_else() -> None:
    assert set(PAGES) == set(WHO_MAY)
    assert {path for path, _, _ in (*MENU, *MORE)} <= {path for method, path in PAGES if method == "GET"}


async def test_the_menu_has_what_is_needed_every_day_at_the_top_and_the_rest_behind_more(console: Served) -> None:
    bo = await console.signed_in("Bo", ROLES)
    await bo.opens("/rota")
    top, more = re.search(r"<nav aria-label.*?</nav>", bo.page, re.DOTALL)[0].split("<details>")
    assert [name for _, name, _ in MENU] == re.findall(r">(\w+)</a>", top)
    assert [name for _, name, _ in MORE] == re.findall(r">(\w+)</a>", more)
    bo.sees("More , and in it this page: Rota")
    assert '<a href="/console/rota" aria-current="page">' in more
    await bo.opens("/")
    bo.does_not_see("in it this page")
    pat = await console.signed_in("Pat", [ADMIN])
    await pat.opens("/")
    assert "<details>" not in pat.page.split("</nav>")[0]  # of few rooms none is hidden
    pat.sees("Signposts", "Log")
    pat.does_not_see("People", "Broadcasts")


def test_no_page_is_listed_twice() -> None:
    assert len(PAGES) == sum(len(room) for room in ROOMS)


async def test_every_page_lets_in_those_who_may_and_nobody_else(console: Served) -> None:
    for role in ROLES:
        browser = await console.signed_in(role.title(), [role])
        for (method, path), may in WHO_MAY.items():
            if path == "/sign-out":
                continue
            await (browser.opens(address(path)) if method == "GET" else browser.sends(address(path)))
            assert browser.status < 500, (method, path)
            if may is not ANYBODY:
                assert (REFUSED not in browser.page) == (role in may), (role, method, path)


async def test_nobody_who_is_not_signed_in_gets_further_than_the_door(console: Served) -> None:
    stranger = console.browser()
    for (method, path), may in WHO_MAY.items():
        if may is ANYBODY:
            continue
        await (stranger.opens(address(path)) if method == "GET" else stranger.sends(address(path)))
        assert stranger.path == "/console/sign-in", (method, path)


async def test_a_form_is_only_taken_from_a_page_of_this_session(console: Served) -> None:
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    for (method, path), may in WHO_MAY.items():
        if method != "POST" or may is ANYBODY:
            continue
        await bo.sends(address(path), mark=kim.mark)
        assert bo.status == 403, path
        await bo.sends(address(path), mark="")
        assert bo.status == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_from_elsewhere_is_refused_also_where_nobody_is_signed_in(
    console: Served, headers: dict[str, str]
) -> None:
    bo = await console.signed_in("Bo")
    for method, path in WHO_MAY:
        if method == "POST":
            answer = await bo.client.post(
                f"{console.url}/console{address(path)}", data={"mark": bo.mark}, headers=headers
            )
            assert answer.status_code == 403, path


async def test_a_browser_that_only_sends_an_origin_is_known_by_it(console: Served) -> None:
    bo = await console.signed_in("Bo")
    answer = await bo.client.post(
        f"{console.url}/console/sign-out", data={"mark": bo.mark}, headers={"Origin": console.url}
    )
    assert answer.url.path == "/console/sign-in"


async def test_every_answer_says_what_a_browser_may_do_with_it(console: Served) -> None:
    bo = await console.signed_in("Bo")
    for path in ("/", "/me", "/sign-in", "/not-there", "/static/console.css", "/invitation/nobodys"):
        headers = (await bo.client.get(f"{console.url}/console{path}")).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
    cookie = (await console.browser().client.get(f"{console.url}/console/sign-in")).headers.get("set-cookie")
    assert cookie is None


async def test_no_page_holds_a_script_or_a_style_of_its_own(console: Served) -> None:
    """The policy would refuse them, and a page that needs one would be broken."""
    kim = await console.signed_in("Kim", [COORDINATOR, LEAD, SAFEGUARDING, ADMIN])
    for method, path in WHO_MAY:
        if method == "GET":
            await kim.opens(address(path))
            assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", kim.page), path


async def test_what_is_too_large_is_refused(console: Served) -> None:
    bo = await console.signed_in("Bo")
    await bo.sends("/sign-out", words="x" * (2 * 1024 * 1024 + 1))
    assert bo.status == 413


@pytest.mark.parametrize("name", ["9" * 5000, "9" * 20, str(2**63), "%00", "%ED%A0%80", "%C2%B2", "-1"])
async def test_an_address_that_no_row_can_have_is_not_there(
    console: Served, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    stranger, kim = console.browser(), await console.signed_in("Kim", [COORDINATOR, LEAD, SAFEGUARDING, ADMIN])
    for method, path in WHO_MAY:
        there = re.sub(r"{\w+(:\w+)?}", name, path)
        if there == path:
            continue
        for browser in (stranger, kim):
            await (browser.opens(there) if method == "GET" else browser.sends(there))
            assert browser.status < 500, (method, path)
    assert not caplog.records


@pytest.mark.parametrize(
    "typed", ["a\x00b", "9" * 5000, str(2**63), "0001-01-01 00:00", "9999-12-31T23:59", "00:00+14:00", "x" * 70000]
)
async def test_whatever_is_typed_into_whatever_field_no_page_breaks(console: Served, world: World, typed: str) -> None:
    bo_saves(world)
    ada, garden = await volunteer(world, "Ada"), garden_id(world)
    kim = await console.signed_in("Kim", [COORDINATOR, LEAD, SAFEGUARDING, ADMIN])
    forms: dict[str, dict[str, str]] = {
        "/broadcasts/new": dict.fromkeys(("at", "waves", "silent", "project", "to", "good_at"), "") | {"en": "Hello"},
        "/broadcasts/1/test": {"to": "Ada"},
        "/broadcasts/1/confirm": {"count": "1"},
        "/me/second-step": {"secret": "A" * 32, "code": "123456"},
        f"/work/{garden}/members": {"who": "Ada"},
        f"/work/{garden}/meetings/new": typed_meeting(),
        f"/people/{id_of(world, ada.person.name)}/notes": {"note": "Ada likes tea"},
    }
    for path, form in forms.items():
        for name in form:
            await kim.sends(path, **(form | {name: typed}))
            assert kim.status < 500, (path, name)
    await kim.opens(f"/people?said={'%00' if typed.startswith('a') else typed[:5000]}")
    assert kim.status < 500


async def test_what_somebody_typed_is_never_part_of_the_page(world: World) -> None:
    nasty = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"
    room = Room()

    @room.shows("/nasty", EVERYBODY)
    def page(visit: Visit):
        return visit.page("not_done.html")

    @room.does("/nasty", EVERYBODY, again=page)
    def refuses(visit: Visit):
        raise NotDone(nasty)

    @room.does("/says", EVERYBODY)
    def says(visit: Visit):
        return visit.go("/", nasty)

    async with open_console(world, room.pages) as console:
        bo = await console.signed_in("Bo")
        for path in ("/nasty", "/says"):
            await bo.sends(path)
            assert "<script>alert" not in bo.page
            assert "<img src=x" not in bo.page
            assert "alert(1)" in bo.text
        await bo.opens(f"/sign-in?to={nasty}")
        assert "<script>alert" not in bo.page


async def test_what_breaks_says_so_and_logs_nobodys_words(world: World, caplog: pytest.LogCaptureFixture) -> None:
    room = Room()

    @room.shows("/broken", EVERYBODY)
    def broken(visit: Visit):
        raise ValueError("Ada said that she is tired")

    async with open_console(world, room.pages) as console:
        bo = await console.signed_in("Bo")
        await bo.opens("/broken")
        assert bo.status == 500
        bo.sees("It was our fault")
        assert "tired" not in bo.page + caplog.text
