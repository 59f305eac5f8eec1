"""One person's page: what is known of them, and the conversation with the honest state of what was written to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.people import talking
from bot.people.notes import add_note
from bot.people.page import PersonPage, page_of
from bot.people.rights import NobodyThere
from bot.people.talked import AT_ONCE, FOR_NOBODY, NEWEST, Talked, talked_with
from bot.projects import keeping
from bot.simulation import World, feedback_in
from storage.alerts import add_alert
from storage.database import Database
from storage.desk import ADDRESS, HOLDER, MESSAGE, OUTBOX, PERSON, Desk
from storage.projects import PROJECT, project_named
from storage.tasks import TASK, save_task, take_task
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.people.cast import bo_does, bo_looks, key_of
from tests.bot.projects.cast import bo_saves, garden
from tests.bot.relay.test_asking import ada_and_eve, ada_asks
from tests.bot.votes.test_secret_votes import a_secret_vote
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

ZONE = "Europe/London"
A_DAY = timedelta(days=1)
BRIEF = dict.fromkeys(("goal", "first_step", "what_is_needed", "pitfalls", "ask", "takes", "standard"), "as agreed")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


def page(someone: Someone, **how) -> PersonPage:
    world, key = someone.world, key_of(someone.world, someone)
    return bo_looks(world, lambda connection: page_of(connection, key, ZONE, world.clock(), **how))


def talked(someone: Someone, **how) -> Talked:
    world, key = someone.world, key_of(someone.world, someone)
    safeguarding = world.service.voice.house.safeguarding
    return bo_looks(world, lambda c: talked_with(c, key, safeguarding, ZONE, world.clock(), **how))


def all_words(someone: Someone) -> str:
    return "\n".join(each.text for each in talked(someone).bubbles)


def state_of_the_last(someone: Someone, **values) -> str:
    """What is said of our last message to somebody if it were in this state."""
    last = update(OUTBOX).where(OUTBOX.c.id == talked(someone).bubbles[-1].id)
    bo_does(someone.world, lambda connection: connection.execute(last.values(**values)))
    return talked(someone).bubbles[-1].state


# -- what is known -------------------------------------------------------------------------------------


async def test_the_page_says_what_somebody_chose_in_plain_words(world: Watched):
    ada = await volunteer(world, "Ada")
    for words in ("SKILLS", "I bake bread"):
        await ada.texts(words)
    shown = page(ada)
    assert (shown.called, shown.role, shown.since) == ("Ada", "volunteer", "joined on 02 Mar 2026")
    assert shown.cautions == ()
    assert shown.choices[0] == "it is safe to text them first"
    assert "is asked how they are every 7 days at 10:00, next on Mon 09 Mar" in shown.choices
    assert "quiet from 21:00 to 09:00" in shown.choices
    assert shown.consents == ("we may tell the team when they are in danger",)
    assert shown.strengths == ("I bake bread",)
    assert (shown.alert, shown.reader, shown.notes, shown.check_ins) == (None, None, 0, ())
    [where] = shown.where
    assert (where.channel, where.value, where.state, where.is_preferred) == ("SMS", ada.person.address, "open", True)


async def test_what_must_be_known_before_anybody_writes_stands_out(world: Watched):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    bo_does(world, lambda c: c.execute(update(PERSON).values(safe_to_text=False)))
    shown = page(cai)
    assert shown.cautions == ("NOT SAFE to text or ring on this phone", "has said STOP", "cannot be reached by us")
    assert shown.where[0].state == "stopped: they have said STOP"
    assert shown.choices[0] == "it is NOT safe to text them first"


async def test_a_closed_address_says_why_and_a_silent_one_that_it_may_be_somebody_elses(world: Watched):
    ada = await volunteer(world, "Ada")
    closed = {"closed_at": world.clock(), "closed_reason": "cannot_receive"}
    bo_does(world, lambda c: c.execute(update(ADDRESS).values(**closed)))
    assert page(ada).where[0].state == "closed: This number cannot get texts (it may be a landline)."
    world.clock.forward(A_DAY * 91)
    assert "nothing came from them for 90 days: somebody else may have the number" in page(ada).cautions


async def test_who_shares_a_phone_is_named_only_to_those_who_may_see_them(world: Watched):
    eve = await volunteer(world, "Eve")

    def share(connection):
        desk = Desk(connection, world.clock())
        desk.fetch([eve.person.address], [])
        desk.add_holder(desk.address("sms", eve.person.address), desk.add_person(called="Jo"))
        desk.put_away()

    key = key_of(world, eve)
    bo_does(world, share)
    mine = in_the_garden(world, "Eve")
    looks = {how: bo_looks(world, lambda c, p=how: page_of(c, key, ZONE, world.clock(), p)) for how in (None, mine)}
    assert [shown.where[0].shared_with for shown in looks.values()] == [("Jo",), ("somebody else",)]


def in_the_garden(world: World, *names: str) -> frozenset[int]:
    """A project that only these belong to, as rights to see it alone."""
    bo_saves(world, everybody=False)
    for name in names:
        bo_does(world, lambda c, n=name: keeping.add(c, "Garden", n, "volunteer", None, world.clock()))
    return frozenset({bo_looks(world, lambda c: int(project_named(c, "Garden").id))})


async def test_projects_and_tasks_are_only_those_that_one_may_see(world: Watched):
    ada = await volunteer(world, "Ada")
    mine = in_the_garden(world, "Ada")
    kitchen = garden(name="Kitchen", everybody=True)
    bo_does(world, lambda c: keeping.keep_card(c, kitchen, world.clock()))
    ids = {name: its_id for its_id, name in rows(world, PROJECT, "id", "name")}

    def give(connection):
        for number, name in enumerate(("Garden", "Kitchen"), start=1):
            about = {"project_id": ids[name], "name": f"sweep the {name}", "coordinator": "Bo", **BRIEF}
            save_task(connection, about, world.clock())
            [task_id] = [row.id for row in connection.execute(TASK.select().where(TASK.c.number == number))]
            take_task(connection, task_id, key_of(world, ada), world.clock(), date(2026, 3, 9), None)

    bo_does(world, give)
    assert page(ada).projects == ("Garden", "Kitchen")
    assert len(page(ada).tasks) == 2
    shown = page(ada, projects=mine)
    assert shown.projects == ("Garden",)
    assert shown.tasks == ("has 1 sweep the Garden (Garden), agreed for Mon 09 Mar",)


async def test_a_page_of_somebody_else_s_project_is_as_if_nobody_were_there(world: Watched):
    ada = await volunteer(world, "Ada")
    for look in (page, talked):
        with pytest.raises(NobodyThere) as not_mine:
            look(ada, projects=frozenset({1}))
        with pytest.raises(NobodyThere) as nobody:
            bo_looks(world, lambda c: page_of(c, 1, ZONE, world.clock()))
        assert str(not_mine.value) == str(nobody.value)


async def test_an_open_alert_how_they_were_who_reads_and_how_many_notes(world: Watched):
    ada = await volunteer(world, "Ada")
    await world.later(A_DAY * 7)
    for words in ("2 bit tired", "1"):
        await ada.texts(words)
    await ada.texts(IN_DANGER)
    key, voice, now = key_of(world, ada), world.service.voice, world.clock()
    bo_does(world, lambda c: talking.take_over(c, voice, key, "Bo", now))
    bo_does(world, lambda c: add_note(c, key, "hello", "Bo", now))
    shown = page(ada)
    assert shown.alert == f"alert {world.reference}, since Mon 09 Mar 10:00: NOBODY HAS IT YET"
    assert [(each.mood, each.note, each.wants_a_call) for each in shown.check_ins] == [(2, "bit tired", True)]
    assert (shown.reader.name, shown.notes) == ("Bo", 1)
    await world.answers("Sam", "ACK")
    assert page(ada).alert.endswith("Sam has it")


# -- the conversation ----------------------------------------------------------------------------------


async def test_what_was_said_is_in_its_order_and_who_wrote_by_hand_is_named(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts("the bus is late")
    key, voice, now = key_of(world, ada), world.service.voice, world.clock()
    bo_does(world, lambda c: talking.take_over(c, voice, key, "Bo", now))
    bo_does(world, lambda c: talking.reply(c, voice, key, "Bo", "no matter", now))
    await world.settle()
    bubbles = talked(ada).bubbles
    assert (bubbles[1].text, bubbles[1].ours) == ("Ada", False)
    assert [(each.ours, each.by, each.state) for each in bubbles[-4:]] == [
        (False, None, ""),
        (True, None, "sent"),
        (True, None, "sent"),
        (True, "Bo", "sent"),
    ]
    assert (bubbles[-4].text, bubbles[-1].text, bubbles[-1].parts) == ("the bus is late", "Bo: no matter", 1)


async def test_what_came_before_is_looked_at_a_stretch_at_a_time_and_nothing_twice(world: Watched):
    ada = await volunteer(world, "Ada")
    for number in range(60):
        await ada.texts(f"the bus is late {number}")
        world.clock.forward(timedelta(minutes=3))
    stretches, before = [], None
    while not stretches or before is not None:
        stretches.append(talked(ada, before=before))
        before = stretches[-1].earlier
    assert [len(each.bubbles) for each in stretches[:-1]] == [NEWEST] + [AT_ONCE] * (len(stretches) - 2)
    everything = [each.id for stretch in reversed(stretches) for each in stretch.bubbles]
    assert everything == sorted({its_id for table in (MESSAGE, OUTBOX) for (its_id,) in rows(world, table, "id")})


async def test_the_state_of_what_was_written_claims_no_more_than_is_known(world: Watched):
    ada = await volunteer(world, "Ada")
    later = world.clock() + A_DAY
    assert state_of_the_last(ada, state="queued") == "about to leave"
    assert state_of_the_last(ada, state="queued", not_before=later) == "waits until Tue 03 Mar 10:00"
    tried = state_of_the_last(ada, state="queued", not_before=later, reason="provider_down")
    assert tried == "is tried again at Tue 03 Mar 10:00: The provider did not answer."
    assert state_of_the_last(ada, state="sending") == "on its way"
    assert state_of_the_last(ada, state="delivered") == "arrived on their phone"
    assert state_of_the_last(ada, state="failed", reason="opted_out").startswith("did NOT arrive: They have sent STOP")
    assert state_of_the_last(ada, state="unknown", reason="cut_off").startswith("may have arrived, or not: The line")
    withdrawn = state_of_the_last(ada, state="withdrawn", reason="they said STOP")
    assert withdrawn == "not sent: they said STOP"


async def test_a_tapped_button_says_what_it_said(world: Watched):
    dee = await volunteer(world, "Dee", "telegram")
    await world.later(A_DAY * 7)
    await dee.looks()
    await dee.taps("4")
    await dee.texts("MENU")
    await dee.taps("Language")
    tapped = [each.text for each in talked(dee).bubbles if each.state == "tapped a button"]
    assert tapped == ["4", "Language"]


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_a_secret_vote_never_appears(world: Watched, channel: str):
    people = await a_secret_vote(world, channel)
    ada = people[0]
    await (ada.texts("under the tree") if channel == "sms" else ada.taps("under the tree"))
    theirs = [each for each in talked(ada).bubbles if not each.ours]
    assert theirs[-1].text == ""
    assert theirs[-1].state == FOR_NOBODY


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_a_secret_vote_goes_to_nobody_who_has_taken_over(world: Watched, channel: str):
    ada, *_ = await a_secret_vote(world, channel)
    key, voice = key_of(world, ada), world.service.voice
    bo_does(world, lambda c: talking.take_over(c, voice, key, "Bo", world.clock()))
    await ada.looks()
    for words in ("under the tree", "i have lost my key"):
        await (ada.texts(words) if channel == "sms" or "key" in words else ada.taps(words))
    ada.hears_nothing()
    theirs = [each.text for each in talked(ada).bubbles if not each.ours]
    assert theirs[-2:] == ["", "i have lost my key"]


async def test_a_secret_vote_goes_to_nobody_who_reads_on_their_phone(world: Watched):
    ada, *_ = await a_secret_vote(world)
    key = key_of(world, ada)
    sam = world.staff("Sam")
    await sam.texts("good morning")
    sam_key = key_of(world, sam)

    def sam_reads(connection):
        now = world.clock()
        alert = {"person_id": key, "address_id": address_of(connection, key), "tier": "act", "topic": "overdose_drugs"}
        add_alert(connection, now, rule="a-rule", has_it="Sam", state="acknowledged", **alert)
        connection.execute(update(PERSON).where(PERSON.c.id == key).values(taken_over_by=sam_key, taken_over_at=now))

    bo_does(world, sam_reads)
    await ada.texts("under the tree")
    sam.shown = world.has_come_to("Sam")
    sam.hears("alerts.perhaps-a-vote")
    assert "under the tree" not in "".join(each.text for each in sam.shown)


def address_of(connection, key: int) -> int:
    return int(connection.execute(select(HOLDER.c.address_id).where(HOLDER.c.person_id == key)).scalar_one())


async def test_feedback_without_a_name_never_appears(tmp_path: Path):
    async with World(tmp_path / "a.sqlite3", feedback=feedback_in(tmp_path / "feedback")) as world:
        ada = await volunteer(world, "Ada")
        before = talked(ada)
        await ada.texts("FEEDBACK the kitchen is never open")
        await ada.texts("the kettle is gone too")
        assert "kitchen" not in all_words(ada)
        assert talked(ada).bubbles[: len(before.bubbles)] == before.bubbles


async def test_words_to_a_team_mate_are_shown_as_such_and_not_what_they_say(world: Watched):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve, "where is the key?")
    assert "key" not in all_words(ada) + all_words(eve)
    assert FOR_NOBODY in [each.state for each in talked(ada).bubbles]
    assert any(FOR_NOBODY in each.state for each in talked(eve).bubbles if each.ours)


async def test_what_passes_between_a_coordinator_and_the_bot_about_an_alert_is_not_on_their_page(world: Watched):
    ada = await volunteer(world, "Ada")
    sam = world.staff("Sam")
    await sam.texts("good morning")
    await ada.texts(IN_DANGER)
    await world.answers("Sam", "ACK", "READ")
    await sam.texts(f"REPLY {world.reference} I ring you now")
    assert IN_DANGER in "".join(each.text for each in world.has_come_to("Sam"))
    shown = all_words(sam)
    assert "good morning" in shown
    for theirs in (IN_DANGER, "I ring you now", "Ada", ada.person.address):
        assert theirs not in shown
