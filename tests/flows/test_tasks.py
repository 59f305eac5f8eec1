"""The words of tasks and of the hand-off: nothing that shames, nothing dear to send, and a person within reach."""

from __future__ import annotations

import pytest

from bot.channels.segments import count
from flows.hand_off import HARD_WORDS
from flows.words import Words
from tests.flows.test_every_path import stops

WORDS = Words.load()
OURS = ("task-", "tasks.", "hand-off", "stuck")
OFFERS_A_PERSON = {"hand-off.how", "hand-off.way", "hand-off.barrier", "hand-off.left", "hand-off-answer.next"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "cy"])


def forms(language: str) -> list[tuple[str, str]]:
    """Every sentence, hint and label about tasks, with its key."""
    found = []
    for key in sorted(WORDS.keys(language)):
        if key.startswith(OURS):
            sentence = WORDS.wording(language, key)
            found += [(key, each) for each in (sentence.text, sentence.sms, sentence.again, *sentence.label.values())]
    return [(key, each) for key, each in found if each]


@LANGUAGES
def test_no_sentence_about_tasks_shames_or_hurries(language: str):
    assert len(forms(language)) > 100
    assert [(key, form) for key, form in forms(language) if HARD_WORDS.search(form)] == []


@pytest.mark.parametrize(
    "form",
    [
        *("You failed.", "It is late.", "It is OVERDUE", "You missed it", "The deadline was Friday", "Why didn't you?"),
        *("you should have asked", "Mae'n hwyr", "rydych wedi methu", "y dyddiad cau", "Pam na wnaethoch chi?"),
    ],
)
def test_the_search_for_such_words_finds_them(form: str):
    assert HARD_WORDS.search(form)


def test_words_that_only_look_like_them_are_fine():
    assert not HARD_WORDS.search("Later, translate the plate. The mission of an unfailing friend.")


@LANGUAGES
def test_every_sentence_is_sent_in_the_cheap_alphabet(language: str):
    assert [key for key, form in forms(language) if count(form).encoding != "GSM-7"] == []


@pytest.mark.parametrize("name", ["hand-off", "hand-off-answer"])
def test_a_person_is_offered_with_the_first_question_and_before_a_fourth(name: str):
    for stop in stops(name):
        asked = [question.words for question in stop.questions]
        if asked:
            assert asked[0] in OFFERS_A_PERSON, stop
        if name == "hand-off":
            assert len(asked) <= 3, stop


@LANGUAGES
def test_each_sentence_that_offers_a_person_does(language: str):
    for key in OFFERS_A_PERSON:
        text = WORDS.wording(language, key).text
        assert "{coordinator}" in text or "HUMAN" in text or "PERSON" in text


def test_whether_to_go_on_is_asked_only_behind_the_answer_to_what_gets_in_the_way():
    for stop in stops("hand-off"):
        assert "hand-off-answer.next" not in [question.words for question in stop.questions]
    answers = {"hand-off-answer.we-can", "hand-off-answer.cannot", "hand-off-answer.instead"}
    for stop in stops("hand-off-answer"):
        if stop.turn.question and stop.turn.question.words == "hand-off-answer.next" and stop.before is None:
            assert answers & {say.key for say in stop.turn.says}, stop


def test_nothing_asks_for_a_reason():
    for name in ("task-offer", "tasks"):
        for stop in stops(name):
            said_no = any(reply.text in ("no", "hand-on", "team") for reply in stop.sent_on_the_way)
            if said_no and stop.turn.question:
                assert stop.turn.question.words in ("tasks.to", "tasks.person"), stop
