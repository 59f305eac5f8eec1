"""Days as people type them, heard on Monday 23 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.replies import Understood, a_date
from tests.flows.sample import WORDS, hearing, understand


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *[("today", "2026-11-23"), ("tomorrow", "2026-11-24"), ("2moro", "2026-11-24"), ("tommorow", "2026-11-24")],
        *[("tue", "2026-11-24"), ("Tuesday", "2026-11-24"), ("this tuesday", "2026-11-24"), ("monday", "2026-11-30")],
        *[("next tuesday", "2026-12-01"), ("tuesday next week", "2026-12-01"), ("next week tuesday", "2026-12-01")],
        *[
            ("sunday", "2026-11-29"),
            ("wensday", "2026-11-25"),
            ("wednes", "2026-11-25"),
            ("day after tomorrow", "2026-11-25"),
        ],
        *[("a week on friday", "2026-12-04"), ("week on fri", "2026-12-04"), ("friday week", "2026-12-04")],
        *[("a week tomorrow", "2026-12-01"), ("tomorrow week", "2026-12-01"), ("2 weeks on friday", "2026-12-11")],
        *[("in 2 weeks", "2026-12-07"), ("in two weeks time", "2026-12-07"), ("in a fortnight", "2026-12-07")],
        *[("in 3 days", "2026-11-26"), ("in a month", "2026-12-23"), ("in a couple of weeks", "2026-12-07")],
        *[("the 5th", "2026-12-05"), ("5th", "2026-12-05"), ("the 23rd", "2026-11-23"), ("the 31st", "2026-12-31")],
        *[("the 5", "2026-12-05"), ("the twenty fifth", "2026-11-25"), ("on the 3rd please", "2026-12-03")],
        *[("5 dec", "2026-12-05"), ("5th of December", "2026-12-05"), ("dec 5", "2026-12-05"), ("5dec", "2026-12-05")],
        *[
            ("december the 5th", "2026-12-05"),
            ("20 nov", "2027-11-20"),
            ("23 nov", "2026-11-23"),
            ("29 feb", "2028-02-29"),
        ],
        *[
            ("5 dec 2027", "2027-12-05"),
            ("5/12", "2026-12-05"),
            ("5/12/27", "2027-12-05"),
            ("12.12.2026", "2026-12-12"),
        ],
        *[
            ("5-12-2026", "2026-12-05"),
            ("2026-12-05", "2026-12-05"),
            ("1/2", "2027-02-01"),
            ("fri 4 dec", "2026-12-04"),
        ],
        *[("Friday the 4th", "2026-12-04"), ("friday, 4/12", "2026-12-04"), ("by friday thanks", "2026-11-27")],
        *[("i think tuesday", "2026-11-24"), ("payday", "2026-11-27")],
    ],
)
def test_a_day_is_understood_in_words_and_numbers(text, day):
    assert understand(a_date, text, "day") == (date.fromisoformat(day), "")


@pytest.mark.parametrize(
    "text",
    [
        *["31 feb", "31/2", "5/30", "12/25", "32nd", "0/5", "friday 31 feb", "fri 5 dec", "tuesday the 4th", "31.11."],
        *[
            "5",
            "the",
            "next week",
            "week",
            "in may",
            "2 weeks ago",
            "yesterday",
            "10:30",
            "5.30",
            "07700 900123",
            "5-12",
        ],
        *[
            "tuesday or wednesday",
            "tues/wed",
            "tue wed",
            "5/12 or 6/12",
            "not tuesday",
            "maybe tuesday",
            "tuesday i mean friday",
        ],
        *["no", "", "soon", "99999 weeks", "in 999 weeks", "5/12/2", "2026-13-05", "the 5000"],
    ],
)
def test_what_is_no_day_or_more_than_one_does_not_fit(text):
    assert understand(a_date, text, "day") is None


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("friday 3pm", "2026-11-27", "3pm"),
        ("friday 3 of us", "2026-11-27", "3 of us"),
        ("Tomorrow, Dave drives", "2026-11-24", "Dave drives"),
        ("5/12 at 2.30", "2026-12-05", "at 2.30"),
        ("sat 5th dec 10am", "2026-12-05", "10am"),
    ],
)
def test_words_after_the_day_are_kept(text, day, rest):
    assert understand(a_date, text, "day") == (date.fromisoformat(day), rest)


def test_a_day_is_overheard_only_by_the_questions_own_name_for_it():
    assert a_date.overhear("skint until payday", hearing("day")) == Understood(date(2026, 11, 27), "skint until")
    assert a_date.overhear("tired since friday", hearing("day")) is None


@given(today=st.dates(date(2000, 1, 1), date(2090, 12, 31)), weekday=st.sampled_from(["mon", "wed", "sun"]))
def test_a_weekday_is_always_one_of_the_next_seven_days(today, weekday):
    day = a_date.understand(weekday, WORDS.hearing("en", "visit.day", today)).value
    assert today < day <= today + timedelta(days=7)
    assert day.strftime("%a").lower() == weekday


@given(today=st.dates(date(2000, 1, 1), date(2090, 12, 31)), number=st.integers(1, 31), month=st.integers(1, 12))
def test_a_day_and_month_never_lie_in_the_past(today, number, month):
    understood = a_date.understand(f"{number}/{month}", WORDS.hearing("en", "visit.day", today))
    if understood is None:
        assert (number, month) in {(30, 2), (31, 2), (31, 4), (31, 6), (31, 9), (31, 11)}
    else:
        assert understood.value >= today
        assert a_date.check(a_date.store(understood.value)) == understood.value
        assert (understood.value.day, understood.value.month) == (number, month)
