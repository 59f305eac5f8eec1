"""How replies to a coordinator's own questions are understood."""

from __future__ import annotations

from datetime import date

import pytest

from flows.attachments import Attachment
from flows.words import Words
from flows.written_kinds import Given, kind_of, names_its_ends, plain_answer
from tests.flows.written_sample import BETTER, CAME_BY, GOES_AGAIN, HAD, OPEN, PICTURE, SPOKEN, WAITED, WELCOME, WENT_ON

MONDAY = date(2026, 11, 23)
PHOTO = Attachment("photo", "kept-there", "the door")
VOICE = Attachment("voice", "kept-there-too")


@pytest.fixture(scope="module")
def words():
    return Words.load()


def understand(words, question, text, language="en", key="questionnaire.question"):
    understood = kind_of(question).understand(text, words.hearing(language, key, MONDAY))
    return understood.value if understood else None


@pytest.mark.parametrize(
    ("text", "value", "more"),
    [
        ("2", "bus", ""),
        ("By bus", "bus", ""),
        ("walkin", "on-foot", ""),
        ("wlaking", "on-foot", ""),
        ("walking because the bus was late", "on-foot", "because the bus was late"),
        ("7", None, None),
        ("by boat", None, None),
    ],
)
def test_a_choice_is_understood_by_number_label_or_a_slip_of_it(words, text, value, more):
    assert understand(words, CAME_BY, text) == (Given(value, more) if value else None)


def test_a_choice_is_understood_in_welsh_and_in_english(words):
    dee = type(CAME_BY)(
        "came-by", "Sut?", "one of", labels={"on-foot": "Ar droed", "bus": "Ar y bws"}, english=CAME_BY.english
    )
    assert understand(words, dee, "ar y bws", "cy").value == "bus"
    assert understand(words, dee, "by bus", "cy").value == "bus"


def test_what_is_said_besides_stays_with_the_answer(words):
    assert understand(words, OPEN, "yes but only after i rang twice") == Given(True, "but only after i rang twice")
    assert understand(words, WELCOME, "2 they stared") == Given(2, "they stared")
    for question in (OPEN, WELCOME, CAME_BY, HAD, WAITED, WENT_ON, PICTURE, SPOKEN, BETTER):
        hearing = words.hearing("en", "questionnaire.question", MONDAY)
        assert kind_of(question).overhear("yes 2 bus tea 20 yesterday", hearing) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 3", ["tea", "soup"]),
        ("3,1", ["tea", "soup"]),
        ("1 and 2", ["tea", "cake"]),
        ("tea & cake", ["tea", "cake"]),
        ("hot soup", ["soup"]),
        ("2", ["cake"]),
        ("none", []),
        ("all of them", ["tea", "cake", "soup"]),
        ("1 4", None),
        ("beans", None),
        ("tea and beans", None),
    ],
)
def test_several_are_understood_together_or_not_at_all(words, text, value):
    understood = understand(words, HAD, text, key="questionnaire.several")
    assert (understood.value if understood else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("about 20 mins", 20),
        ("twelve", 12),
        ("2.5", 2.5),
        ("5 or 10", None),
        ("ages", None),
        ("1,200", None),  # more than fits
        ("07700900123", None),
        ("-3", None),
        ("9" * 400, None),
    ],
)
def test_one_number_is_understood_if_it_can_be(words, text, value):
    understood = understand(words, WAITED, text, key="questionnaire.number")
    assert (understood.value if understood else None) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 22)),
        ("tue", date(2026, 11, 17)),
        ("last tuesday", date(2026, 11, 17)),
        ("on friday", date(2026, 11, 20)),
        ("20/11", date(2026, 11, 20)),
        ("25/11", date(2025, 11, 25)),
        ("3 march", date(2026, 3, 3)),
        ("2/3/2026", date(2026, 3, 2)),
        ("tomorrow", None),
        ("in 2 weeks", None),
        ("2/3/2027", None),
        ("no idea", None),
    ],
)
def test_a_day_is_the_last_such_day_there_was(words, text, day):
    understood = understand(words, WENT_ON, text, key="questionnaire.date")
    assert (understood.value if understood else None) == day


def test_a_coming_day_is_the_next_such_day(words):
    assert understand(words, GOES_AGAIN, "tue").value == date(2026, 11, 24)
    assert understand(words, GOES_AGAIN, "tomorrow").value == date(2026, 11, 24)


def test_only_a_photo_answers_a_question_for_a_photo(words):
    assert understand(words, PICTURE, PHOTO.as_words()) == Given(PHOTO, "the door")
    assert understand(words, PICTURE, VOICE.as_words()) is None
    assert understand(words, PICTURE, "photo kept-there") is None
    assert understand(words, SPOKEN, VOICE.as_words()) == Given(VOICE)


def test_words_can_be_spoken(words):
    assert understand(words, BETTER, " more chairs ") == Given("more chairs")
    assert understand(words, BETTER, VOICE.as_words()) == Given(VOICE)


@pytest.mark.parametrize(
    ("question", "text", "plain"),
    [
        (OPEN, "yes", "yes"),
        (WELCOME, "4", 4),
        (CAME_BY, "bus please", "bus"),
        (HAD, "1 2", ["tea", "cake"]),
        (WAITED, "5", 5),
        (WENT_ON, "today", "2026-11-23"),
        (PICTURE, PHOTO.as_words(), {"kind": "photo", "reference": "kept-there"}),
        (BETTER, "chairs", "chairs"),
    ],
)
def test_every_answer_is_kept_as_plain_json_and_read_back(words, question, text, plain):
    kind = kind_of(question)
    given = understand(words, question, text, key="questionnaire.several")
    assert plain_answer(kind.check(kind.store(given))) == plain_answer(given) == plain
    for broken in (None, 7, "x", [], {}, {"value": None}, {"value": {}}, {"value": [1]}):
        assert kind.check(broken) is None


def test_a_scale_names_its_ends_itself():
    assert names_its_ends(kind_of(WELCOME))
    assert not names_its_ends(kind_of(CAME_BY))
