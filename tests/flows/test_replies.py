"""What people type, and what is understood by it: scales, choices and words; days have a file of their own."""

import json
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.phrases import hear
from flows.replies import Hearing, Understood, a_date, any_words, one_of, scale, wish, yes_or_no
from tests.flows.sample import MONDAY, WORDS, hearing, understand

MOOD = scale(1, 5)
NEXT = one_of("again", "support", "pass_on")


# A scale


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *((str(number), number) for number in range(1, 6)),
        *[("3/5", 3), ("3 / 5", 3), ("3 out of 5", 3), ("three out of five", 3), ("3 of 5", 3)],
        *[("about a 4", 4), ("maybe a 4", 4), ("its a 2 today", 2), ("I'd say 3", 3), ("im at about a 3", 3)],
        *[("four", 4), ("Four!", 4), ("5!!!", 5), ("3.", 3), (" 3 ", 3), ("(3)", 3), ("3 ish", 3), ("hi 3", 3)],
        *[("1️⃣", 1), ("5️⃣ ta", 5), ("2 please", 2), ("4 thanks love", 4), ("4 xx", 4), ("4 this morning", 4)],
        *[("great", 5), ("not bad", 4), ("Not bad, ta", 4), ("bad", 2), ("not good", 2), ("never better", 5)],
        *[("cant complain", 4), ("can’t complain thanks mate", 4), ("bit rough", 2), ("could be worse", 3)],
        *[("im ok", 3), ("feeling really good", 5), ("Ok.", 3), ("really bad", 2), ("good good", 4)],
        *[("greatt", 5), ("terible", 1), ("terr", 1), ("awfull", 1), ("grrreat", 5), ("5 good", 5)],
    ],
)
def test_a_scale_understands_a_number_however_it_is_said(text, number):
    assert understand(MOOD, text, "mood") == (number, "")


@pytest.mark.parametrize(
    "text",
    [
        *["0", "6", "10", "1000", "🔟", "15", "05", "-3", "3.5", "3,5", "£3", "3%", "+4", ".5", "²³"],
        *["07700 900123", "0161 496 0000", "2:30", "2.30", "2 30", "3pm", "3 pm", "2 oclock", "at 4.15"],
        *["1 or 2", "4-5", "4 - 5", "1/2", "3 maybe 4", "2 to 3", "3 i mean 4", "good or bad", "2 2", "2 3 tired"],
        *[
            "3/10",
            "3 out of 10",
            "3/5/2026",
            "2 weeks",
            "2 of us",
            "one of those days",
            "two kids at home",
            "one bad thing after another",
            "4 nights",
        ],
        *["good bad", "not too clever", "lonely", "there", "no idea", "not", "yes", "12 tired", "👎", "thing", "grant"],
        *["nobody is good to me", "", "   ", "...", "2moro", "2nite", "4get it", "1st"],
    ],
)
def test_a_scale_takes_no_answer_from_what_is_no_score(text):
    assert understand(MOOD, text, "mood") is None


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("2 tired no call", 2, "tired no call"),
        ("2, tired. no call", 2, "tired. no call"),
        ("2 - Tired. Dave's Dog died", 2, "Tired. Dave's Dog died"),
        ("3/5 bus was late 40 mins", 3, "bus was late 40 mins"),
        ("ok, slept 4 hours", 3, "slept 4 hours"),
        ("2 😢", 2, "😢"),
        ("two, tired", 2, "tired"),
        ("1️⃣ (skint £)", 1, "(skint £)"),
        ("grreat news today", 5, "news today"),
        ("4 thanks for the food", 4, "thanks for the food"),
    ],
)
def test_words_after_the_number_are_left_as_they_were_typed(text, number, rest):
    assert understand(MOOD, text, "mood") == (number, rest)


def test_a_scale_that_starts_at_nought_takes_nought():
    assert understand(scale(0, 10), "0") == (0, "")
    assert understand(scale(0, 10), "zero") == (0, "")
    assert understand(scale(0, 10), "10") == (10, "")
    assert understand(scale(0, 10), "7/10") == (7, "")


def test_a_scale_overhears_nothing():
    for text in ("2", "great", "slept 3 hours, feeling great"):
        assert MOOD.overhear(text, hearing("mood")) is None


def test_a_way_of_saying_a_number_that_the_scale_has_lost_does_not_fit():
    assert understand(scale(1, 3), "great", "mood") is None
    assert understand(scale(1, 3), "gre", "mood") is None
    assert understand(scale(1, 3), "bad", "mood") == (2, "")


# Yes or no


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, True) for text in ("1", "yes", "YES", "Yes.", "yeah", "yeah go on then", "aye", "go on", "k", "ok")),
        *((text, True) for text in ("yes please", "ok yes please", "1 yes", "yess", "yesss", "👍", "👍🏽", "✅", "1️⃣")),
        *((text, True) for text in ("please", "pls", "thanks, yes", "sure why not", "definately", "deffo mate", "y")),
        *((text, True) for text in ("ok ok", "yeah ok", "wouldn't say no", "hi yes please mate x", "number 1")),
        *((text, False) for text in ("2", "no", "NO", "nah", "nope", "not really", "ta but no", "no thanks love")),
        *((text, False) for text in ("👎", "nooo", "never", "not today thanks", "2 no", "no sorry", "n", "no no no")),
        *((text, False) for text in ("im good thanks", "dont think so", "no i cant")),
        *((text, False) for text in ("rather not", "thanks but no thanks", "naaah", "maybe later")),
    ],
)
def test_yes_and_no_are_understood_as_people_say_them(text, answer):
    assert understand(yes_or_no, text) == (answer, "")


@pytest.mark.parametrize(
    "text",
    [
        *["no idea", "not sure", "dunno", "maybe", "depends", "no worries", "no problem", "never better", "not bad"],
        *["yes no", "no yes", "yeah nah", "yes but no", "no but yes", "1 or 2", "1/2", "1 2", "yes or no", "1 no"],
        *[
            "no i dont not want it",
            "nah dont not ring",
            "not no",
            "not not yes",
            "yes not really",
            "yes but not today",
            "yes maybe later",
        ],
        *["no food", "no food no money", "no sleep again", "no-show again", "no credit left", "yes but not sure"],
        *["no i mean yes", "yes scrap that", "3", "12", "0", "10", "2:30", "2 pm", "07700 900123", "1.5"],
        *["i cant sleep", "i dont want to be alone", "definitely worse", "absolutely knackered", "ok but im low"],
        *["can", "don", "not", "thing", "lonely", "mourning", "good", "🤷", "🤷‍♀️", "", "?", "great", "im ok"],
        *["right now i am lost", "sure is cold", "go on holiday tuesday", "no one"],
    ],
)
def test_what_is_neither_a_plain_yes_nor_a_plain_no_does_not_fit(text):
    assert understand(yes_or_no, text) is None


@pytest.mark.parametrize(
    ("text", "answer", "rest"),
    [
        ("yes tomorrow after 3", True, "tomorrow after 3"),
        ("Yes, Dave knows", True, "Dave knows"),
        ("no, tired", False, "tired"),
        ("no - tired", False, "tired"),
        ("no 😢", False, "😢"),
        ("no im alright", False, "im alright"),
        ("no its ok thanks", False, "its ok thanks"),
        ("no but I could do Tuesday", False, "but I could do Tuesday"),
        ("no not that one", False, "not that one"),
        ("1 after 6", True, "after 6"),
        ("nah been in all day", False, "been in all day"),
    ],
)
def test_words_after_yes_and_no_are_kept(text, answer, rest):
    assert understand(yes_or_no, text) == (answer, rest)


@pytest.mark.parametrize(
    ("text", "answer", "rest"),
    [
        ("no call", False, ""),
        ("No call thanks", False, ""),
        ("don’t call", False, ""),
        ("text only pls", False, ""),
        ("call me", True, ""),
        ("yes call me", True, ""),
        ("Could you ring me pls", True, "Could you pls"),
        ("tired, ring me", True, "tired"),
        ("no food, call me", True, "no food"),
        ("2 no call", False, ""),
    ],
)
def test_a_questions_own_phrases_are_found_anywhere_in_the_reply_to_it(text, answer, rest):
    assert understand(yes_or_no, text, "want-a-call") == (answer, rest)


@pytest.mark.parametrize(
    "text",
    [
        *["i dont want you to call me", "i dont want a call", "please never ring me", "maybe ring me", "not no call"],
        *["yes tired no call", "call me or text only", "call me no call", "no one will ring me"],
    ],
)
def test_an_own_phrase_does_not_count_when_the_reply_speaks_against_it(text):
    assert understand(yes_or_no, text, "want-a-call") is None
    assert yes_or_no.overhear(text, hearing("want-a-call")) is None


@pytest.mark.parametrize(
    ("text", "answer", "rest"),
    [
        ("tired no call", False, "tired"),
        ("tired. no call", False, "tired."),
        ("tired. No call, bus late", False, "tired. bus late"),
        ("call me, had a bad Night", True, "had a bad Night"),
        ("cant sleep. ring me", True, "cant sleep."),
        ("no call thanks", False, ""),
    ],
)
def test_a_questions_own_phrases_are_overheard_in_words_that_came_along(text, answer, rest):
    assert yes_or_no.overhear(text, hearing("want-a-call")) == Understood(answer, rest)


@pytest.mark.parametrize("text", ["yes", "no", "tired no", "1", "recall me", "callme", "ok", "Yes, call", "nah tired"])
def test_a_bare_yes_or_no_is_not_overheard(text):
    assert yes_or_no.overhear(text, hearing("coming")) is None


def test_a_number_and_an_own_phrase_that_differ_do_not_fit():
    assert understand(yes_or_no, "2 call me", "want-a-call") is None


# One of several


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        *[("again", "again"), ("pass_on", "pass_on"), ("1", "again"), ("3", "pass_on"), ("2️⃣", "support")],
        *[
            ("Try again", "again"),
            ("with support please", "support"),
            ("PASS IT ON", "pass_on"),
            ("option 2", "support"),
        ],
        *[("pass", "pass_on"), ("try", "again"), ("sup", "support"), ("pass i", "pass_on"), ("pass on", "pass_on")],
        *[("another go", "again"), ("another go pls", "again"), ("with suport", "support"), ("two", "support")],
    ],
)
def test_a_choice_is_understood_by_name_number_label_or_the_start_of_one(text, choice):
    assert understand(NEXT, text, "again") == (choice, "")


@pytest.mark.parametrize("text", ["4", "0", "wi th", "pa", "1 or 3", "1/3", "another", "yes", "none", "suppose"])
def test_what_is_none_of_the_choices_does_not_fit(text):
    assert understand(NEXT, text, "again") is None


def test_a_tapped_button_is_its_choice_however_short_the_name():
    assert understand(one_of("en", "cy"), "cy") == ("cy", "")


def test_the_start_of_two_choices_does_not_fit():
    assert understand(one_of("morning", "more"), "mor") is None
    assert understand(one_of("morning", "more"), "morn") == ("morning", "")


def test_a_start_is_never_completed_to_its_opposite():
    kind = one_of("can't come", "here")
    assert understand(kind, "can") is None
    assert understand(kind, "cant c") == ("can't come", "")


def test_a_label_is_not_overheard_but_an_own_phrase_is():
    assert NEXT.overhear("i will try again", hearing("again")) is None
    assert NEXT.overhear("happy to have another go", hearing("again")) == Understood("again", "happy to")


def test_common_phrases_serve_choices_that_are_called_like_their_meaning():
    assert understand(one_of("yes", "no", "unsure"), "dunno") == ("unsure", "")
    assert understand(one_of("monday", "friday"), "fri 3pm") == ("friday", "3pm")


@pytest.mark.parametrize("text", ["night", "weight", "eigh", "there", "fhive"])
def test_an_ordinary_word_is_no_slip_of_a_number(text):
    assert understand(scale(0, 10), text) is None
    assert understand(scale(0, 10), "sevven") == (7, "")


def test_a_slip_is_put_right_only_when_it_can_mean_one_thing():
    labels = {word: word for word in ("better", "batter", "wonderful")}
    by_hand = Hearing(MONDAY, common={}, means={}, labels=labels)
    kind = one_of(*labels)
    assert kind.understand("bbtter", by_hand) is None
    assert kind.understand("wndrfll", by_hand) is None
    assert kind.understand("wondrfl now", by_hand) == Understood("wonderful", "now")
    assert kind.understand("beter", by_hand) == Understood("better")


# Any words


def test_any_words_are_kept_as_they_were_typed():
    assert understand(any_words, "  No. Dave’s Dog  died\nx ") == ("No. Dave’s Dog  died\nx", "")
    assert understand(any_words, "😢") == ("😢", "")
    assert understand(any_words, " \n ") is None
    assert any_words.overhear("tired", hearing("note")) == Understood("tired", "")


# What was stored


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (scale(1, 3), 5),
        (scale(1, 3), 0),
        (scale(0, 1), True),
        (scale(1, 3), "2"),
        (scale(1, 3), 2.0),
        (yes_or_no, 1),
        (yes_or_no, "yes"),
        (one_of("a", "b"), "c"),
        (one_of("a", "b"), 1),
        (any_words, 3),
        (a_date, "31 feb"),
        (a_date, "2026-02-31"),
        (a_date, 20261205),
        (a_date, ["2026-12-05"]),
    ],
)
def test_a_stored_answer_that_no_longer_fits_is_no_answer(kind, stored):
    assert kind.check(stored) is None


def test_no_is_an_answer_that_fits():
    assert yes_or_no.check(False) is False
    assert scale(0, 3).check(0) == 0


KINDS = {
    "mood": scale(1, 5),
    "want-a-call": yes_or_no,
    "again": NEXT,
    "day": a_date,
    "note": any_words,
    "coming": scale(0, 10),
}
PIECES = st.sampled_from(
    [
        *WORDS.hearing("en", "visit.want-a-call", MONDAY).common,
        *WORDS.hearing("cy", "visit.mood", MONDAY).means,
        *["1", "2", "31", "007", "½", "٣", "3/5", "5/12", "-", " or ", "😢", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "\u0301", "’", "\x00", "no call"],
    ]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=8).map(" ".join))


@pytest.mark.parametrize("question", KINDS)
@given(text=TEXTS, language=st.sampled_from(["en", "cy"]))
def test_any_text_at_all_can_be_understood_or_not(question, text, language):
    kind = KINDS[question]
    for understand_or_overhear in (kind.understand, kind.overhear):
        understood = understand_or_overhear(text, hearing(question, language))
        if understood is not None:
            assert all(word in text for word in understood.rest.split())
            stored = json.loads(json.dumps(kind.store(understood.value)))
            checked = kind.check(stored)
            assert (type(checked), checked) == (type(understood.value), understood.value)


@pytest.mark.parametrize("piece", ["k ", "x ", "no ", "1 ", "please ", "5/", "the ", "a ", "yes or "])
def test_a_very_long_text_is_read_in_a_moment(piece):
    for question, kind in KINDS.items():
        taken = min(timeit.repeat(lambda: kind.understand(piece * 1600 + "q", hearing(question)), number=1, repeat=3))  # noqa: B023
        assert taken < 0.1


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        *[
            ("SKIP", "skip"),
            ("skip.", "skip"),
            ("/skip", "skip"),
            ("skip it please", "skip"),
            ("Rather not say ta", "skip"),
        ],
        *[
            ("BACK", "back"),
            ("go back", "back"),
            ("sgip", "skip"),
            ("neidio", "skip"),
            ("nôl", "back"),
            ("yn ol", "back"),
        ],
        *[
            ("skip tuesday", None),
            ("my back hurts", None),
            ("i want to go back home", None),
            ("", None),
            ("please", None),
        ],
    ],
)
def test_skip_and_back_are_wishes_only_as_the_whole_message(text, wished):
    assert wish(text, hearing("coming").common) == wished


@pytest.mark.parametrize(
    ("kind", "question", "text", "goal"),
    [
        (MOOD, "mood", "2", 5),
        (yes_or_no, "want-a-call", "1", 5),
        (MOOD, "mood", "2 tired no call", 15),
        (MOOD, "mood", "not bad thanks", 15),
        (yes_or_no, "want-a-call", "yeah go on then", 15),
        (yes_or_no, "want-a-call", "no thanks love", 15),
    ],
)
def test_a_reply_is_understood_within_microseconds(kind, question, text, goal):
    known = hearing(question)
    taken = min(timeit.repeat(lambda: kind.understand(text, known), number=200, repeat=50)) / 200 * 1e6
    assert taken < 2 * goal, f"{taken:.1f} µs; twice the goal is allowed, for busy machines"


def test_hearing_words_keeps_their_places():
    heard = hear("It's 1️⃣, d’you hear? Yn ôl")
    assert heard.words == ["its", "1", "dyou", "hear", "yn", "ol"]
    assert [heard.text[start:end] for start, end in heard.spans] == ["It's", "1", "d’you", "hear", "Yn", "ôl"]
