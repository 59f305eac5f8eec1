"""A coordinator writes with them, until the conversation is given back."""

from __future__ import annotations

from datetime import timedelta

from storage.desk import INBOX, PERSON, Desk
from tests.bot.alerts.cast import acknowledged, in_danger, news_of, night
from tests.bot.cast import Someone, rows
from tests.bot.watched import IN_DANGER, Watched


async def test_a_coordinator_who_takes_over_writes_with_them_and_the_bot_is_silent(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await ada.looks()
    await sam.texts(f"TAKE {world.reference}")
    sam.hears("alerts.took")
    await ada.looks()
    ada.hears("alerts.takes-over")
    await ada.texts("who is there")
    ada.hears_nothing()
    await sam.looks()
    assert sam.shown[-1].text == f"{world.reference}: who is there"
    await sam.texts(f"REPLY {world.reference} it is Sam, I am here")
    await ada.looks()
    assert ada.shown[-1].text == "Sam: it is Sam, I am here"
    await sam.texts(f"READ {world.reference}")
    assert "who is there" not in sam.shown[-1].text


async def test_a_reply_takes_over_so_that_what_comes_back_reaches_the_coordinator(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"reply {world.reference}: hello")
    await ada.texts("hi sam")
    await sam.looks()
    assert sam.shown[-1].text.endswith(": hi sam")


async def test_a_reply_without_words_is_asked_for_them(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"REPLY {world.reference}")
    sam.hears("alerts.reply-empty")


async def test_a_reply_goes_where_they_last_wrote_from(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    telegram = await world.add("Ada's other phone", "telegram")
    with world.service.database.writing() as connection:
        (person_id,) = [its_id for its_id, called in rows(world, PERSON, "id", "called") if called == "Ada"]
        desk = Desk(connection, world.clock())
        desk.fetch_people([person_id])
        desk.add_address("telegram", "telegram", telegram.address, desk.person(person_id))
        desk.put_away()
    other = Someone(world, telegram)
    await other.texts(IN_DANGER)
    await sam.texts(f"REPLY {world.reference} hello")
    await other.looks()
    assert other.shown[-1].text == "Sam: hello"
    await ada.looks()
    assert "Sam: hello" not in [bubble.text for bubble in ada.shown]


async def test_danger_is_answered_and_told_even_while_somebody_has_taken_over(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await ada.texts("i am going to end it tonight")
    assert ada.shown
    await sam.looks()
    sam.hears("alerts.again")


async def test_given_back_the_bot_answers_again_and_says_so(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"GIVE {world.reference}")
    sam.hears("alerts.not-taken")
    await sam.texts(f"TAKE {world.reference}")
    await sam.texts(f"GIVE BACK {world.reference}")
    sam.hears("alerts.given-back")
    await ada.looks()
    ada.hears("alerts.computer-again")
    await ada.texts("EXIT")
    await ada.texts("MENU")
    ada.hears("menu.choice")
    assert world.alert().state == "acknowledged"


async def test_a_day_of_silence_gives_it_back_tells_them_outside_their_quiet_hours_and_leaves_a_note(world: Watched):
    ada = await in_danger(world)
    await night(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await ada.looks()
    await world.later(timedelta(hours=23))
    assert rows(world, PERSON, "taken_over_at") != [(None,)] * 2
    await world.later(timedelta(hours=1))
    assert all(taken is None for (taken,) in rows(world, PERSON, "taken_over_by"))
    assert ("taken over, then a day of silence", "Sam") in rows(world, INBOX, "why", "note")
    await ada.looks()
    ada.hears_nothing()
    await world.later(timedelta(hours=12))
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert world.alert().state == "acknowledged"


async def test_another_coordinator_can_take_it_and_the_first_is_told(world: Watched):
    await in_danger(world)
    await acknowledged(world)
    bo = world.staff("Bo")
    await bo.texts(f"TAKE {world.reference}")
    bo.hears("alerts.took")
    (await news_of(world, "Sam")).hears("alerts.stand-down")
    assert world.alert().has_it == "Bo"
    await bo.texts(f"READ {world.reference}")
    bo.hears("alerts.read")
