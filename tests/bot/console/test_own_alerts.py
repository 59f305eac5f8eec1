"""What somebody of the team says of danger to themselves: colleagues help; they neither see it nor stand it down."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, update

from bot.console.visit import ADMIN, COORDINATOR, SAFEGUARDING
from bot.simulation import World
from storage.database import Database
from storage.desk import ADDRESS, HOLDER, INBOX, PERSON
from storage.projects import MEMBER
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.console.cast import Browser, Served, open_console
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, STAFF, Watched

NOT_THERE = 404


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def bo_is_in_danger(world: Watched) -> Someone:
    bo = world.staff("Bo")
    await bo.texts(IN_DANGER)
    await bo.looks()
    return bo


async def kim_does(console: Served, world: Watched, *orders: str) -> Browser:
    kim = await console.signed_in("Kim")
    for each in orders:
        await kim.sends(f"/alerts/{world.reference}/{each}", words="you are not alone", why="they are not alone")
        await world.settle()
    return kim


@pytest.mark.parametrize("order", ["ACK", "READ", "TAKE", "REPLY", "GIVE", "CLOSE"])
async def test_by_phone_no_order_of_bo_reaches_what_he_said_himself(world: Watched, order: str):
    bo = await bo_is_in_danger(world)
    before, record = world.alert(), world.record()
    await bo.texts(f"{order} {world.reference} i am fine again")
    bo.hears("alerts.no-such")
    assert (world.alert(), world.record()) == (before, record)


async def test_in_today_by_text_it_is_not_named_to_bo_and_to_kim_it_is(world: Watched):
    bo = await bo_is_in_danger(world)
    await bo.texts("EXIT")
    await world.answers("Kim", "ACK")
    await bo.looks()
    said = await bo.texts("TODAY")
    bo.hears("alerts.today-no-alert")
    assert not [each for each in said if str(world.reference) in each]
    said = await world.staff("Kim").texts("TODAY")
    assert f"{world.reference} (Kim)" in "\n".join(said)


async def test_at_the_console_bo_finds_it_nowhere_and_kim_does(console: Served, world: Watched):
    await bo_is_in_danger(world)
    bo = await console.signed_in("Bo", [COORDINATOR, SAFEGUARDING])
    kim, reference = await console.signed_in("Kim"), world.reference
    for path in ("/", "/alerts"):
        await kim.opens(path)
        kim.sees(f"Alert {reference}")
        await bo.opens(path)
        bo.sees("No alert is open.")
        bo.does_not_see(str(reference))
    for each in (bo.opens(f"/alerts/{reference}"), bo.sends(f"/alerts/{reference}/acknowledge")):
        await each
        assert bo.status == NOT_THERE
    assert (world.alert().state, world.alert().has_it) == ("raised", None)


async def test_bo_cannot_close_it_even_where_a_colleague_has_it(console: Served, world: Watched):
    await bo_is_in_danger(world)
    await kim_does(console, world, "acknowledge")
    bo = await console.signed_in("Bo")
    for order in ("take", "close", "read"):
        await bo.sends(f"/alerts/{world.reference}/{order}", words="all is well")
        assert bo.status == NOT_THERE
    assert (world.alert().state, world.alert().has_it, world.alert().closed_at) == ("acknowledged", "Kim", None)


async def test_once_it_is_closed_it_does_not_stand_among_the_closed_ones_either(console: Served, world: Watched):
    await bo_is_in_danger(world)
    await kim_does(console, world, "acknowledge", "close")
    bo, sam = await console.signed_in("Bo"), await console.signed_in("Sam")
    await sam.opens("/alerts")
    sam.sees(f"Alert {world.reference}")
    await bo.opens("/alerts")
    bo.does_not_see(str(world.reference))


async def test_what_colleagues_did_about_it_is_not_in_the_log_that_bo_reads(console: Served, world: Watched):
    await bo_is_in_danger(world)
    await kim_does(console, world, "acknowledge")
    about = f"alert:{world.alert().id}"
    bo, lou = [await console.signed_in(name, [SAFEGUARDING]) for name in ("Bo", "Lou")]
    named = f"alert {world.reference}"
    for path in ("/log", f"/log?about={about}"):
        await lou.opens(path)
        lou.sees(f"acknowledged {named}")
        await bo.opens(path)
        bo.does_not_see("acknowledged", str(world.reference))
    assert bo.status == NOT_THERE


async def test_his_own_page_says_nothing_of_it_and_he_cannot_write_with_himself_or_take_it_back(
    console: Served, world: Watched
):
    await bo_is_in_danger(world)
    page, bo = f"/people/{world.alert().person_id}", await console.signed_in("Bo")
    kim = await kim_does(console, world, "acknowledge", "take")
    await bo.opens(page)
    bo.does_not_see(str(world.reference), "Somebody may be in danger")
    for what in ("give-back", "take-over", "reply"):
        await bo.sends(f"{page}/{what}", from_another="yes", words="i am fine")
        bo.sees("Not done", "This is you")
    assert rows(world, PERSON, "taken_over_at")[0] is not None
    await kim.opens(page)
    kim.sees(str(world.reference), "Somebody may be in danger")


async def test_what_bo_answers_whoever_helps_him_is_not_in_the_inbox_that_he_sees(console: Served, world: Watched):
    phone = await bo_is_in_danger(world)
    page, kim = f"/people/{world.alert().person_id}", await kim_does(console, world, "acknowledge")
    await kim.sends(f"{page}/take-over")
    await phone.texts("bo says it is bad tonight")
    (number,), bo = rows(world, INBOX, "id")[-1], await console.signed_in("Bo")
    for path in ("/", "/inbox"):
        await kim.opens(path)
        kim.sees("bo says it is bad tonight")
        await bo.opens(path)
        bo.sees("Nobody waits for a person")
        bo.does_not_see("bad tonight")
    await bo.opens(f"/inbox/{number}")
    assert bo.status == NOT_THERE
    await bo.sends(f"/inbox/{number}/done", to="/console/inbox")
    bo.sees("Not done")
    assert rows(world, INBOX, "done_at")[-1] == (None,)


async def test_where_nobody_watches_what_bo_of_the_staff_said_in_danger_is_for_the_others_too(database: Database):
    async with World(database) as world, open_console(world) as console:
        await (await volunteer(world, "Bo")).texts(IN_DANGER)
        with world.service.database.writing() as connection:
            (person,) = rows(world, INBOX, "person_id")[-1]
            connection.execute(insert(MEMBER).values(project_id=1, person_id=person, side="staff"))
        bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
        for path in ("/", "/inbox"):
            await bo.opens(path)
            bo.does_not_see("IN DANGER")
            await kim.opens(path)
            kim.sees("Bo, SMS", "IN DANGER: suicide or self-harm")


async def test_an_admin_does_not_count_their_own(console: Served, world: Watched):
    await bo_is_in_danger(world)
    bo, pat = [await console.signed_in(name, [ADMIN]) for name in ("Bo", "Pat")]
    await bo.opens("/")
    bo.sees("Open alerts 0")
    await pat.opens("/")
    pat.sees("Open alerts 1")


async def test_a_volunteer_who_is_called_bo_too_is_somebody_else(console: Served, world: Watched):
    await (await volunteer(world, "Bo")).texts(IN_DANGER)
    bo = await console.signed_in("Bo")
    await bo.sends(f"/alerts/{world.reference}/acknowledge")
    bo.sees("It is yours.")


async def test_from_a_phone_that_bo_shares_it_is_for_his_colleagues_whoever_it_was(console: Served, world: Watched):
    ada = await volunteer(world, "Ada")
    bo = world.staff("Bo")
    await bo.texts("hello")
    with world.service.database.writing() as connection:
        phone = [row.id for row in connection.execute(ADDRESS.select()) if row.value == STAFF["Bo"][1]]
        connection.execute(insert(HOLDER).values(address_id=phone[0], person_id=rows(world, PERSON, "id")[0][0]))
        connection.execute(update(ADDRESS).where(ADDRESS.c.id == phone[0]).values(stopped_at=None))
    await ada.texts(IN_DANGER)
    browser = await console.signed_in("Bo")
    await browser.opens("/alerts")
    browser.sees("No alert is open.")
    assert not [each for each in world.has_come_to("Bo") if str(world.reference) in each.text]


@pytest.mark.parametrize("called", ["Élodie", "élodie", "Иван"])
async def test_it_is_theirs_in_whatever_letters_their_name_is_written(world: Watched, called: str):
    ada = await volunteer(world, called)
    await ada.texts(IN_DANGER)
    await world.settle()
    with world.service.database.writing() as connection:
        person = connection.execute(PERSON.select().where(PERSON.c.called == called)).one()
        connection.execute(insert(MEMBER).values(project_id=1, person_id=person.id, side="staff"))
    async with open_console(world) as console:
        themselves = await console.signed_in(called.capitalize())
        await themselves.opens(f"/alerts/{world.reference}")
        assert themselves.status == NOT_THERE
