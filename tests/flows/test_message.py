"""A turn written out as one message, for SMS and for Telegram."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conversation import FlowMistake, Place, Question, Say, Turn
from flows.message import Message, read_button, write_message
from flows.replies import any_words, one_of, scale, yes_or_no
from tests.flows.sample import sample_words

ADA = {"name": "Ada"}
MOOD = Question("mood", "visit.mood", scale(1, 5), ADA)
CALL = Question("want-a-call", "visit.want-a-call", yes_or_no)
NEXT = Question("again:2", "visit.again", one_of("again", "support", "pass_on"))
NOTE = Question("note", "visit.note", any_words)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    return sample_words(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def sms(words):
    return lambda turn, language="en": write_message(turn, words, language, short=True, conversation="c7")


@pytest.fixture
def telegram(words):
    return lambda turn, language="en": write_message(turn, words, language, short=False, conversation="c7")


def turn(*says, question=None, outcome="answered"):
    said = tuple(Say(f"visit.{key}", {**ADA, "place": "the hub"}) for key in says)
    return Turn(Place("visit"), question is None, said, question, (), outcome)


def test_sentences_and_the_question_are_one_message(sms, telegram):
    both = turn("thanks", "long-one", question=NOTE)
    assert sms(both) == Message("Thank you Ada.\nThank you Ada, that was all.\nAnything to add?")
    assert telegram(both) == Message(
        "Thank you Ada.\n\n"
        "Thank you Ada. That was everything I wanted to ask you today about the hub.\n\n"
        "Anything to add?"
    )


def test_a_turn_that_says_nothing_has_no_text(sms, telegram):
    assert sms(turn()) == telegram(turn()) == Message("")


def test_choices_are_numbered_at_the_end_of_an_sms(sms):
    assert sms(turn(question=CALL)) == Message("Would you like someone to call you? Reply 1 Yes, call me, 2 No call.")
    unlabelled = Question("coming", "visit.coming", yes_or_no, {"day": "Friday"})
    assert sms(turn(question=unlabelled)) == Message("Can you come on Friday? Reply 1 yes, 2 no.")
    assert sms(turn(question=unlabelled), "cy") == Message("Can you come on Friday? Atebwch 1 ie, 2 na.")


def test_choices_are_numbered_where_the_sentence_wants_them(sms):
    assert sms(turn(question=NEXT)) == Message("What now? 1 Try again, 2 With support, 3 Pass it on, or SKIP.")


def test_a_scale_says_its_ends_itself_on_sms_and_has_buttons_on_telegram(sms, telegram):
    assert sms(turn(question=MOOD)) == Message("How are you today Ada, from 1 to 5?")
    assert telegram(turn(question=MOOD)) == Message(
        "How are you today Ada, from 1 to 5?",
        (("1", "c7|mood|1"), ("2", "c7|mood|2"), ("3", "c7|mood|3"), ("4", "c7|mood|4"), ("5 good", "c7|mood|5")),
    )


def test_telegram_shows_choices_as_buttons(telegram):
    assert telegram(turn(question=CALL), "cy") == Message(
        "Hoffet ti i rywun dy ffonio?",
        (("Ie, ffoniwch fi", "c7|want-a-call|yes"), ("Na", "c7|want-a-call|no")),
    )
    assert telegram(turn(question=NEXT)).choices[2] == ("Pass it on", "c7|again:2|pass_on")


def test_a_sentence_that_names_the_choices_names_them_on_telegram_without_numbers(words):
    turn_with_choices = turn(question=Question("reply-with", "replies.reply-with", yes_or_no))
    message = write_message(turn_with_choices, words, "en", short=False, conversation="c7")
    assert message.text == "Reply Yes, No."


@pytest.mark.parametrize(
    ("outcome", "question", "text"),
    [
        ("not understood", MOOD, "A number from 1 to 5 is enough Ada.\nHow are you today Ada, from 1 to 5?"),
        ("not understood", NOTE, "Sorry, I did not understand that.\nAnything to add?"),
        ("old button", NOTE, "That button was for an earlier question. Here is where we are:\nAnything to add?"),
        (
            "at the beginning",
            NOTE,
            "This is the first question, so there is nothing to go back to.\nAnything to add?",
        ),
        ("asked again", NOTE, "Anything to add?"),
        ("answered", NOTE, "Anything to add?"),
    ],
)
def test_a_hint_stands_before_the_question(sms, outcome, question, text):
    assert sms(turn(question=question, outcome=outcome)).text == text


def test_an_old_button_of_an_ended_conversation_still_gets_its_sentence(sms):
    assert sms(turn(outcome="old button")).text.startswith("That button was")


def test_values_for_every_sentence_give_way_to_a_sentences_own(words):
    question = Question("mood", "visit.mood", scale(1, 5))
    says = (Say("visit.thanks"), Say("visit.thanks", {"name": "Bo"}))
    both = Turn(Place("visit"), False, says, question, (), "not understood")
    message = write_message(both, words, "en", short=True, conversation="c7", values=ADA)
    assert message.text == (
        "Thank you Ada.\nThank you Bo.\nA number from 1 to 5 is enough Ada.\nHow are you today Ada, from 1 to 5?"
    )


def test_a_button_that_is_too_long_or_ambiguous_is_a_flow_mistake(words, telegram):
    fitting = 64 - len("c7||yes")
    assert len(telegram(turn(question=_asking("é" * (fitting // 2)))).choices) == 2
    for key in ("é" * fitting, "a" * (fitting + 1), "a|b", ""):
        with pytest.raises(FlowMistake, match="button"):
            telegram(turn(question=_asking(key)))


def _asking(key):
    return Question(key, "visit.want-a-call", yes_or_no)


def test_a_button_is_read_back():
    assert read_button("c7|again:2|pass_on") == ("c7", "again:2", "pass_on")


@pytest.mark.parametrize("data", [None, "", "|", "||", "a|b", "a|b|c|d", "a||c", "|b|c", "a|b|", "check-in", "\x00"])
def test_rubbish_is_no_button(data):
    assert read_button(data) is None


@given(st.text())
def test_any_data_at_all_can_be_a_button_or_not(data):
    found = read_button(data)
    assert found is None or "|".join(found) == data
