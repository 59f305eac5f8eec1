"""The pages about people: looking for somebody, writing with them by hand, notes, and two records that become one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.channels.segments import count
from bot.console.people import in_words
from bot.people.notes import add_note
from bot.people.talking import Preview, take_over
from bot.projects import keeping
from bot.simulation import World
from storage.accounts import AUDIT
from storage.database import Database
from storage.desk import INBOX, MESSAGE, OUTBOX, PERSON
from storage.notes import DONE, NOTE
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.console.cast import Browser, Served, open_console
from tests.bot.people.cast import bo_does, key_of
from tests.bot.projects.cast import bo_saves
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

REASON = "I meet her on Tuesday"


async def ada_and_bo(console: Served, channel: str = "sms") -> tuple[Someone, Browser, str]:
    """Ada has joined, Bo is signed in, and the address of Ada's page."""
    ada = await volunteer(console.world, "Ada", channel)
    return ada, await console.signed_in("Bo"), f"/people/{key_of(console.world, ada)}"


async def looks(ada: Someone) -> str:
    await ada.world.settle()
    await ada.looks()
    return "\n".join(each.text for each in ada.shown)


def audit(world: World) -> list[tuple[str, str, str | None]]:
    return rows(world, AUDIT, "who", "what", "note")


async def test_somebody_is_found_and_opened(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await volunteer(console.world, "Cai")
    await bo.opens("/people")
    bo.sees("2 people", "Ada", "Cai", ada.person.address)
    await bo.opens("/people?said=ada")
    bo.sees("1 person for “ada”", "Ada")
    bo.does_not_see("Cai")
    assert f'href="/console{path}"' in bo.page
    await bo.opens(path)
    bo.sees("Ada", "Volunteer, joined on", "What shall I call you?", "it is safe to text them first", "The bot answers")
    assert ("Bo", "looked at somebody", None) in audit(console.world)


async def test_from_somebody_in_danger_it_is_a_step_to_the_alert(database: Database) -> None:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world, open_console(world) as console:
        ada, bo, path = await ada_and_bo(console)
        await ada.texts(IN_DANGER)
        await bo.opens(path)
        bo.sees("Somebody may be in danger", "NOBODY HAS IT YET")
        assert f'href="/console/alerts/{world.reference}"' in bo.page


async def test_what_is_read_of_their_danger_on_their_page_stands_in_the_alerts_record_once_for_each_reader(
    database: Database,
) -> None:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world, open_console(world) as console:
        ada, bo, path = await ada_and_bo(console)
        await bo.opens(path)
        await ada.texts(IN_DANGER)
        reads = [each for each in world.record() if each[0] == "read"]
        assert reads == []
        await bo.opens(path, **{"X-Live": "1"})  # the page that stays open has shown the new words too
        bo.sees(IN_DANGER)
        for _ in range(2):
            await bo.opens(path)
        kim = await console.signed_in("Kim")
        await kim.opens(path)
        assert [each for each in world.record() if each[0] == "read"] == [("read", "Bo"), ("read", "Kim")]


async def test_whoever_read_the_page_is_sent_all_the_words_by_read_as_well(database: Database) -> None:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world, open_console(world) as console:
        ada, bo, path = await ada_and_bo(console)
        await ada.texts(IN_DANGER)
        await bo.opens(path)
        await world.answers("Bo", "ACK", "READ")
        assert any(IN_DANGER in each.text for each in world.has_come_to("Bo"))


async def test_a_page_without_their_words_of_danger_is_no_reading_of_them(database: Database) -> None:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world, open_console(world) as console:
        ada, bo, path = await ada_and_bo(console)
        await bo.opens(path)
        with world.service.database.reading() as connection:
            (first,) = connection.execute(select(MESSAGE.c.id).order_by(MESSAGE.c.id).offset(3).limit(1)).one()
        await ada.texts(IN_DANGER)
        await bo.opens(f"{path}?before={first}")
        bo.does_not_see(IN_DANGER)
        assert not [each for each in world.record() if each[0] == "read"]


async def test_words_of_danger_that_the_inbox_shows_are_read_there(database: Database) -> None:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world, open_console(world) as console:
        ada, bo, _ = await ada_and_bo(console)
        await ada.texts(IN_DANGER)
        with world.service.database.writing() as connection:
            (person, message) = connection.execute(
                select(MESSAGE.c.person_id, MESSAGE.c.id).where(MESSAGE.c.text == IN_DANGER)
            ).one()
            item = {"id": 7, "person_id": person, "message_id": message, "why": "we broke over this"}
            connection.execute(insert(INBOX).values(at=world.clock(), **item))
        await bo.opens("/inbox")
        bo.sees(IN_DANGER)
        assert ("read", "Bo") in world.record()


async def test_a_look_by_itself_is_no_look_of_bos(console: Served) -> None:
    _, bo, path = await ada_and_bo(console)
    await bo.opens(path, **{"X-Live": "1"})
    bo.sees("What was said")
    assert audit(console.world) == []


@pytest.mark.parametrize(
    "asked",
    ["?said=%25", "?said=" + "x" * 3000, "?said=a%00b", "?said=%ED%A0%80", "?page=0", f"?page={10**30}", "?page=x"],
)
async def test_whatever_is_asked_there_is_a_page(console: Served, asked: str) -> None:
    bo = await console.signed_in("Bo")
    await bo.opens(f"/people{asked}")
    assert bo.status == 200


@pytest.mark.parametrize("path", ["/people/7", "/people/ada", "/people/-1", f"/people/{10**30}", "/people/7/merge"])
async def test_nobody_there_is_told_so(console: Served, path: str) -> None:
    bo = await console.signed_in("Bo")
    await bo.opens(path)
    assert bo.status == 404


async def test_whoever_may_see_one_project_sees_only_its_people_and_cannot_act_on_others(console: Served) -> None:
    world = console.world
    ada, _, path = await ada_and_bo(console)
    eve = await volunteer(world, "Eve")
    bo_saves(world, everybody=False)
    bo_does(world, lambda c: keeping.add(c, "Garden", "Eve", "volunteer", None, world.clock()))
    kim = await console.signed_in("Kim", projects=["Garden"])
    await kim.opens("/people")
    kim.sees("1 person", "Eve")
    kim.does_not_see("Ada")
    await kim.opens(f"/people/{key_of(world, eve)}")
    assert kim.status == 200
    key, voice = key_of(world, ada), world.service.voice
    bo_does(world, lambda c: take_over(c, voice, key, "Kim", world.clock()))  # she could reply, if she might see Ada
    bo_does(world, lambda c: add_note(c, key, "about Ada", "Bo", world.clock()))
    before = rows(world, OUTBOX, "id"), rows(world, DONE, "what")
    for below in ("", "/merge", f"/merge?other={key_of(world, eve)}"):
        await kim.opens(path + below)
        assert (kim.status, "Ada" in kim.page) == (404, False)
    await kim.opens(f"/people/{key_of(world, eve)}/merge?other={key_of(world, ada)}")
    assert (kim.status, "Ada" in kim.page) == (404, False)
    sent = {"words": "hello", "note": "hello", "reason": REASON, "other": key_of(world, eve), "sure": "yes"}
    for below in ("take-over", "give-back", "reply", "preview", "count", "notes", "notes/read", "merge"):
        await kim.sends(f"{path}/{below}", **sent)
        assert (kim.status, "Ada" in kim.page) == (404, False), below
    assert (rows(world, OUTBOX, "id"), rows(world, DONE, "what")) == before
    assert len(rows(world, NOTE, "id")) == 1


async def test_bo_takes_over_replies_and_gives_back(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/take-over")
    bo.sees("You write with them now", "That you read here is on its way", "Give it back to the bot")
    assert "Bo on our team is reading here now" in await looks(ada)
    await ada.texts("i have lost my key")
    await bo.opens(path)
    bo.sees("i have lost my key")
    await bo.sends(f"{path}/reply", words="I bring you <one> at noon")
    bo.sees("Your words are on its way", "Bo: I bring you <one> at noon", "by hand: Bo")
    assert await looks(ada) == "Bo: I bring you <one> at noon"
    await bo.sends(f"{path}/give-back")
    bo.sees("The bot answers them again.", "The bot answers them.")
    assert "computer again" in await looks(ada)
    done = [what for _, what, _ in audit(console.world)]
    assert [each for each in done if each != "looked at somebody"] == [
        "took a conversation over",
        "wrote to somebody",
        "gave a conversation back",
    ]


async def test_a_preview_shows_what_they_will_see_and_what_it_takes_and_sends_nothing(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/take-over")
    await looks(ada)
    await bo.sends(f"{path}/preview", words="I’m here " + "x" * 160)
    bo.sees("As they will see it", "Bo: I'm here xxx", "2 text messages, 173 signs")
    assert "I’m here" in bo.page.split("<textarea")[1]
    assert await looks(ada) == ""


async def test_signs_that_no_database_keeps_are_left_out(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/take-over")
    await looks(ada)
    await bo.sends(f"{path}/reply", words="hel\x00lo")
    assert await looks(ada) == "Bo: hello"
    await bo.sends(f"{path}/notes", note="a\x00b")
    await bo.sends(f"{path}/notes/read", reason="I meet \x00 her on Tuesday")
    bo.sees("ab")


async def test_what_is_typed_is_counted_for_the_page(console: Served) -> None:
    _, bo, path = await ada_and_bo(console)
    assert await bo.sends(f"{path}/count", words="hello") == "1 text message, 9 signs, about 4p"
    assert "with signs that take more room" in await bo.sends(f"{path}/count", words="ŵ")
    dee = await volunteer(console.world, "Dee", "telegram")
    assert (
        await bo.sends(f"/people/{key_of(console.world, dee)}/count", words="hello") == "9 letters, by Telegram, free"
    )


def test_the_price_is_said_where_it_is_set() -> None:
    two = Preview("x" * 200, count("x" * 200), ())
    assert in_words(two, 4.1) == "2 text messages, 200 signs, about 8p"
    assert in_words(two, 0) == "2 text messages, 200 signs"


async def test_what_cannot_be_sent_comes_back_with_the_reason_and_the_words(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/take-over")
    await ada.texts("STOP")
    await bo.sends(f"{path}/reply", words="please come back to us")
    assert bo.status == 422
    bo.sees("Not done", "They have said STOP", "please come back to us")
    assert "please come back" not in "".join(text for (text,) in rows(console.world, OUTBOX, "text"))


async def test_a_colleague_who_writes_with_them_is_named_and_it_is_taken_only_on_purpose(console: Served) -> None:
    _, bo, path = await ada_and_bo(console)
    kim = await console.signed_in("Kim")
    await bo.sends(f"{path}/take-over")
    await kim.opens(path)
    kim.sees("Bo writes with them at the console", "Take it from Bo")
    assert '<textarea id="words"' not in kim.page
    await kim.sends(f"{path}/reply", words="hello")
    kim.sees("Bo writes with them now")
    await kim.sends(f"{path}/take-over")
    kim.sees("You can take it from Bo if you must")
    await kim.sends(f"{path}/take-over", from_another="yes")
    kim.sees("You write with them now")


async def test_a_note_is_opened_only_by_its_reason_which_is_written_down(console: Served) -> None:
    _, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/notes", note="She would rather meet at the library.")
    bo.sees("The note is kept", "1 note.")
    bo.does_not_see("library")
    await bo.sends(f"{path}/notes/read", reason="work")
    bo.sees("Please say in a few words why")
    bo.does_not_see("library")
    await bo.sends(f"{path}/notes/read", reason=REASON)
    bo.sees("She would rather meet at the library.", "Bo, today")
    assert ("Bo", "read the notes", REASON) in audit(console.world)
    await bo.opens(path)
    bo.does_not_see("library")


async def test_two_records_become_one_after_two_questions(console: Served) -> None:
    world = console.world
    _, bo, path = await ada_and_bo(console)
    other = key_of(world, await volunteer(world, "Ada", "telegram"))
    await bo.opens(f"{path}/merge")
    assert f"?other={other}" in bo.page
    await bo.opens(f"{path}/merge?other={other}")
    bo.sees("What would come together", "This one stays", "They are one person")
    word = bo.page.split('name="word" value="')[1].split('"')[0]
    await bo.sends(f"{path}/merge", other=other, word=word)
    bo.sees("Are you sure that it is one person? It cannot be undone.")
    assert len(rows(world, PERSON, "id")) == 2
    await bo.sends(f"{path}/merge", other=other, word="another", sure="yes")
    bo.sees("Not done", "look at both once more", "They are one person")
    await bo.sends(f"{path}/merge", other=other, word=word, sure="yes")
    bo.sees("The two records are one now.")
    assert len(rows(world, PERSON, "id")) == 1
    assert ("Bo", "made two records one", f"the other: {other}") in audit(world)


async def test_words_of_people_are_never_part_of_the_page(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    nasty = "<script>alert(1)</script>"
    await ada.texts(nasty)
    bo_does(console.world, lambda c: c.execute(update(PERSON).values(called=nasty)))
    for page in (path, "/people", f"/people?said={nasty}", f"{path}/merge"):
        await bo.opens(page)
        assert nasty not in bo.page
        bo.sees(nasty)


async def test_earlier_messages_are_a_page_away(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    for number in range(40):
        await ada.texts(f"the bus is late {number:02}")
        console.world.clock.forward(timedelta(minutes=3))
    bo = await console.signed_in("Bo")
    await bo.opens(path)
    bo.sees("Earlier messages", "the bus is late 39")
    bo.does_not_see("the bus is late 30")
    for _ in range(2):
        before = bo.page.split('href="?before=')[1].split("#")[0]
        await bo.opens(f"{path}?before={before}")
    bo.sees("the bus is late 03", "The newest messages")


async def test_the_newest_words_stand_right_above_what_bo_writes_back_and_bo_lands_on_them(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await ada.texts("the bus is late")
    await bo.sends(f"{path}/take-over")
    await bo.sends(f"{path}/reply", words="I wait for you")
    assert bo.answer.history[-1].headers["location"] == f"/console{path}#newest"
    newest = bo.page.index("I wait for you", bo.page.index('id="newest"'))
    assert newest < bo.page.index('id="words"') < bo.page.index("About them")
    bo.sees("Do they have two records?")


async def test_words_that_are_sent_with_two_clicks_arrive_once_and_can_be_said_again_later(console: Served) -> None:
    ada, bo, path = await ada_and_bo(console)
    await bo.sends(f"{path}/take-over")
    await ada.texts("i have lost my key")
    await asyncio.gather(*(bo.sends(f"{path}/reply", words="I bring you one – at noon") for _ in range(3)))
    assert (await looks(ada)).count("at noon") == 1
    await bo.sends(f"{path}/reply", words="I bring you two at noon")
    assert "two at noon" in await looks(ada)
    await console.world.later(timedelta(minutes=1))
    await bo.sends(f"{path}/reply", words="I bring you two at noon")
    assert "two at noon" in await looks(ada)
