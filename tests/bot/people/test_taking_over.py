"""Writing with somebody at the console instead of the bot, and giving them back to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.people import talking
from bot.people.rights import NobodyThere
from bot.projects.keeping import NotDone
from bot.today import today_lines
from storage.database import Database
from storage.desk import INBOX, MESSAGE, OUTBOX, PERSON
from storage.notes import DONE
from storage.taking_over import who_reads
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.people.cast import bo_does, bo_looks, key_of
from tests.bot.watched import HIT, HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
LATE = timedelta(hours=13)  # eleven at night


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def does(ada: Someone, what, *words: str, by: str = "Bo", **how) -> list[str]:
    """Somebody at the console takes over, replies or gives back; then Ada looks at her handset."""
    world, key = ada.world, key_of(ada.world, ada)
    voice, now = world.service.voice, world.clock()
    said = bo_does(world, lambda connection: what(connection, voice, key, by, *words, now, **how))
    await world.settle()
    await ada.looks()
    return said


async def test_today_names_those_whom_one_of_the_team_writes_with_until_they_are_given_back(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    shown = bo_does(world, lambda connection: today_lines(connection, "Europe/London", world.clock()))
    assert "   Ada: Bo, last at Mon 02 Mar 10:00" in shown
    await does(ada, talking.give_back)
    assert not any("Ada" in each for each in bo_does(world, lambda c: today_lines(c, "Europe/London", world.clock())))


async def takes_over(ada: Someone, **how) -> list[str]:
    return await does(ada, talking.take_over, **how)


async def replies(ada: Someone, words: str, **how) -> list[str]:
    return await does(ada, talking.reply, words, **how)


async def gives_back(ada: Someone, **how) -> list[str]:
    return await does(ada, talking.give_back, **how)


def reader(ada: Someone):
    return bo_looks(ada.world, lambda connection: who_reads(connection, key_of(ada.world, ada)))


def record(world: Watched) -> list[tuple[str, str]]:
    return rows(world, DONE, "who", "what")


def waiting(world: Watched) -> list[str]:
    return [why for why, done_at in rows(world, INBOX, "why", "done_at") if done_at is None]


def set_person(world: Watched, **values) -> None:
    bo_does(world, lambda connection: connection.execute(update(PERSON).values(**values)))


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_they_are_told_who_reads_and_when_the_computer_is_back(world: Watched, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await takes_over(ada)
    ada.hears("alerts.takes-over")
    assert "Bo" in ada.shown[-1].text
    assert (reader(ada).name, reader(ada).at_console) == ("Bo", True)
    await replies(ada, "I am at the library now")
    assert ada.shown[-1].text == "Bo: I am at the library now"
    await gives_back(ada)
    ada.hears("alerts.computer-again")
    assert reader(ada) is None
    assert record(world) == [("Bo", "took over"), ("Bo", "replied"), ("Bo", "gave back")]


async def test_they_are_told_in_their_own_language(world: Watched):
    dee = await volunteer(world, "Dee", language="cy")
    await takes_over(dee)
    dee.hears("alerts.takes-over")


async def test_the_flows_are_silent_until_it_is_given_back_and_words_wait_in_the_inbox(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    for words in ("MENU", "i lost my key", "PLAN"):
        await ada.texts(words)
        ada.hears_nothing()
    assert waiting(world) == ["wrote to a person"] * 3
    assert [text for (text,) in rows(world, MESSAGE, "text")][-3:] == ["MENU", "i lost my key", "PLAN"]
    await gives_back(ada)
    await ada.texts("MENU")
    ada.hears("menu.choice")


async def test_no_check_in_comes_between(world: Watched):
    ada = await volunteer(world, "Ada")
    for _ in range(8):
        await takes_over(ada) if reader(ada) is None else await replies(ada, "still here")
        await world.later(timedelta(hours=23))
    await ada.looks()
    ada.does_not_hear("check-in.mood")


async def test_a_reply_sees_to_what_waited(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    await ada.texts("i lost my key")
    await replies(ada, "I bring you one")
    assert waiting(world) == []


async def test_danger_is_still_heard_and_answered_and_whoever_has_the_alert_hears_that_there_is_more(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    await ada.texts(IN_DANGER)
    ada.hears("safety.suicide_selfharm", "alerts.trying")
    await world.answers("Sam", "ACK")
    await ada.looks()
    await ada.texts("it is raining here")
    ada.hears_nothing()
    assert ("more words", "them") in world.record()
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("alerts.more")
    await world.answers("Sam", "READ")
    assert "it is raining here" in "".join(each.text for each in world.has_come_to("Sam"))
    assert "wrote to a person" in waiting(world)


async def test_with_an_open_alert_what_is_done_is_in_its_record_and_followed(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    await takes_over(ada)
    ada.hears("alerts.takes-over")
    await replies(ada, "I am here")
    await gives_back(ada)
    done = world.record()
    for line in (
        ("taken over", "Bo"),
        ("told who reads here", "them"),
        ("replied", "Bo"),
        ("words of a coordinator", "them"),
        ("given back", "Bo"),
        ("told that the computer is back", "them"),
    ):
        assert line in done
    assert world.alert().state == "raised"  # taking over is not acknowledging: the next is told


async def test_while_it_may_not_be_safe_to_write_about_it_nothing_is_written(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(HIT)
    said = await takes_over(ada)
    assert "NOT told" in said[1]
    ada.hears_nothing()
    with pytest.raises(NotDone, match="safeguarding lead"):
        await replies(ada, "shall I ring?")
    await gives_back(ada)
    ada.hears_nothing()


async def test_who_has_said_that_it_is_not_safe_is_told_only_in_answer_to_their_own_words(world: Watched):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "Ada", "SKIP", "1", "2", "1"):
        await ada.texts(words)
    said = await takes_over(ada)
    assert "NOT told" in said[1]
    ada.hears_nothing()
    with pytest.raises(NotDone, match="not safe to text"):
        await replies(ada, "hello Ada")
    await ada.looks()
    ada.hears_nothing()
    await ada.texts("it is raining here")
    ada.hears("alerts.read-by")
    await gives_back(ada)
    ada.hears_nothing()


async def test_after_stop_nothing_is_sent_and_the_reason_is_kind(world: Watched):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    await takes_over(cai)
    cai.hears_nothing()
    with pytest.raises(NotDone, match=r"STOP.*START"):
        await replies(cai, "hello")
    await gives_back(cai)
    cai.hears_nothing()


async def test_stop_in_the_middle_holds_at_once(world: Watched):
    cai = await volunteer(world, "Cai")
    await takes_over(cai)
    await cai.texts("STOP")
    cai.hears("house.stopped")
    with pytest.raises(NotDone, match="STOP"):
        await replies(cai, "hello")
    await gives_back(cai)
    cai.hears_nothing()


async def test_somebody_else_does_not_reply_in_between_and_takes_it_only_on_purpose(world: Watched):
    ada = await volunteer(world, "Ada")
    with pytest.raises(NotDone, match="take over first"):
        await replies(ada, "hello")
    await takes_over(ada)
    with pytest.raises(NotDone, match="Bo writes with them"):
        await replies(ada, "hello", by="Kim")
    with pytest.raises(NotDone, match="Bo writes with them at the console"):
        await takes_over(ada, by="Kim")
    await takes_over(ada, by="Kim", from_another=True)
    ada.hears("alerts.takes-over")
    assert reader(ada).name == "Kim"
    assert await takes_over(ada, by="Kim") == ["You write with them already."]
    ada.hears_nothing()


async def test_what_a_colleague_reads_on_their_phone_is_taken_on_purpose_and_they_are_told(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    await world.answers("Sam", "ACK", "TAKE")
    with pytest.raises(NotDone, match="Sam writes with them on their phone"):
        await takes_over(ada)
    with pytest.raises(NotDone, match="GIVE"):
        await gives_back(ada)
    await takes_over(ada, from_another=True)
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("alerts.taken-at-console")
    await ada.texts("where are you")
    await sam.looks()
    sam.hears("alerts.more")
    await world.answers("Sam", "GIVE")
    assert "Bo gives it back there" in world.has_come_to("Sam")[-1].text
    assert reader(ada).name == "Bo"


async def test_closing_the_alert_leaves_who_reads_at_the_console(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    await takes_over(ada)
    await world.answers("Sam", "ACK")
    await world.staff("Sam").texts(f"CLOSE {world.reference} rang them, all is well")
    await ada.looks()
    ada.does_not_hear("alerts.computer-again")
    assert reader(ada).name == "Bo"


async def test_a_reply_by_phone_takes_it_back_there(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    await world.answers("Sam", "ACK")
    await takes_over(ada)
    await world.staff("Sam").texts(f"REPLY {world.reference} I ring you now")
    assert (reader(ada).name, reader(ada).at_console) == ("Sam", False)
    await ada.texts("thank you")
    assert "thank you" in world.has_come_to("Sam")[-1].text


async def test_after_a_day_of_silence_the_bot_answers_again_and_a_person_looks_at_it(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    await ada.texts("hello?")
    await world.later(A_DAY + AN_HOUR)
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert reader(ada) is None
    assert waiting(world) == ["wrote to a person", "taken over, then a day of silence"]
    assert record(world)[-1] == ("Bo", "given back after a day of silence")


async def test_at_night_nothing_is_said_first_and_what_was_not_said_is_taken_back(world: Watched):
    ada = await volunteer(world, "Ada")
    world.clock.forward(LATE)
    said = await takes_over(ada)
    assert "Tuesday at 09:00" in said[1]
    ada.hears_nothing()
    await gives_back(ada)
    await world.later(A_DAY)
    await ada.looks()
    ada.does_not_hear("alerts.takes-over")
    ada.does_not_hear("alerts.computer-again")
    assert [state for state, text in rows(world, OUTBOX, "state", "text") if "reading here" in text] == ["withdrawn"]


async def test_at_night_somebody_who_has_just_written_gets_an_answer(world: Watched):
    ada = await volunteer(world, "Ada")
    world.clock.forward(LATE)
    await ada.texts("are you awake")
    await takes_over(ada)
    ada.hears("alerts.takes-over")
    await replies(ada, "yes, I am here")
    assert "I am here" in ada.shown[-1].text


async def test_a_pause_holds_until_they_write_themselves(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    world.clock.forward(A_DAY * 2)
    set_person(world, paused_until=world.clock() + A_DAY * 7, taken_over_at=world.clock())
    with pytest.raises(NotDone, match="pause until Wednesday 11 March"):
        await replies(ada, "hello")
    await ada.texts("i am back")
    await replies(ada, "welcome")
    assert "welcome" in ada.shown[-1].text


async def test_a_number_that_may_be_somebody_elses_by_now_gets_nothing_personal(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    world.clock.forward(A_DAY * 91)
    set_person(world, taken_over_at=world.clock())
    with pytest.raises(NotDone, match="90 days"):
        await replies(ada, "hello Ada")


async def test_somebody_who_never_wrote_and_never_joined_is_not_written_to(world: Watched):
    dee = await meet(world, "Dee", language="cy")
    await takes_over(dee)
    dee.hears_nothing()
    with pytest.raises(NotDone, match="not joined yet"):
        await replies(dee, "hello")


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 1001])
async def test_what_cannot_be_sent_is_not_sent(world: Watched, words: str):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    with pytest.raises(NotDone):
        await replies(ada, words)
    assert record(world) == [("Bo", "took over")]


async def test_nobody_writes_with_people_of_other_projects(world: Watched):
    ada = await volunteer(world, "Ada")
    for act in (takes_over(ada, projects=frozenset({1})), gives_back(ada, projects=frozenset({1}))):
        with pytest.raises(NobodyThere):
            await act
    await takes_over(ada)
    with pytest.raises(NobodyThere):
        await replies(ada, "hello", projects=frozenset({1}))


async def test_a_reply_goes_where_they_last_wrote_from(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts("MOVE")
    code = ada.shown[-1].text.split("JOIN ")[1].split(".")[0]
    there = await meet(world, "Ada there", "telegram")
    await there.texts(f"JOIN {code}")
    world.clock.forward(timedelta(minutes=1))
    await ada.texts("i still have this one too")
    await takes_over(ada)
    ada.hears("alerts.takes-over")
    await there.looks()
    there.hears_nothing()


async def test_a_preview_says_what_it_takes_and_what_holds_it_back_and_changes_nothing(world: Watched):
    ada = await volunteer(world, "Ada")
    key, voice = key_of(world, ada), world.service.voice

    def shown(words: str):
        return bo_does(world, lambda c: talking.preview(c, voice, key, "Bo", words, world.clock()))

    short, long = shown("I’m here"), shown("ŵ" * 70)
    assert (short.text, short.segments.parts, short.segments.encoding) == ("Bo: I'm here", 1, "GSM-7")
    assert (long.segments.parts, long.segments.encoding) == (2, "UCS-2")
    assert short.cautions == ()
    await ada.texts("STOP")
    assert "STOP" in shown("hello").cautions[0]
    assert record(world) == []


async def test_the_record_is_of_the_person_and_goes_with_forget(world: Watched):
    ada = await volunteer(world, "Ada")
    await takes_over(ada)
    await gives_back(ada)
    await ada.texts("FORGET")
    await ada.texts("delete it")
    assert record(world) == []
