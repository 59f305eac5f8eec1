"""What a message is taken for, as a pure function: nothing that may be feedback ever goes the ordinary way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.segments import count, fold
from flows.feedback import (
    Add,
    Composing,
    Ignore,
    Keep,
    LookUp,
    OpenSooner,
    Say,
    Seal,
    answers_prompt,
    asks_for_us,
    hear,
    hear_apart,
    hear_when_unsure,
)
from flows.words import Words

WORDS = Words.load()
WRITING = Composing("words")
HELD, IN_DANGER = Composing("held", "it is cold"), Composing("danger", "i cant go on")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("FEEDBACK", ("FEEDBACK", "")),
        ("feedback: the kitchen is cold", ("FEEDBACK", "the kitchen is cold")),
        ("/feedback the kitchen", ("FEEDBACK", "the kitchen")),
        ("Feedbak the kitchen", ("FEEDBACK", "the kitchen")),
        ("FEEDBACK\nthe kitchen\nis cold", ("FEEDBACK", "the kitchen\nis cold")),
        ("ADBORTH mae'n oer", ("FEEDBACK", "mae'n oer")),
        ("Complaint about the kitchen", ("FEEDBACK", "Complaint about the kitchen")),
        ("make a complaint", ("FEEDBACK", "")),
        ("CODE 1234", ("CODE", "1234")),
        ("cod: 12 34", ("CODE", "12 34")),
        ("my code", ("CODE", "")),
        ("SOONER", ("SOONER", "")),
        ("WIPE", ("WIPE", "")),
        ("the code for the door please", None),
        ("Code for the door is 12 right?", None),
        ("code of conduct?", None),
        ("1234 5678 9012 3428", ("CODE", "1234 5678 9012 3428")),
        ("it is 1234-5678-9012-3429 i think", ("CODE", "1234-5678-9012-3429 ")),
        ("CODE1234567890123428", ("CODE", "1234567890123428")),
        ("ring 07700 900123 or 07700 900124", None),
        ("FEEDBACK.The kitchen", ("FEEDBACK", "The kitchen")),
        ("FEEDBACKThe kitchen", ("FEEDBACK", "The kitchen")),
        ("Feedback\u00a0the kitchen", ("FEEDBACK", "the kitchen")),
        ("Text FEEDBACK the kitchen", ("FEEDBACK", "the kitchen")),
        ("anonymous feedback: the kitchen", ("FEEDBACK", "the kitchen")),
        ("feed back the kitchen", ("FEEDBACK", "the kitchen")),
        ("I have a complaint about Sam", ("FEEDBACK", "I have a complaint about Sam")),
        ("make a complaint about Sam", ("FEEDBACK", "make a complaint about Sam")),
        ("Gwneud cwyn am Sam", ("FEEDBACK", "Gwneud cwyn am Sam")),
        ("hello", None),
        ("", None),
    ],
)
def test_what_asks_for_us(text, asked):
    assert asks_for_us(text, WORDS) == asked


@pytest.mark.parametrize(
    ("text", "composing", "decision"),
    [
        ("the kitchen is cold", WRITING, Seal("the kitchen is cold")),
        ("the kitchen is cold", None, None),
        ("1", WRITING, Say("prompt-name", Composing("name"))),
        ("2.", WRITING, Keep("HUMAN")),
        ("2", None, None),
        ("never mind", WRITING, Say("left")),
        ("NOL", WRITING, Say("left")),
        ("ok", WRITING, Say("go-on", WRITING)),
        ("HELP", WRITING, None),
        ("STOP", WRITING, None),
        ("they shout at us", Composing("name"), Keep("they shout at us", as_feedback=True)),
        ("1", Composing("danger", "i cant go on"), Keep("i cant go on", as_feedback=True)),
        ("1", Composing("sent"), None),
        ("yes", Composing("sent"), None),
        ("ok", Composing("sent"), Ignore()),
        ("thanks", Composing("sent"), Ignore()),
        ("and Sam shouts at Kim", Composing("sent"), Say("held", Composing("held", "and Sam shouts at Kim"))),
        ("ok thanks", WRITING, Say("go-on", WRITING)),
        ("4", WRITING, Say("go-on", WRITING)),
        ("FEEDBACK please", None, Say("prompt", WRITING)),
        ("FEEDBACK stop", None, Say("prompt", WRITING)),
        ("1", Composing("held", "it is cold"), Keep("it is cold")),
        ("2", Composing("held", "it is cold"), Seal("it is cold")),
        ("and dark", Composing("held", "it is cold"), Say("held", Composing("held", "it is cold\nand dark"))),
        ("FEEDBACK", Composing("held", "it is cold"), Seal("it is cold")),
        ("SOONER", Composing("sent", "it is cold"), OpenSooner()),
        ("CODE 12", WRITING, LookUp("12")),
    ],
)
def test_what_a_message_is_taken_for(text, composing, decision):
    assert hear(text, "text", composing, WORDS) == decision


def test_what_comes_just_after_a_long_text_is_its_rest():
    assert hear("in the hall too", "text", Composing("sent", "x"), WORDS, just_sent=True) == Add("in the hall too")


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "file", "sticker", "contact", "location", "other"])
def test_a_picture_is_never_kept_while_words_are_waited_for(kind):
    assert hear("FEEDBACK", kind, None, WORDS) == Say("not-words", WRITING)
    for composing in (WRITING, Composing("sent"), HELD, IN_DANGER):
        assert hear("", kind, composing, WORDS) == Say("not-words", composing)
    assert hear("", kind, None, WORDS) is None


@pytest.mark.parametrize(
    ("composing", "then"),
    [
        (None, Composing("sent")),
        (WRITING, Composing("sent")),
        (Composing("name"), Composing("sent")),
        (Composing("sent"), Composing("sent")),
        (HELD, HELD),
        (IN_DANGER, IN_DANGER),
    ],
)
def test_after_a_change_the_next_message_is_asked_about_and_nothing_is_forgotten(composing, then):
    assert hear("FEEDBACK the hall", "edited", composing, WORDS) == Say("changed", then)


def test_a_thumb_is_never_a_row():
    assert hear("👍", "reaction", None, WORDS) == Ignore()


@settings(max_examples=300, derandomize=True)
@given(st.text(max_size=60))
def test_whatever_is_written_to_the_prompt_is_ordinary_only_if_it_is_a_word_of_ours(text):
    decision = hear(text, "text", WRITING, WORDS)
    assert decision is not None or WORDS.keyword(text) is not None


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("FEEDBACK the kitchen", Seal("the kitchen")),
        ("FEEDBACK 1", Seal("1")),
        ("FEEDBACK 2", Seal("2")),
        ("FEEDBACK HUMAN", Say("prompt-apart")),
        ("FEEDBACK stop", Say("prompt-apart")),
        ("FEEDBACK", Say("prompt-apart")),
        ("STOP", Say("apart-stop")),
        ("2", Seal("2")),
        ("SOONER", OpenSooner()),
        ("CODE 12", LookUp("12")),
    ],
)
def test_on_the_number_apart_there_is_no_choice_to_make(text, decision):
    assert hear_apart(text, "text", None, WORDS) == decision
    assert hear_apart(text, "text", Composing("sent"), WORDS) == decision


@settings(max_examples=300, derandomize=True)
@given(st.text(max_size=60), st.booleans())
def test_on_the_number_apart_nothing_is_ordinary_and_no_words_are_dropped(text, just_sent):
    decision = hear_apart(text, "text", Composing("sent", "x"), WORDS, just_sent=just_sent)
    assert not isinstance(decision, Keep)
    if isinstance(decision, Ignore):
        assert WORDS.keyword(text) is not None


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize(("key", "stage"), [("prompt", "words"), ("prompt-name", "name"), ("receipt", "sent")])
def test_a_reply_to_a_prompt_of_ours_is_known_by_its_heading(language, key, stage):
    heading = {"prompt": "heading", "prompt-name": "heading-name", "receipt": "heading-receipt"}[key]
    mentioned = dict.fromkeys(WORDS.mentions(language, f"feedback.{key}"), "x")
    said = WORDS.sentence(
        language, f"feedback.{key}", mentioned | {"heading": WORDS.sentence(language, f"feedback.{heading}")}
    )
    assert answers_prompt(said, WORDS) == Composing(stage)
    assert answers_prompt("How are you today?", WORDS) is None


@pytest.mark.parametrize(
    ("text", "held"),
    [("3", False), ("no", False), ("MENU", False), ("JOIN K7Q2M", False), ("Sam hits Kim", True), ("myself", True)],
)
def test_what_may_be_feedback_is_held_unless_it_is_an_answer_or_a_word_of_ours(text, held):
    assert isinstance(hear_when_unsure(text, WORDS), Say) is held


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize(
    ("key", "most"), [("held", 2), ("danger-apart", 2), ("receipt", 3), ("changed", 2), ("not-words", 2)]
)
def test_what_is_said_of_feedback_by_text_costs_no_more_than_it_must(language, key, most):
    known = {"heading": "feedback.heading-receipt", "opened": "feedback.opens"}
    said = {name: WORDS.sentence(language, key, {"day": "x"}) for name, key in known.items()}
    mentioned = WORDS.mentions(language, f"feedback.{key}", short=True)
    values = {name: said.get(name, "1234 5678 9012 3456") for name in mentioned}
    cost = count(fold(WORDS.sentence(language, f"feedback.{key}", values, short=True)))
    assert (cost.encoding, cost.parts <= most) == ("GSM-7", True)
