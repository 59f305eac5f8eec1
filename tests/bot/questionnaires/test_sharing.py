"""What a group is told of its own answers: seen by a coordinator first, of five people at least, naming nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.projects.keeping import NotDone
from bot.questionnaires.keeping import send as ask
from bot.questionnaires.sharing import LONGEST, share
from bot.simulation import World
from flows.danger import Listener
from flows.words import Words
from storage.nudges import NUDGE
from storage.questionnaires import RESPONSE
from tests.bot.cast import rows, volunteer
from tests.bot.questionnaires.answered import ALL, answers
from tests.bot.questionnaires.files import CAFE

WORDS, LISTENER = Words.load(), Listener.load()
NAMES = ("Ada", "Bea", "Cai", "Dee", "Eve")


def shares(world: World, *, send: str | None = None, to=None, only=()) -> str:
    with world.service.database.writing() as connection:
        said = share(connection, "cafe", WORDS, LISTENER, only, world.clock(), send=send, to=to)
    return "\n".join(said)


def everybody_answers(world: World, version_id: int, *words: str, **how) -> None:
    for at, name in enumerate(NAMES):
        answers(world, version_id, name, {**ALL, "better": words[at] if at < len(words) else None}, **how)


async def test_counts_averages_and_words_in_both_languages(world: World, save):
    everybody_answers(world, save(), "more chairs", "tea please", "a ramp", "music", "light")
    said = shares(world)
    assert "Your visit to the cafe: what 5 people said." in said
    assert "Was it open? Yes 5, No 0." in said
    assert "How did you get there? Walking 0, By bus 5." in said
    assert "How welcome did you feel? 2 on average." in said
    assert 'In your words: "a ramp", "light", "more chairs".' in said
    assert "Eich ymweliad: beth ddywedodd 5 o bobl." in said
    assert "Cerdded 0, Ar y bws 5." in said
    assert "Nothing was sent." in said
    assert "as a text message: 2 parts" in said
    assert rows(world, NUDGE, "flow") == []


async def test_nothing_is_told_of_fewer_than_five_people(world: World, save):
    version_id = save()
    for name in NAMES[:4]:
        answers(world, version_id, name)
    answers(world, version_id, "Eve", finished=False)
    with pytest.raises(NotDone, match="Only 4 finished it"):
        shares(world)


async def test_one_person_who_answers_five_times_is_one_person(world: World, save):
    version_id = save()
    ada = answers(world, version_id, "Ada")
    for day in range(3, 8):
        answers(world, version_id, "Ada", person_id=ada, on=date(2026, 3, day))
    with pytest.raises(NotDone, match="Only 1 finished it"):
        shares(world)


async def test_only_the_last_time_of_each_counts(world: World, save):
    version_id = save()
    everybody_answers(world, version_id)
    with world.service.database.reading() as connection:
        someone = connection.execute(RESPONSE.select()).mappings().first()
    later = {**ALL, "welcome": 5}
    answers(world, version_id, "", later, person_id=someone["person_id"], on=date(2026, 3, 9))
    assert "2.6 on average" in shares(world)


async def test_a_question_that_fewer_than_five_answered_is_left_out(world: World, save):
    version_id = save()
    for at, name in enumerate(NAMES):
        four_of_them = {"open": None, "welcome": None, "better": None} if at == 0 else {"better": f"chair {at}"}
        answers(world, version_id, name, ALL | four_of_them)
    said = shares(world)
    assert "By bus 5" in said
    for left_out in ("Was it open?", "How welcome did you feel?", "What would make it better?", "chair"):
        assert left_out not in said
    answers(world, version_id, "Flo")
    assert "Was it open? Yes 5, No 0." in shares(world)


async def test_only_those_who_agreed_are_quoted(world: World, save):
    everybody_answers(world, save(), "more chairs", "tea", "a ramp", "music", "light", quotable=False)
    assert "In your words" not in shares(world)


@pytest.mark.parametrize(
    "words",
    [
        "ask Bea about it",
        "BEA knows",
        "ring me on 07700 900123",
        "write to x@example.org",
        "i want to kill myself",
        "see https://example.org",
    ],
)
async def test_words_that_tell_who_it_was_or_of_danger_are_never_quoted(world: World, save, words: str):
    everybody_answers(world, save(), words, "tea", "a ramp", "music", "light")
    said = shares(world)
    assert words not in said
    assert '"a ramp"' in said


async def test_answers_to_another_wording_do_not_count(world: World, save):
    everybody_answers(world, save())
    save(CAFE.replace('"Was it open?"', '"Were they friendly?"'))
    said = shares(world)
    assert "Were they friendly?" not in said
    assert "By bus 5" in said


async def test_it_is_sent_only_as_it_was_seen(world: World, save):
    version_id = save()
    everybody_answers(world, version_id, "tea", "a ramp", "music", "light", "chairs")
    code = shares(world).rpartition("--send ")[2]
    answers(world, version_id, "Flo", {**ALL, "better": "an unseen word"})
    with pytest.raises(NotDone, match="has changed since you saw it"):
        shares(world, send=code)
    with pytest.raises(NotDone, match="has changed since you saw it"):
        shares(world, send="yes")
    assert rows(world, NUDGE, "flow") == []


async def test_whoever_was_asked_is_told_once_in_their_language(world: World, save):
    ada = await volunteer(world, "Ada")
    dee = await volunteer(world, "Dee", "telegram", "cy")
    eve = await volunteer(world, "Eve")
    everybody_answers(world, save())
    with world.service.database.writing() as connection:
        ask(connection, "cafe", [ada.person.address, dee.person.address], world.clock())
    code = shares(world).rpartition("--send ")[2]
    assert "It goes to 7 people" in shares(world, send=code)
    assert "It goes to 0 people" in shares(world, send=code)
    await world.later(timedelta(days=3))
    for someone in (ada, dee, eve):
        await someone.looks()
    shown = ["\n".join(bubble.text for bubble in each.shown) for each in (ada, dee, eve)]
    assert "what 5 people said" in shown[0]
    assert "beth ddywedodd 5 o bobl" in shown[1]
    assert "5 people" not in shown[2]


async def test_it_is_never_longer_than_a_message_can_be(world: World, save):
    long = CAFE.replace("What would make it better?", "What would make it better? " * 16)
    everybody_answers(world, save(long), *("chairs " * 16 + str(n) for n in range(5)))
    said = shares(world)
    assert len(said) / 2 < LONGEST
    huge = CAFE.replace("Was it open?", "Was it open? " * 36).replace(
        "How did you get there?", "How did you get there? " * 20
    )
    everybody_answers(world, save(huge.replace("How welcome did you feel?", "How welcome did you feel? " * 18)))
    with pytest.raises(NotDone, match="Choose questions: --only"):
        shares(world)
    assert "How did you get there?" not in shares(world, only=["open"])


async def test_a_question_that_is_not_there_is_told(world: World, save):
    everybody_answers(world, save())
    with pytest.raises(NotDone, match="There is no question why"):
        shares(world, only=["why"])
