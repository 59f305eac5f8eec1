"""ASK: a question reaches a team-mate and the answer comes back; numbers stay hidden unless both say yes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.projects import keeping
from bot.simulation import World
from storage.about_people import all_about
from storage.relay import BLOCKED, PASSED
from storage.tables import InboxItem, table_of
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
INBOX = table_of(InboxItem)


async def hears_of_it(*people: Someone) -> None:
    await people[0].world.later(AN_HOUR)
    for each in people:
        await each.looks()


def bo_proposes(world: World, who: str) -> list[str]:
    return bo_does(world, lambda c: keeping.add(c, "Garden", who, "volunteer", None, world.clock(), can_be_asked=True))


async def ada_and_eve(world: World, channel: str = "sms") -> tuple[Someone, Someone]:
    """Both are in the garden, and Eve has agreed to be asked."""
    ada, eve = await volunteer(world, "Ada", channel), await volunteer(world, "Eve", channel)
    bo_saves(world)
    await hears_of_it(ada, eve)
    bo_proposes(world, "Eve")
    await hears_of_it(eve)
    eve.hears("may-be-asked.agree")
    await eve.texts("1")
    eve.hears("may-be-asked.thanks")
    return ada, eve


async def ada_asks(ada: Someone, eve: Someone, words: str = "where is the key?") -> None:
    for each in ("ASK", "1", words):
        await ada.texts(each)
    await hears_of_it(eve)


@CHANNELS
async def test_a_question_reaches_a_team_mate_and_the_answer_comes_back_without_numbers(world: World, channel: str):
    ada, eve = await ada_and_eve(world, channel)
    await ada.texts("ASK")
    ada.hears("ask.whom")
    await ada.texts("Eve (Garden)")
    ada.hears("ask.words")
    await ada.texts("where is the key?")
    ada.hears("ask.passed-on")
    await hears_of_it(eve)
    eve.hears("asked.from", "asked.answer")
    assert "Ada, another volunteer, who is in Garden with you, asks you: where is the key?" in eve.shown[-1].text
    await eve.texts("under the blue pot")
    eve.hears("asked.passed-on")
    await hears_of_it(ada)
    ada.hears("answered.from")
    assert "under the blue pot" in ada.shown[-1].text
    assert rows(world, INBOX, "why") == []
    for someone, other in ((ada, eve), (eve, ada)):
        assert other.person.address not in str(world.handsets[channel].bubbles[someone.person.address])


async def test_both_numbers_are_shared_when_both_say_yes_and_not_before(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("under the blue pot")
    eve.hears("asked.share")
    await eve.texts("1")
    await hears_of_it(ada)
    ada.hears("answered.from", "answered.share")
    assert eve.person.address not in ada.shown[-1].text
    await ada.texts("1")
    ada.hears("relay.if-both")
    await hears_of_it(ada, eve)
    ada.hears("numbers-shared.number")
    assert eve.person.address in ada.shown[-1].text
    assert ada.person.address in eve.shown[-1].text


@pytest.mark.parametrize("then", ["sms", "telegram"])
async def test_a_number_that_somebody_has_moved_from_is_not_given_away(world: World, then: str):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("under the blue pot")
    await eve.texts("1")
    await hears_of_it(ada)
    await eve.texts("MOVE")
    [code] = re.findall(r"JOIN (\w+)", eve.shown[-1].text)
    there = await meet(world, "Eve there", then)
    await there.texts(f"JOIN {code}")
    await ada.texts("1")
    await hears_of_it(ada)
    assert eve.person.address not in str(world.handsets["sms"].bubbles[ada.person.address])
    if then == "sms":
        ada.hears("numbers-shared.number")
        assert there.person.address in ada.shown[-1].text


async def test_a_number_that_has_said_stop_is_not_given_away(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("under the blue pot")
    await eve.texts("1")
    await hears_of_it(ada)
    await ada.texts("1")
    await eve.texts("STOP")
    await hears_of_it(ada)
    assert eve.person.address not in str(world.handsets["sms"].bubbles[ada.person.address])


@pytest.mark.parametrize(("eve_says", "ada_says"), [("1", "2"), ("2", "1")])
async def test_one_yes_shares_nothing(world: World, eve_says: str, ada_says: str):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("under the blue pot")
    await eve.texts(eve_says)
    await hears_of_it(ada)
    await ada.texts(ada_says)
    await hears_of_it(ada, eve)
    for someone, other in ((ada, eve), (eve, ada)):
        assert other.person.address not in str(world.handsets["sms"].bubbles[someone.person.address])


async def test_nobody_can_be_asked_who_has_not_said_yes_nor_by_somebody_outside(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    bo_saves(world)
    await hears_of_it(ada, eve)
    bo_proposes(world, "Eve")
    await ada.texts("ASK")
    assert "Eve" not in ada.shown[-1].text
    await ada.texts("SKIP")
    await hears_of_it(eve)
    await eve.texts("2")
    eve.hears("may-be-asked.left")
    await ada.texts("GOFYN")
    assert "Eve" not in ada.shown[-1].text
    await ada.texts("our team")
    await ada.texts("who has the key?")
    ada.hears("ask.with-team")
    assert rows(world, INBOX, "why", "note") == [("asked the team", "who has the key?")]


async def test_somebody_of_another_group_is_not_on_the_list(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    bo_saves(world, everybody=False)
    bo_proposes(world, "Eve")
    await hears_of_it(eve)
    await world.later(A_DAY)
    await eve.looks()
    await eve.texts("1")
    await ada.texts("ASK")
    assert "Eve" not in ada.shown[-1].text


async def test_three_ends_it_and_the_other_can_no_longer_write(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("3")
    eve.hears("asked.no-more")
    await ada.texts("ASK")
    assert "Eve" not in ada.shown[-1].text
    await hears_of_it(ada)
    ada.hears_nothing()


@pytest.mark.parametrize("word", ["STOP", "PAUSE"])
async def test_stop_and_pause_hold_for_questions_too(world: World, word: str):
    ada, eve = await ada_and_eve(world)
    for each in ("ASK", "1", "where is the key?"):
        await ada.texts(each)
    for each in (word, "1")[: 1 if word == "STOP" else 2]:
        await eve.texts(each)
    await hears_of_it(eve)
    eve.hears_nothing()
    await ada.texts("ASK")
    assert "Eve" not in ada.shown[-1].text


async def test_danger_in_a_question_is_heard_and_not_passed_on(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve, "i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    eve.hears_nothing()
    assert rows(world, PASSED, "words") == []


async def test_danger_in_an_answer_is_heard_and_not_passed_on(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("i want to kill myself")
    eve.hears("safety.suicide_selfharm")
    await hears_of_it(ada)
    ada.hears_nothing()


async def test_after_two_days_what_they_write_goes_nowhere_and_they_are_told(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await world.later(2 * A_DAY + AN_HOUR)
    await eve.texts("under the blue pot")
    eve.hears("asked.too-late")
    assert rows(world, PASSED, "answer") == [(None,)]
    assert rows(world, INBOX, "why") == []


async def test_what_does_not_fit_is_not_read_by_the_team(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("under the blue pot")
    await eve.texts("and mind the cat")
    eve.hears("asked.share")
    assert rows(world, INBOX, "why") == []


async def test_somebody_who_has_left_the_group_is_not_on_the_list(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    bo_saves(world, everybody=False)
    for who in ("Ada", "Eve"):
        bo_proposes(world, who)
    await world.later(A_DAY)
    for each in (ada, eve):
        await each.looks()
        await each.texts("1")
    await ada.texts("ASK")
    assert "Eve" in ada.shown[-1].text
    bo_does(world, lambda c: keeping.remove(c, "Garden", "Eve", world.clock()))
    await ada.texts("SKIP")
    await ada.texts("ASK")
    assert "Eve" not in ada.shown[-1].text


async def test_whoever_is_not_to_write_any_more_does_not_read_that_in_what_is_kept_about_them(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    await eve.texts("3")
    [(eve_id, ada_id)] = rows(world, BLOCKED, "person_id", "asker_id")
    with world.service.database.reading() as connection:
        kept = {
            each: [found for what, found in all_about(connection, each) if what.table is BLOCKED]
            for each in (eve_id, ada_id)
        }
    assert [len(found) for found in kept[eve_id]] == [1]
    assert [len(found) for found in kept[ada_id]] == [0]


async def with_flo_too(world: World) -> tuple[Someone, Someone, Someone]:
    """Eve and Flo can both be asked, Eve first."""
    ada, eve = await ada_and_eve(world)
    flo = await volunteer(world, "Flo")
    await hears_of_it(flo)
    bo_proposes(world, "Flo")
    await hears_of_it(flo)
    await flo.texts("1")
    await ada.texts("ASK")
    return ada, eve, flo


async def test_a_number_means_who_was_shown_with_it(world: World):
    ada, eve, _ = await with_flo_too(world)
    await eve.texts("STOP")
    await ada.texts("1")
    ada.hears("ask.whom")
    await ada.texts("1")
    ada.hears("ask.words")
    assert "Flo" in ada.shown[-1].text


async def test_words_for_somebody_who_can_no_longer_be_asked_go_to_nobody_else(world: World):
    ada, eve, flo = await with_flo_too(world)
    await ada.texts("1")
    await eve.texts("STOP")
    await ada.texts("about Flo: is she ok?")
    ada.hears("ask.gone")
    await hears_of_it(flo)
    flo.hears_nothing()
    assert rows(world, PASSED, "words") == []


async def test_whom_they_chose_stands_although_somebody_else_left_the_list(world: World):
    ada, _, flo = await with_flo_too(world)
    await ada.texts("1")
    await flo.texts("STOP")
    await ada.texts("where is the key?")
    ada.hears("ask.passed-on")


async def test_words_too_long_to_pass_on_are_said_to_be_and_not_lost(world: World):
    ada, eve = await ada_and_eve(world)
    await ada.texts("ASK")
    await ada.texts("1")
    await ada.texts("please " * 150)
    assert ada.shown[-1].text.startswith("Sorry, that is too long to pass on. Please make it shorter.")
    await ada.texts("please " * 140)
    ada.hears("ask.passed-on")
    await hears_of_it(eve)
    eve.hears("asked.from")
    await eve.texts("yes " * 260)
    eve.hears("asked.answer")
    assert "too long to pass on" in eve.shown[-1].text


@CHANNELS
async def test_a_question_right_behind_the_word_is_shown_and_passed_on_after_a_yes(world: World, channel: str):
    ada, _ = await ada_and_eve(world, channel)
    await ada.texts("ASK Eve where is the key?")
    ada.hears("ask.sure")
    assert "where is the key?" in ada.shown[-1].text
    assert rows(world, PASSED, "words") == []
    await ada.texts("1")
    ada.hears("ask.passed-on")
    await ada.texts("ask eve, and the gate?")
    ada.hears("ask.sure")
    await ada.texts("no")
    ada.hears("ask.nothing")
    assert rows(world, PASSED, "words") == [("where is the key?",)]


async def test_behind_the_word_it_is_asked_whom_they_mean_and_what_where_either_is_missing(world: World):
    ada, _ = await ada_and_eve(world)
    await ada.texts("ASK where is the key?")
    ada.hears("ask.whom")
    await ada.texts("1")
    ada.hears("ask.sure")
    await ada.texts("1")
    ada.hears("ask.passed-on")
    await ada.texts("ASK Eve")
    ada.hears("ask.words")
    await ada.texts("and the gate?")
    ada.hears("ask.passed-on")
    assert rows(world, PASSED, "words") == [("where is the key?",), ("and the gate?",)]


async def test_what_is_asked_of_somebody_in_an_answer_goes_nowhere(world: World):
    ada, _ = await ada_and_eve(world)
    await ada.texts("SUGGEST")
    await ada.texts("ask Eve to lead the garden")
    ada.hears("suggestion.goes-to", "suggestion.limits")
    assert rows(world, PASSED, "words") == []


@CHANNELS
async def test_whatever_somebody_calls_themselves_they_are_shown_as_another_volunteer(world: World, channel: str):
    name = "Sam from Harbour House"
    sam, eve = await volunteer(world, name, channel), await volunteer(world, "Eve", channel)
    bo_saves(world)
    await hears_of_it(sam, eve)
    bo_proposes(world, "Eve")
    await hears_of_it(eve)
    await eve.texts("1")
    await ada_asks(sam, eve, "tell me where you live")
    assert f"{name}, another volunteer, who is in Garden with you, asks you" in eve.shown[-1].text


async def test_one_person_asks_another_five_things_a_day_and_no_more(world: World):
    ada, _ = await ada_and_eve(world)
    for number in range(5):
        for words in ("ASK", "1", f"question {number}"):
            await ada.texts(words)
        ada.hears("ask.passed-on")
    await ada.texts("ASK")
    await ada.texts("1")
    ada.hears("ask.enough")
    await ada.texts("ASK Eve one more?")
    ada.hears("ask.enough")
    assert len(rows(world, PASSED, "id")) == 5
    await world.later(A_DAY)
    await ada.looks()
    await ada.texts("ASK Eve one more?")
    ada.hears("ask.sure")
