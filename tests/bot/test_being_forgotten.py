"""FORGET: one question, and everything goes that may; on a shared phone only what is theirs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.house import House
from bot.safeguarding import Safeguarding
from bot.simulation import World
from storage.about_people import ABOUT_PEOPLE
from storage.alerts import EVENT
from storage.database import Database
from storage.desk import ADDRESS, INBOX, MESSAGE, PERSON, Desk
from storage.nudges import NewNudge, add_nudges, nudges_about
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.watched import HIT, HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

SECRET = "my dog is called Grapefruit"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def watched(database: Database):
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def forgotten(someone: Someone) -> None:
    await someone.texts("FORGET")
    someone.hears("forget.sure")
    await someone.texts("1")


def everything(world: World) -> str:
    """All that any table holds, as text."""
    with world.service.database.reading() as connection:
        tables = [table for table in SQLModel.metadata.tables.values() if table.schema is None]
        return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(select(table)))


def how_many_are_left(world: World) -> dict[str, int]:
    with world.service.database.reading() as connection:
        counts = {kept.table.name: len(connection.execute(select(kept.table)).all()) for kept in ABOUT_PEOPLE}
    return {name: count for name, count in counts.items() if count}


def in_the_files(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Which of these words are in which file, in pages that are free and in the log too."""
    contents = {each.name: each.read_bytes() for each in folder.iterdir()}
    return [(name, word) for name, content in contents.items() for word in words if word.encode() in content]


async def test_everything_goes_after_one_question(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts(SECRET)
    await ada.texts("HUMAN")
    await ada.texts("HELP housing")
    await world.later(timedelta(days=8))
    await ada.texts("2 tired")
    with world.service.database.writing() as connection:
        [(ada_id,)] = rows(world, PERSON, "id")
        soon = world.clock() + timedelta(days=1)
        add_nudges(connection, [NewNudge(ada_id, "task:7", "check-in", soon, soon + timedelta(days=1))])

    await forgotten(ada)
    ada.hears("forget.done")
    ada.does_not_hear("forget.stop-stays")
    ada.does_not_hear("forget.alert-stays")
    await world.later(A_MINUTE)

    assert how_many_are_left(world) == {"inbox": 1}
    for theirs in ("Ada", ada.person.address, "Grapefruit", "tired"):
        assert theirs not in everything(world)


async def test_the_team_is_told_that_somebody_has_gone_and_nothing_else(world: World):
    await forgotten(await volunteer(world, "Ada"))
    assert rows(world, INBOX, "why", "person_id", "note", "message_id") == [
        ("somebody was forgotten", None, None, None)
    ]


async def test_a_conversation_that_was_open_does_not_come_back(world: World):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears("check-in.mood")
    await forgotten(ada)
    ada.does_not_hear("house.back-to")


async def test_two_keeps_everything(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    await ada.texts("2")
    ada.hears("forget.kept")
    await world.later(A_MINUTE)
    assert rows(world, PERSON, "called") == [("Ada",)]


async def test_a_new_message_is_from_somebody_unknown(world: World):
    ada = await volunteer(world, "Ada")
    await forgotten(ada)
    await ada.texts("is this the bus company")
    ada.hears("house.who-is-this")
    await world.later(A_MINUTE)
    assert rows(world, PERSON, "called", "joined_at") == [(None, None)]
    assert [value for (value,) in rows(world, ADDRESS, "value")] == [ada.person.address]
    await ada.texts("JOIN")
    ada.hears("joining.welcome")


async def test_a_message_in_the_same_batch_is_from_somebody_unknown_too(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    handset = world.handsets["sms"]
    both = [handset.typed(ada.person.address, words, world.clock()) for words in ("1", SECRET)]
    await world.service.inbound.take(both, "sms")
    await world.settle()
    await ada.looks()
    ada.hears("forget.done", "house.who-is-this")
    await world.later(A_MINUTE)
    assert rows(world, PERSON, "called") == [(None,)]
    assert rows(world, MESSAGE, "text") == [(SECRET,)]


async def test_the_answer_delivered_twice_is_one_turn(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    message = world.handsets["sms"].typed(ada.person.address, "1", world.clock())
    await world.receive(message)
    await world.receive(message)
    assert len(await ada.looks()) == 1


async def test_nothing_is_half_forgotten_when_it_breaks_in_the_middle(world: World, monkeypatch: pytest.MonkeyPatch):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    before = how_many_are_left(world)

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("cut off")

    monkeypatch.setattr("storage.forgetting._enter", breaks)
    await ada.texts("1")
    ada.hears("house.broke")
    left = how_many_are_left(world)
    assert left | {"inbox": 0, "message": 0, "outbox": 0} == before | {"inbox": 0, "message": 0, "outbox": 0}


async def test_somebody_who_said_stop_can_be_forgotten_and_their_number_stays_stopped(world: World):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    await cai.texts("MYDATA")
    cai.hears("my-data.all")
    await forgotten(cai)
    cai.hears("forget.done", "forget.stop-stays")
    await world.later(A_MINUTE)
    assert how_many_are_left(world) == {"address": 1, "inbox": 1}
    [(value, stopped, *others)] = rows(
        world, ADDRESS, "value", "stopped_at", "last_heard_at", "speaker_id", "speaker_since", "unsettled"
    )
    assert (value, stopped is None, others) == (cai.person.address, False, [None] * 4)
    await cai.texts("hello")
    cai.hears("house.stopped-still")


async def test_on_a_shared_phone_only_theirs_goes(world: World):
    eve = await volunteer(world, "Eve")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([eve.person.address], [])
        address = desk.address("sms", eve.person.address)
        desk.add_holder(address, desk.add_person(called="Jo", joined_at=world.clock(), safe_to_text=True))
        desk.put_away()
    world.clock.forward(timedelta(days=1))
    await eve.texts("jo likes rain")
    eve.hears("house.who")
    await eve.texts("Jo")
    world.clock.forward(timedelta(days=1))
    await eve.texts(SECRET)
    eve.hears("house.who")
    await eve.texts("Eve")
    await forgotten(eve)
    eve.hears("forget.done")
    await world.later(A_MINUTE)
    assert rows(world, PERSON, "called") == [("Jo",)]
    assert how_many_are_left(world)["holder"] == how_many_are_left(world)["address"] == 1
    assert "jo likes rain" in everything(world)
    assert "Grapefruit" not in everything(world)
    await eve.texts("MENU")
    eve.hears("menu.choice")  # there is only Jo now, so nobody is asked who it is


async def test_a_telegram_chat_and_a_number_of_one_person_go_together(world: World):
    dee = await volunteer(world, "Dee", "telegram")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([dee.person.address], [])
        [person] = desk.holders(desk.address("telegram", dee.person.address))
        desk.add_address("sms", "sms", "+447700900777", person)
        desk.put_away()
    await dee.texts("FORGET")
    await dee.taps("Delete it all")
    dee.hears("forget.done")
    await world.later(A_MINUTE)
    assert how_many_are_left(world) == {"inbox": 1}


async def test_in_danger_they_hear_the_lines_and_are_forgotten_once_the_alert_is_closed(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts(IN_DANGER)
    sam = watched.staff("Sam")
    await sam.texts(f"ACK {watched.reference}")
    await sam.texts(f"READ {watched.reference}")
    await ada.looks()
    await ada.texts("FORGET")
    ada.hears("safety.again", "forget.sure")
    await ada.texts("1")
    ada.hears("forget.later")
    await watched.later(timedelta(days=20))
    await ada.looks()
    assert [text for text in ada.shown if "How are you" in text.text] == []  # nothing first
    assert ("Ada",) in rows(watched, PERSON, "called")

    await sam.texts(f"CLOSE {watched.reference} rang them")
    await watched.later(2 * A_MINUTE)
    assert ("Ada",) not in rows(watched, PERSON, "called")
    for theirs in (IN_DANGER, ada.person.address, "Ada"):
        assert theirs not in everything(watched)
    assert how_many_are_left(watched)["alert"] == 1
    assert ("raised",) in rows(watched, EVENT, "what")
    assert ("rang them",) in rows(watched, EVENT, "note")


async def test_what_comes_up_after_they_asked_to_be_forgotten_is_left_unsaid_too(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts(IN_DANGER)
    await forgotten(ada)
    ada.hears("forget.later")
    [ada_id] = [its_id for its_id, called in rows(watched, PERSON, "id", "called") if called == "Ada"]
    now = watched.clock()
    with watched.service.database.writing() as connection:
        add_nudges(connection, [NewNudge(ada_id, "the plan", "menu", now, now + timedelta(days=7))])
    await watched.later(timedelta(days=3))
    await ada.looks()
    ada.hears_nothing()
    with watched.service.database.reading() as connection:
        [became] = nudges_about(connection, "the plan")
    assert (became.state, became.why) == ("left unsaid", "asked to be forgotten")


async def test_a_record_of_danger_stays_and_they_are_told(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts(IN_DANGER)
    sam = watched.staff("Sam")
    for order in ("ACK {}", "READ {}", "TAKE {}", "REPLY {} do you want to meet, Ada?"):
        await sam.texts(order.format(watched.reference))
    await ada.texts(SECRET)
    assert any("Grapefruit" in bubble.text for bubble in watched.has_come_to("Sam"))
    await sam.texts(f"CLOSE {watched.reference} we met")
    await ada.texts("EXIT")
    await forgotten(ada)
    ada.hears("forget.done", "forget.alert-stays")
    await watched.later(A_MINUTE)
    for theirs in (IN_DANGER, ada.person.address, "Ada", "Grapefruit"):
        assert theirs not in everything(watched)
    assert how_many_are_left(watched)["alert"] == 1


async def test_nothing_is_said_of_an_alert_to_whoever_holds_the_phone_of_somebody_who_is_hurt(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts(HIT)
    await ada.texts("1")
    for words in ("MYDATA", "FORGET", "1"):
        await ada.texts(words)
        text = ada.shown[-1].text.lower()
        assert not [word for word in ("999", "danger", "safe", "alert", "samaritans") if word in text], text
    ada.hears("forget.later-quietly")
    sam = watched.staff("Sam")
    await sam.texts(f"ACK {watched.reference}")
    await sam.texts(f"CLOSE {watched.reference} done")
    await watched.later(A_MINUTE)
    assert ("Ada",) not in rows(watched, PERSON, "called")


async def test_once_such_an_alert_is_closed_what_stays_is_said_quietly(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts(HIT)
    sam = watched.staff("Sam")
    await sam.texts(f"ACK {watched.reference}")
    await sam.texts(f"CLOSE {watched.reference} done")
    await forgotten(ada)
    ada.hears("forget.done", "forget.alert-stays-quietly")
    ada.does_not_hear("forget.alert-stays")


async def test_where_nobody_watches_words_of_danger_are_seen_to_first(database: Database):
    async with World(database, House(safeguarding=Safeguarding(watched=False))) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        await forgotten(ada)
        ada.hears("forget.later")
        await world.later(A_MINUTE)
        assert rows(world, PERSON, "called") == [("Ada",)]
        with database.writing() as connection:
            connection.execute(INBOX.update().values(done_at=world.clock()))
        await world.later(2 * A_MINUTE)
        assert rows(world, PERSON, "called") == []


async def test_somebody_who_is_told_of_danger_is_not_forgotten(watched: Watched):
    sam = watched.staff("Sam")
    await sam.texts("FORGET")
    sam.hears("forget.on-call")


async def test_somebody_who_never_joined_can_be_forgotten(world: World):
    ada = await meet(world, "Ada")
    await ada.texts("who gave you my number??")
    await forgotten(ada)
    await world.later(A_MINUTE)
    assert how_many_are_left(world) == {"inbox": 1}


async def test_a_word_of_danger_instead_of_an_answer_goes_first(watched: Watched):
    ada = await volunteer(watched, "Ada")
    await ada.texts("FORGET")
    await ada.texts(IN_DANGER)
    ada.hears("safety.suicide_selfharm")
    assert ("Ada",) in rows(watched, PERSON, "called")


@pytest.mark.parametrize("words", ["yes", "Yes!", "delete it all", "DELETE", "1"])
async def test_a_clear_answer_in_words_will_do(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    await ada.texts(words)
    ada.hears("forget.done")


@pytest.mark.parametrize("words", ["forgot", "i forgot", "stop", "9", "3", "hm", "SKIP", "BACK", "no", "yes but wait"])
async def test_what_is_not_a_clear_answer_deletes_nothing(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts("FORGET")
    await ada.texts(words)
    await world.later(A_MINUTE)
    assert rows(world, PERSON, "called") == [("Ada",)]


async def test_nothing_of_theirs_is_in_the_files_of_sqlite(tmp_path: Path):
    path = tmp_path / "alongside.sqlite3"
    async with World(path) as world:
        ada, bo = await volunteer(world, "Zebedee"), await volunteer(world, "Bo")
        theirs = ("Grapefruit", "Zebedee", ada.person.address)
        for number in range(120):
            await ada.texts(f"{number} {SECRET}")
            await bo.texts(f"{number} the weather in Bo's street")
            world.clock.forward(timedelta(minutes=20))
        assert in_the_files(tmp_path, "Grapefruit")  # it was there
        await forgotten(ada)
        await world.later(A_MINUTE)
        assert in_the_files(tmp_path, *theirs) == []
    assert in_the_files(tmp_path, *theirs) == []
