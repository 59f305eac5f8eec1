"""What people write while a broadcast goes out, and afterwards: danger first, and answers gathered for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.broadcasts import keeping
from bot.broadcasts.keeping import Plan
from bot.channels import Outgoing, Pace, Sent
from bot.hearing_danger import NOT_NOW
from bot.simulation import World
from storage.broadcasts import BROADCAST, RECIPIENT
from storage.desk import INBOX, Desk
from storage.old import clear_old
from tests.bot.broadcasts.cast import Bo, shares_her_phone
from tests.bot.cast import Someone, meet, rows, volunteer

EVERYBODY_ELSE = [f"+447700900{n}" for n in range(500, 550)]


def come(world: World, *numbers: str) -> None:
    """So many people more, who have joined."""
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        for number in numbers:
            desk.add_address("sms", "sms", number, desk.add_person(joined_at=world.clock(), safe_to_text=True))
        desk.put_away()


async def queued(world: World, bo: Bo) -> int:
    """A broadcast that is queued, while the line is busy so that nothing has left."""
    world.handsets["sms"].pace = Pace(1, at_once=0)
    number = bo.writes()
    with world.service.database.writing() as connection:
        keeping.confirm(connection, number, "Bo", bo.office, world.clock())
    await world.service.broadcasts.find_due()
    return number


async def arrives(world: World, someone: Someone, *said: str) -> None:
    for words in said:
        await world.service.inbound.take(
            [world.handsets["sms"].typed(someone.person.address, words, world.clock())], "sms"
        )


async def the_line_is_free(world: World) -> list[tuple[str, str]]:
    """Let everything leave that waits; what left in which order, and to whom."""
    handsets, left = world.handsets["sms"], []
    really = handsets.send

    async def send(message: Outgoing) -> Sent:
        left.append((message.address, message.text))
        return await really(message)

    handsets.send = send
    handsets.pace = Pace(10_000, at_once=64)
    await world.settle()
    return left


async def test_ada_who_cannot_go_on_hears_of_help_before_anybody_hears_the_news_and_gets_no_news(world: World):
    ada = await volunteer(world, "Ada")
    come(world, *EVERYBODY_ELSE)
    bo = Bo(world)
    number = await queued(world, bo)
    assert bo.progress(number).people == {"queued": 51}
    await arrives(world, ada, "i cant go on")
    left = await the_line_is_free(world)
    assert [address for address, _ in left].index(ada.person.address) == 0
    assert sorted(address for address, _ in left[1:]) == EVERYBODY_ELSE
    assert len(await ada.looks()) == 1
    ada.hears("safety.suicide_selfharm")
    assert bo.people(number)["Ada"] == ("withdrawn", NOT_NOW)


async def test_a_reply_goes_before_the_news(world: World):
    ada = await volunteer(world, "Ada")
    come(world, *EVERYBODY_ELSE)
    await queued(world, Bo(world))
    await arrives(world, ada, "MENU")
    left = await the_line_is_free(world)
    assert left[0][0] == ada.person.address
    assert left[0][1] != left[1][1]


async def test_answers_are_gathered_under_the_broadcast_they_answer(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    bo = Bo(world)
    first = await bo.sends("Who can come on Sunday?")
    await ada.texts("yes")
    ada.hears("broadcasts.reply")
    second = await bo.sends("And on Monday?")
    await dee.texts("not me, sorry about that")
    dee.hears("broadcasts.reply")
    assert bo.replies(first) == [("Ada", "yes")]
    assert bo.replies(second) == [("Dee", "not me, sorry about that")]
    assert rows(world, INBOX, "why", "note") == [
        ("broadcast reply", "broadcast 1"),
        ("broadcast reply", "broadcast 2"),
    ]


async def test_words_that_answer_a_question_are_the_answer_to_that(world: World):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    number = await bo.sends()
    for words in ("MENU", "1", "4", "I walked the dog"):
        await ada.texts(words)
    ada.hears("check-in.thanks")
    assert bo.replies(number) == []


async def test_days_later_words_are_not_taken_for_an_answer_to_it(world: World):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    number = await bo.sends()
    world.clock.forward(timedelta(days=4))
    await ada.texts("what about the bus")
    ada.hears("house.passed-on")
    assert bo.replies(number) == []


async def test_whoever_shares_the_phone_may_answer_too(world: World):
    eve = await volunteer(world, "Eve")
    shares_her_phone(world, eve, "Jo")
    bo = Bo(world)
    number = await bo.sends()
    await eve.texts("jo")
    await eve.texts("we both come")
    await eve.texts("2")
    assert bo.replies(number)[0][0] == "Jo"


async def test_a_pause_takes_back_what_is_queued_and_of_a_shared_phone_only_theirs(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    bo = Bo(world)
    number = await queued(world, bo)
    await arrives(world, ada, "PAUSE", "1")
    assert bo.people(number) == {"Ada": ("withdrawn", "paused"), "Dee": ("queued", None)}
    await the_line_is_free(world)
    assert len(await dee.looks()) == 1


async def test_quiet_hours_that_begin_while_it_is_queued_hold_it_back(world: World):
    ada = await volunteer(world, "Ada")
    world.clock.forward(timedelta(hours=10, minutes=50))  # to ten to nine in the evening
    await queued(world, Bo(world))
    world.clock.forward(timedelta(minutes=20))
    assert await the_line_is_free(world) == []
    await world.later(timedelta(hours=12))
    assert len(await ada.looks()) == 1


async def test_what_is_old_is_cleared_with_its_broadcast_and_nobody_gets_it_again(world: World):
    ada, cai = await volunteer(world, "Ada"), await volunteer(world, "Cai")
    await cai.texts("STOP")
    bo = Bo(world)
    number = await bo.sends()
    assert len(await ada.looks()) == 1
    await cai.looks()
    world.clock.forward(timedelta(days=400))
    draft = bo.writes()
    with world.service.database.writing() as connection:
        clear_old(connection, world.clock() - timedelta(days=365))
    await bo.goes_on()
    assert rows(world, RECIPIENT, "person_id") == []
    assert rows(world, BROADCAST, "number") == [(draft,)]
    assert number != draft
    assert await ada.looks() == []


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_whoever_moves_before_it_goes_gets_it_where_they_are_now(world: World, channel: str):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    await bo.sends(plan=Plan(begins_at=world.clock() + timedelta(hours=2)))
    [said] = await ada.texts("MOVE")
    code = said.split("JOIN ")[1].split(".")[0]
    new = await meet(world, "Ada's new phone", channel)
    await new.texts(f"JOIN {code}")
    await world.later(timedelta(hours=3))
    assert await new.looks() == ["Hello Ada. The garden opens on Sunday at 10."]
    assert await ada.looks() == []
