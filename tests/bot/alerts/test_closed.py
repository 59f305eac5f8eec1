"""An alert ends by a person's hand, and its record tells the whole story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.segments import count
from bot.telling import LONGEST_RULE, _named
from flows.words import Words
from storage.alerts import ALERT, alerts_for_review
from storage.desk import PERSON, Desk
from tests.bot.alerts.cast import acknowledged, in_danger
from tests.bot.cast import rows, volunteer
from tests.bot.watched import IN_DANGER, Watched

# -- closed by a person -----------------------------------------------------------------------------------


async def test_an_alert_is_closed_by_a_person_with_a_reason_which_is_kept(world: Watched):
    await in_danger(world)
    sam, reference = await acknowledged(world), world.reference
    await sam.texts(f"CLOSE {reference}")
    sam.hears("alerts.close-why")
    await sam.texts(f"CLOSE {reference} rang her, her sister is there")
    sam.hears("alerts.closed")
    assert world.alert().state == "closed"
    assert ("closed", "Sam", "rang her, her sister is there") in world.record("what", "who", "note")
    await sam.texts(f"READ {reference}")
    sam.hears("alerts.no-such")


async def test_by_phone_a_reason_with_their_name_is_sent_back_and_not_kept(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"CLOSE {world.reference} rang ada, all is well")
    sam.hears("alerts.close-name")
    assert world.alert().state == "acknowledged"
    assert not [note for (note,) in world.record("note") if note and "ada" in note]
    await sam.texts(f"CLOSE {world.reference} rang them, all is well")
    sam.hears("alerts.closed")


async def test_nothing_is_closed_by_a_machine_however_long_it_waits(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await world.later(timedelta(days=40), step=timedelta(hours=12))
    assert world.alert().state == "acknowledged"
    await sam.texts(f"CLOSE {world.reference} done")
    assert world.alert().state == "closed"


async def test_closing_gives_the_conversation_back(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await sam.texts(f"CLOSE {world.reference} she is with the crisis team")
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert all(taken is None for (taken,) in rows(world, PERSON, "taken_over_by"))


async def test_danger_after_an_alert_was_closed_is_a_new_alert(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"CLOSE {world.reference} done")
    await ada.texts(IN_DANGER)
    await sam.looks()
    sam.hears("alerts.alert")
    assert len(rows(world, ALERT, "id")) == 2


# -- the record -------------------------------------------------------------------------------------------


async def test_the_record_tells_the_whole_story_in_order(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    await sam.texts(f"CLOSE {world.reference} rang")
    assert [each for each in world.record() if each[0] not in ("sent", "answered")] == [
        ("raised", "them"),
        ("told", "Sam"),
        ("acknowledged", "Sam"),
        ("told who has it", "them"),
        ("read", "Sam"),
        ("closed", "Sam"),
    ]
    assert sorted(who for what, who in world.record() if what == "sent") == ["Sam", "them", "them"]
    with world.service.database.reading() as connection:
        ((alert, events),) = alerts_for_review(connection)
    assert alert.reference == world.reference
    assert events[0].message_id == alert.message_id is not None


async def test_a_person_on_a_shared_phone_is_named_with_the_other(world: Watched):
    ada = await volunteer(world, "Eve")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([ada.person.address], [])
        address = desk.address("sms", ada.person.address)
        desk.add_holder(address, desk.add_person(called="Jo"))
        desk.put_away()
    await ada.texts(IN_DANGER)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    assert "Eve / Jo" in sam.shown[-1].text


@pytest.mark.parametrize(
    "topic", ["suicide_selfharm", "overdose_drugs", "domestic_abuse", "third_party_risk", "homeless_now", "x"]
)
@pytest.mark.parametrize("key", ["alert", "again", "still"])
def test_every_alert_in_english_is_one_part(topic: str, key: str):
    words = Words.load()
    values = {
        "reference": 9999,
        "tier": _named(words, "en", "tier", "act"),
        "topic": _named(words, "en", "topic", topic),
        "rule": "x" * LONGEST_RULE,
        "when": "12:45pm Wednesday",
    }
    said = words.sentence("en", f"alerts.{key}", values, short=True)
    assert (count(said).parts, count(said).encoding) == (1, "GSM-7"), len(said)
