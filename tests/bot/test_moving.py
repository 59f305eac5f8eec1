"""A new phone, or from SMS to Telegram: the same person goes on where they were, in the middle of anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.channels import Reason, Retry, SendFailed
from bot.simulation import HARBOUR_HOUSE, World
from storage.database import Database
from storage.desk import CHECK_IN, HOLDER, OUTBOX, PERSON, Desk
from tests.bot.cast import Someone, meet, rows, volunteer


async def asks_to_move(someone: Someone, word: str = "MOVE") -> str:
    await someone.texts(word)
    someone.hears("house.move")
    [code] = re.findall(r"(?:JOIN|YMUNO) (\w+)", someone.shown[-1].text)
    return code


@pytest.mark.parametrize(("first", "then"), [("sms", "telegram"), ("telegram", "sms"), ("sms", "sms")])
async def test_ada_moves_in_the_middle_of_a_check_in_and_ends_it_on_the_other_phone(
    world: World, first: str, then: str
):
    ada = await volunteer(world, "Ada", first)
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears("check-in.mood")
    await ada.texts("4")
    code = await asks_to_move(ada)
    ada.hears("house.move", "check-in.note")
    there = await meet(world, "Ada there", then)
    await there.texts(f"JOIN {code}")
    there.hears("house.moved", "check-in.note")
    await there.texts("sunny in the garden")
    there.hears("check-in.thanks")
    assert rows(world, CHECK_IN, "mood", "note") == [(4, "sunny in the garden")]
    assert len(rows(world, PERSON, "id")) == 1
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears_nothing()
    await there.looks()
    there.hears("check-in.mood")


async def test_a_code_works_once_and_for_a_day(world: World):
    ada = await volunteer(world, "Ada")
    first, second = await asks_to_move(ada), await asks_to_move(ada)
    there, thief, late = [await meet(world, name) for name in ("there", "thief", "late")]
    await there.texts(f"JOIN {first}")
    there.hears("house.moved")
    await thief.texts(f"JOIN {first}")
    thief.hears("joining.welcome")
    await world.later(timedelta(days=1, minutes=1))
    await late.texts(f"join {second}")
    late.hears("joining.welcome")
    assert len(rows(world, HOLDER, "person_id")) == 3


async def has_moved(world: World, first: str = "sms", then: str = "telegram") -> tuple[Someone, Someone]:
    """Ada, and the phone from which she writes now."""
    ada = await volunteer(world, "Ada", first)
    code = await asks_to_move(ada)
    there = await meet(world, "there", then)
    await there.texts(f"JOIN {code}")
    there.hears("house.moved")
    return ada, there


@pytest.mark.parametrize(("first", "then"), [("sms", "telegram"), ("telegram", "sms"), ("sms", "sms")])
async def test_whoever_has_the_old_phone_hears_nothing_and_is_a_stranger(world: World, first: str, then: str):
    ada, there = await has_moved(world, first, then)
    await ada.looks()
    ada.hears_nothing()  # not even that she moved: it may be in the hands of somebody who must not know
    await ada.texts("MYDATA")
    assert "Ada" not in "".join(bubble.text for bubble in ada.shown)
    await ada.texts("hello, who is this")
    assert "Ada" not in "".join(bubble.text for bubble in ada.shown)
    await ada.texts("STOP")
    await world.later(timedelta(days=8))
    await there.looks()
    there.hears("check-in.mood")


async def test_what_waited_for_the_old_phone_is_not_sent_there(world: World):
    ada = await volunteer(world, "Ada")
    code = await asks_to_move(ada)
    world.handsets["sms"].fails_with = SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER)
    await ada.texts("MENU")
    world.handsets["sms"].fails_with = None
    there = await meet(world, "there", "telegram")
    await there.texts(f"JOIN {code}")
    await world.later(timedelta(hours=2))
    await ada.looks()
    ada.hears_nothing()
    assert ("withdrawn", "they have moved") in rows(world, OUTBOX, "state", "reason")


async def test_whoever_shares_the_old_phone_keeps_it(world: World):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([ada.person.address], [])
        desk.add_holder(desk.address("sms", ada.person.address), desk.add_person(called="Eve", joined_at=world.clock()))
        desk.put_away()
    await ada.texts("MOVE")
    await ada.texts("Ada")
    await ada.texts("MOVE")
    [code] = re.findall(r"JOIN (\w+)", ada.shown[-1].text)
    there = await meet(world, "there", "telegram")
    await there.texts(f"JOIN {code}")
    there.hears("house.moved")
    await ada.texts("PLAN")
    ada.does_not_hear("house.who")
    assert len(rows(world, HOLDER, "person_id")) == 2


async def test_an_alert_goes_on_where_they_are_now(database: Database):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await volunteer(world, "Ada")
        code = await asks_to_move(ada)
        await ada.texts("i cant go on")
        there = await meet(world, "there", "telegram")
        await there.texts(f"JOIN {code}")
        await there.looks()
        await ada.looks()
        [number] = world.references()
        sam = Someone(world, world.people["Sam"])
        for words in (f"ACK {number}", f"READ {number}", f"TAKE {number}", f"REPLY {number} are you warm?"):
            await sam.texts(words)
        await ada.looks()
        assert "are you warm?" not in str(ada.shown)
        await there.looks()
        assert "are you warm?" in str(there.shown)


async def test_dee_moves_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    code = await asks_to_move(dee, "symud")
    there = await meet(world, "Dee there", "sms")
    there.language = "cy"
    await there.texts(f"YMUNO {code}")
    there.hears("house.moved")
