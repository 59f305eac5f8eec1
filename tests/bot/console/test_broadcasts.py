"""Broadcasts at the console: seen before they go, confirmed once, followed, held back, and written again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.broadcasts import looks
from bot.broadcasts.audience import Audience
from bot.console.broadcasts import NOBODY_LEFT
from bot.projects.keeping import add
from bot.simulation import World
from storage.broadcasts import BROADCAST
from storage.desk import PERSON
from storage.outbox import OUTBOX
from storage.projects import projects
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.console.cast import Browser, Served, id_of, is_called, open_console
from tests.bot.projects.cast import bo_saves

NASTY = "<script>alert(1)</script>"


async def goes(world: World) -> None:
    await world.service.broadcasts.find_due()
    await world.settle()


async def writes(bo: Browser, **fields: object) -> None:
    await bo.sends("/broadcasts/new", **{"en": "Hello {name}, the kitchen is open on Sunday.", **fields})


@pytest.fixture
async def crowd(world: World) -> dict[str, Someone]:
    ada, cai = await volunteer(world, "Ada"), await volunteer(world, "Cai")
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await cai.texts("STOP")
    return {"Ada": ada, "Cai": cai, "Dee": dee}


async def test_bo_sees_it_as_everybody_will_and_lets_it_go_once(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, cy="Helo {name}, mae'r gegin ar agor ddydd Sul.")
    bo.sees("Hello Ada, the kitchen is open", "Helo Dee, mae'r gegin", "said STOP", "Cost: 1 SMS parts")
    assert await crowd["Ada"].looks() == []
    for _ in range(2):
        await bo.sends("/broadcasts/1/confirm")
    bo.sees("It is sent once")
    await goes(world)
    assert await crowd["Ada"].looks() == ["Hello Ada, the kitchen is open on Sunday."]
    assert await crowd["Dee"].looks() == ["Helo Dee, mae'r gegin ar agor ddydd Sul."]
    assert await crowd["Cai"].looks() == []
    await bo.opens("/broadcasts/1?state=left%20out")
    bo.sees("It is done", "2 of 2 people", "Cai", "said STOP")
    await crowd["Ada"].texts(f"lovely {NASTY}")
    await bo.opens("/broadcasts/1")
    bo.sees("lovely")
    assert NASTY not in bo.page


async def test_a_look_at_very_many_is_kept_for_two_minutes_and_decides_nothing(
    console: Served, world: World, crowd: dict[str, Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "MANY", 2)
    bo = await console.signed_in("Bo")
    await writes(bo)
    bo.sees("As they will see it: 2 people")
    await crowd["Ada"].texts("STOP")
    await world.later(timedelta(minutes=1))
    await bo.opens("/broadcasts/1")
    bo.sees("As they will see it: 2 people", "It is counted again")
    await world.later(timedelta(minutes=1))
    await bo.opens("/broadcasts/1")
    bo.sees("As they will see it: 1 person")
    await crowd["Ada"].texts("START")
    await crowd["Dee"].texts("STOP")
    await bo.opens("/broadcasts/1")
    bo.sees("As they will see it: 1 person", "Dee")
    await bo.sends("/broadcasts/1/confirm")
    await goes(world)
    assert await crowd["Ada"].looks() != []
    assert "kitchen" not in " ".join(await crowd["Dee"].looks())


async def test_a_look_at_few_is_always_a_new_one(console: Served, world: World, crowd: dict[str, Someone]) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo)
    await crowd["Ada"].texts("STOP")
    await bo.opens("/broadcasts/1")
    bo.sees("As they will see it: 1 person")
    assert "It is counted again" not in bo.page


async def test_a_test_goes_to_one_phone_alone(console: Served, world: World, crowd: dict[str, Someone]) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo)
    await bo.sends("/broadcasts/1/test", to="Ada")
    await world.settle()
    assert len(await crowd["Ada"].looks()) == 1
    assert await crowd["Dee"].looks() == []
    await bo.sends("/broadcasts/1/test", to="Nobody")
    assert bo.status == 422


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"en": "", "cy": "", "good_at": "Geiriau hir sydd"}, "Please write what it says"),
        ({"en": "Hello {nam}"}, "can't be filled in"),
        ({"at": "soon"}, "Please give the day"),
        ({"waves": "many"}, "should be a number"),
        ({"to": "Nobody at all"}, "Nobody at all"),
    ],
)
async def test_what_can_not_be_sent_is_said_and_what_was_typed_is_still_there(
    console: Served, crowd: dict[str, Someone], fields: dict[str, str], why: str
) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, **{"cy": "Geiriau hir sydd wedi'u teipio", **fields})
    assert bo.status == 422
    bo.sees(why)
    assert "Geiriau hir sydd" in bo.page


async def test_it_is_paused_goes_on_and_is_stopped(console: Served, world: World, crowd: dict[str, Someone]) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, waves="2", minutes="10")
    await bo.sends("/broadcasts/1/confirm")
    await goes(world)
    await bo.sends("/broadcasts/1/pause")
    bo.sees("It is paused", "paused by Bo", "1 of 2 people")
    world.clock.forward(timedelta(minutes=11))
    await goes(world)
    await bo.opens("/broadcasts/1")
    bo.sees("1 of 2 people")
    await bo.sends("/broadcasts/1/resume")
    await goes(world)
    await bo.opens("/broadcasts/1")
    bo.sees("It is done")
    await writes(bo, at="2026-03-03T10:00")
    await bo.sends("/broadcasts/2/confirm")
    bo.sees("Undo")
    await bo.sends("/broadcasts/2/undo")
    bo.sees("before it goes")
    await bo.sends("/broadcasts/2/confirm")
    await bo.sends("/broadcasts/2/stop")
    bo.sees("It was stopped")
    await writes(bo)
    await bo.sends("/broadcasts/3/stop")
    bo.sees("It went to nobody")
    await bo.opens("/broadcasts/3")
    assert bo.status == 404


async def test_whom_a_stop_cut_off_is_counted_apart_from_who_was_left_out_before(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, waves="2", minutes="10")
    await bo.sends("/broadcasts/1/confirm")
    await goes(world)
    await bo.sends("/broadcasts/1/stop")
    bo.sees("It was stopped", "1 of 2 people", "Sent 1", "Not sent: it was stopped first 1", "Left out 1")
    await bo.opens("/broadcasts/1?state=stopped")
    bo.sees("Dee", "Bo stopped the broadcast")
    bo.does_not_see("said STOP")
    await bo.opens("/broadcasts/1?state=left%20out")
    bo.sees("Cai", "said STOP")
    bo.does_not_see("Bo stopped the broadcast")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-07-03T10:00", "2026-07-03T09:00"),
        ("2026-07-03T10:00+02:00", "2026-07-03T08:00"),
        ("2026-07-03T10:00Z", "2026-07-03T10:00"),
    ],
)
async def test_it_begins_by_the_clocks_of_the_house_unless_an_offset_was_given_with_the_time(
    console: Served, world: World, crowd: dict[str, Someone], typed: str, meant: str
) -> None:
    await writes(await console.signed_in("Bo"), at=typed)
    assert rows(world, BROADCAST, "begins_at") == [(datetime.fromisoformat(f"{meant}+00:00"),)]


def of_two_is_many(world: World) -> None:
    """From two people on, a broadcast is a large one."""
    service = world.service
    house = replace(service.voice.house, spending=replace(service.voice.house.spending, confirm_above=1))
    service.voice = replace(service.voice, house=house)


async def test_a_large_one_waits_for_a_second_persons_yes(world: World, crowd: dict[str, Someone]) -> None:
    of_two_is_many(world)
    async with open_console(world) as console:
        bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim", ["lead"])
        await writes(bo)
        bo.sees("waits for somebody else's yes after yours: Kim")
        await bo.sends("/broadcasts/1/confirm")
        await bo.sends("/broadcasts/1/confirm")
        bo.sees("Bo has said yes")
        assert rows(world, OUTBOX, "id") == [each for each in rows(world, OUTBOX, "id") if each]
        await kim.sends("/broadcasts/1/confirm")
        kim.sees("It is going out")


async def test_where_nobody_else_can_say_yes_the_number_is_typed_and_there_are_two_minutes(
    world: World, crowd: dict[str, Someone]
) -> None:
    of_two_is_many(world)
    async with open_console(world) as console:
        bo = await console.signed_in("Bo")
        await writes(bo)
        await bo.sends("/broadcasts/1/confirm", count="3")
        bo.sees("Please type that number")
        await bo.sends("/broadcasts/1/confirm", count="2")
        bo.sees("Undo")
        await goes(world)
        assert await crowd["Ada"].looks() == []
        world.clock.forward(timedelta(minutes=2))
        await goes(world)
        assert len(await crowd["Ada"].looks()) == 1
        await bo.sends("/broadcasts/1/undo")
        assert bo.status == 422


async def test_who_sees_one_project_writes_to_it_and_sees_nothing_of_others(console: Served, world: World) -> None:
    ada, ben = await volunteer(world, "Ada"), await volunteer(world, "Ben")
    bo_saves(world, everybody=False)
    with world.service.database.writing() as connection:
        [project] = projects(connection)
        add(connection, project.name, "Ada", "volunteer", None, world.clock())
    bo, sam = await console.signed_in("Bo"), await console.signed_in("Sam", projects=[project.name])
    await writes(bo)
    await sam.opens("/broadcasts")
    sam.does_not_see("the kitchen is open")
    await sam.opens("/broadcasts/1")
    assert sam.status == 404
    await sam.sends("/broadcasts/1/confirm")
    assert sam.status == 404
    await writes(sam)
    sam.sees("As they will see it: 1 person", "Hello Ada")
    await sam.sends("/broadcasts/2/confirm")
    await goes(world)
    assert any("the kitchen" in each for each in await ada.looks())
    assert await ben.looks() == []


async def test_who_sees_one_project_can_name_nobody_else_in_a_broadcast_or_a_test(
    console: Served, world: World
) -> None:
    bo_saves(world, everybody=False)
    ada, ben, ali = await volunteer(world, "Ada"), await volunteer(world, "Ben"), await volunteer(world, "ada")
    with world.service.database.writing() as connection:
        add(connection, "Garden", ada.person.address, "volunteer", None, world.clock())
    sam = await console.signed_in("Sam", projects=["Garden"])
    await writes(sam)
    for named in ("Ben", ben.person.address, ali.person.address, str(id_of(world, "Ben")), "Nobody", "9" * 5000):
        nobody = f"Nobody of your projects is called “{named}”, or has that number."
        await sam.sends("/broadcasts/1/test", to=named)
        sam.sees(nobody)
        for field in ("to", "but_not"):
            await writes(sam, **{field: named})
            sam.sees(nobody)
    await sam.sends("/broadcasts/1/test", to="ada")
    sam.sees("The test is on its way")
    await world.settle()
    assert len(await ada.looks()) == 1
    assert await ben.looks() == await ali.looks() == []


async def test_a_broadcast_to_somebody_who_is_forgotten_meanwhile_goes_to_nobody_else(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, to="Ada")
    bo.sees("As they will see it: 1 person")
    await crowd["Ada"].texts("FORGET")
    await crowd["Ada"].texts("1")
    await world.later(timedelta(minutes=5))
    bo = console.again(bo)
    await bo.opens("/people")
    bo.does_not_see("Ada")
    await bo.sends("/broadcasts/1/confirm")
    await goes(world)
    assert not any("the kitchen" in each for each in await crowd["Dee"].looks())
    await bo.opens("/broadcasts/1")
    bo.sees("0 people")


async def test_a_draft_that_is_changed_keeps_for_whom_it_was_and_goes_once(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    bo_saves(world)
    with world.service.database.reading() as connection:
        garden = projects(connection)[0]
    bo = await console.signed_in("Bo")
    await writes(bo, project=[garden.id], role="volunteer", channel="sms", silent="3", but_not="Dee", waves="2")
    only = f"For {garden.name}, only volunteers, only by text message, who have not written for 3 days, without 1"
    bo.sees(only)
    await bo.opens("/broadcasts/new?from=1")
    form = bo.answer.text
    for kept in ('value="volunteer" selected', 'value="sms" selected', ">Dee</textarea>", 'value="3"', 'value="2"'):
        assert kept in form, kept
    assert f'value="{garden.id}" checked' in form
    assert 'name="instead_of" value="1"' in form
    await writes(bo, project=[garden.id], role="volunteer", instead_of="1")
    bo.sees("Broadcast 2, before it goes", f"For {garden.name}, only volunteers.")
    assert (await bo.opens("/broadcasts/1")) is not None
    assert bo.status == 404


async def test_a_draft_to_somebody_who_was_forgotten_is_not_changed_into_one_to_everybody(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    bo = await console.signed_in("Bo")
    await writes(bo, to="Ada")
    await crowd["Ada"].texts("FORGET")
    await crowd["Ada"].texts("1")
    await world.later(timedelta(minutes=5))
    bo = console.again(bo)
    await bo.opens("/broadcasts/new?from=1")
    bo.sees(NOBODY_LEFT)
    await writes(bo, to=NOBODY_LEFT, instead_of="1")
    assert bo.status == 422


def test_whoever_may_reach_no_project_reaches_nobody() -> None:
    assert Audience.from_json(Audience(within=()).to_json(), {}).within == ()


async def test_bo_sees_by_name_who_does_not_get_it_and_how_many_of_everybody_are_staff(
    console: Served, world: World, crowd: dict[str, Someone]
) -> None:
    is_called(world, "Ada", NASTY)
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Dee").values(role="coordinator"))
    is_called(world, "Cai", "Jo")
    await crowd["Ada"].texts("STOP")
    bo = await console.signed_in("Bo")
    await bo.opens("/broadcasts/new")
    bo.sees("everybody: volunteers and staff")
    await writes(bo)
    bo.sees("1 of them staff", f"2: said STOP {NASTY} , Jo")
    assert f'href="/console/people/{id_of(world, NASTY)}"' in bo.page
    assert "<script>alert" not in bo.page
