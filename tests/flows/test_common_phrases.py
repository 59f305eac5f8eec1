"""Every phrase in the words' [common] tables is understood as its file says, in both languages."""

import tomllib

import pytest

from flows.dates import MONTHS, WEEKDAYS
from flows.replies import a_date, scale, wish, yes_or_no, yes_or_no_and_when
from tests.flows.sample import BUILT_IN, MONDAY, hearing, understand

MOOD = scale(1, 5)


def _says(kind, pattern, expected, question="coming"):
    def check(phrase, language):
        assert understand(kind, pattern.format(phrase), question, language) == expected

    return check


def _day(pattern, **expected):
    def check(phrase, language):
        day = understand(a_date, pattern.format(phrase), "day", language)[0]
        named = {"weekday": day.weekday(), "month": day.month, "day": day.day, "days": (day - MONDAY).days}
        assert {name: named[name] for name in expected} == expected

    return check


def _wishes(what):
    def check(phrase, language):
        assert wish(phrase, hearing("coming", language).common) == what

    return check


def _negates(phrase, language):
    assert yes_or_no.overhear(f"{phrase} ring me", hearing("want-a-call", language)) is None


def _is_a_clause(phrase, language):
    assert understand(yes_or_no, f"no {phrase} busy", "coming", language)[0] is False


def _is_a_condition(phrase, language):
    for said in (f"yes but {phrase} 3", f"yes, {phrase} 3"):
        assert understand(yes_or_no_and_when, said, "coming", language) == (True, said.partition(" ")[2])
        assert understand(yes_or_no, said, "coming", language) is None


def _fits_nothing(phrase, language):
    for kind in (yes_or_no, scale(0, 31), a_date):
        assert understand(kind, phrase, "coming", language) is None


CHECKS = {
    "yes": _says(yes_or_no, "{}", (True, "")),
    "yes if alone": _says(yes_or_no, "{}", (True, "")),
    "please": _says(yes_or_no, "{}", (True, "")),
    "no": _says(yes_or_no, "{}", (False, "")),
    "no if alone": _says(yes_or_no, "{}", (False, "")),
    "no if it ends there": _says(yes_or_no, "{}, tired", (False, "tired")),
    "unsure": _says(yes_or_no, "{}", None),
    "or": _says(yes_or_no, "1 {} maybe", None),
    "but": _says(yes_or_no, "yes {} not", None),
    "condition": _is_a_condition,
    "correction": _says(yes_or_no, "yes {} no", None),
    "polite": _says(yes_or_no, "yes {}", (True, "")),
    "filler": _says(MOOD, "{} 2", (2, "")),
    "about": _says(MOOD, "{} 2", (2, "")),
    "out of": _says(MOOD, "2 {} 5", (2, "")),
    "of": _says(MOOD, "2 {} us", None),
    "to": _says(MOOD, "2 {} 3", None),
    "unit": _says(MOOD, "2 {}", None),
    "ago": _says(a_date, "2 weeks {}", None),
    "skip": _wishes("skip"),
    "back": _wishes("back"),
    "negation": _negates,
    "clause": _is_a_clause,
    "ordinary": _fits_nothing,
    "ordinal ending": _day("5{}", day=5, month=12),
    "today": _day("{}", days=0),
    "tomorrow": _day("{}", days=1),
    "day after tomorrow": _day("{}", days=2),
    "tuesday or march": _day("{}", weekday=1),
    "day": _day("in 3 {}", days=3),
    "week": _day("in 2 {}", days=14),
    "fortnight": _day("in 1 {}", days=14),
    "month": _day("in 1 {}", day=23, month=12),
    "in": _day("{} 2 days", days=2),
    "on": _day("{} friday", days=4),
    "the": _day("{} 5", day=5),
    "a": _day("in {} week", days=7),
    "couple": _day("in a {} of weeks", days=14),
    "this": _day("{} friday", days=4),
    "next": _day("friday {}", days=11),
    "time": _day("in 2 weeks {}", days=14),
    **{str(number): _says(scale(0, 31), "{}", (number, "")) for number in range(32)},
    **{name: _day("{}", weekday=WEEKDAYS.index(name)) for name in WEEKDAYS},
    **{name: _day("5 {}", day=5, month=MONTHS.index(name) + 1) for name in MONTHS},
    **{f"{number}{end}": _day("the {}", day=number) for number in range(1, 32) for end in ("st", "nd", "rd", "th")},
}


def _phrases():
    for language in ("en", "cy"):
        common = tomllib.loads((BUILT_IN / language / "replies.toml").read_text(encoding="utf-8"))["common"]
        for meaning, phrases in common.items():
            for phrase in phrases:
                yield pytest.param(language, meaning, phrase, id=f"{language}-{meaning}-{phrase}")


@pytest.mark.parametrize(("language", "meaning", "phrase"), list(_phrases()))
def test_every_phrase_means_what_the_file_says(language, meaning, phrase):
    CHECKS[meaning](phrase, language)
