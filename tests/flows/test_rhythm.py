"""When and how often, as people say it on Monday 2 March 2026; a weekly check-in is set for Thursday at 10."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rhythm import DAY, Rhythm, Wish, changed
from flows.rhythm_in_words import when_and_how_often
from flows.words import Words

TODAY = date(2026, 3, 2)
NOW = Rhythm(7, TODAY + timedelta(days=3), 10 * 60, 9 * 60, 21 * 60, TODAY)


@cache
def words() -> Words:
    return Words.load()


def wish(text: str, language: str = "en") -> Wish | None:
    understood = when_and_how_often.understand(text, words().hearing(language, "times.when", TODAY))
    return understood.value if understood else None


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def heard(text: str, language: str = "en") -> str:
    """What would be set: "every 14 on Fri 6 at 10:00 in 9:00-21:00"."""
    said = wish(text, language)
    assert said is not None, text
    assert said.rest == "", text
    new = changed(NOW, said)
    on = f"every {new.every_days} on {new.on:%a} {new.on.day}" if new.on else "never"
    return f"{on} at {clock(new.minute)} in {clock(new.start)}-{clock(new.end)}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not mornings", "every 7 on Thu 5 at 13:00 in 12:00-21:00"),
        ("only evenings", "every 7 on Thu 5 at 18:00 in 17:00-21:00"),
        ("I like mornings best please", "every 7 on Thu 5 at 10:00 in 9:00-12:00"),
        ("not mornings or evenings", "every 7 on Thu 5 at 13:00 in 12:00-17:00"),
        ("after 5", "every 7 on Thu 5 at 18:00 in 17:00-21:00"),
        ("before noon", "every 7 on Thu 5 at 10:00 in 9:00-12:00"),
        ("not before 11", "every 7 on Thu 5 at 12:00 in 11:00-21:00"),
        ("dont text me before 10", "every 7 on Thu 5 at 10:00 in 10:00-21:00"),
        ("not after 8", "every 7 on Thu 5 at 10:00 in 9:00-20:00"),
        ("between 2 and 4", "every 7 on Thu 5 at 15:00 in 14:00-16:00"),
        ("10-12", "every 7 on Thu 5 at 10:00 in 10:00-12:00"),
        ("9 to 5", "every 7 on Thu 5 at 10:00 in 9:00-17:00"),
        ("8 to 10pm", "every 7 on Thu 5 at 21:00 in 20:00-22:00"),
        ("from 5 pm to 7 pm", "every 7 on Thu 5 at 18:00 in 17:00-19:00"),
        ("after half 5", "every 7 on Thu 5 at 18:30 in 17:30-21:00"),
        ("evenings after 6", "every 7 on Thu 5 at 18:00 in 18:00-21:00"),
        ("after 11pm", "every 7 on Thu 5 at 23:30 in 23:00-24:00"),
        ("before 8am", "every 7 on Thu 5 at 7:00 in 6:00-8:00"),
        ("17:30", "every 7 on Thu 5 at 17:30 in 9:00-21:00"),
        ("at 3", "every 7 on Thu 5 at 15:00 in 9:00-21:00"),
        ("7am", "every 7 on Thu 5 at 7:00 in 7:00-21:00"),
        ("every day", "every 1 on Tue 3 at 10:00 in 9:00-21:00"),
        ("every morning", "every 1 on Tue 3 at 10:00 in 9:00-12:00"),
        ("every 3 days", "every 3 on Thu 5 at 10:00 in 9:00-21:00"),
        ("weekly", "every 7 on Thu 5 at 10:00 in 9:00-21:00"),
        ("every other Friday", "every 14 on Fri 6 at 10:00 in 9:00-21:00"),
        ("evry other fryday", "every 14 on Fri 6 at 10:00 in 9:00-21:00"),
        ("twice a month", "every 14 on Thu 5 at 10:00 in 9:00-21:00"),
        ("friday mornings every two weeks", "every 14 on Fri 6 at 10:00 in 9:00-12:00"),
        ("once a month", "every 28 on Thu 5 at 10:00 in 9:00-21:00"),
        ("once a month on a friday", "every 28 on Fri 6 at 10:00 in 9:00-21:00"),
        ("Tuesdays", "every 7 on Tue 3 at 10:00 in 9:00-21:00"),
        ("mondays", "every 7 on Mon 9 at 10:00 in 9:00-21:00"),
        ("weekends only", "every 7 on Sat 7 at 10:00 in 9:00-21:00"),
        ("weekdays after 5", "every 7 on Thu 5 at 18:00 in 17:00-21:00"),
        ("not weekends", "every 7 on Thu 5 at 10:00 in 9:00-21:00"),
        ("any time", "every 7 on Thu 5 at 10:00 in 9:00-21:00"),
        ("never", "never at 10:00 in 9:00-21:00"),
        ("dont ask me", "never at 10:00 in 9:00-21:00"),
    ],
)
def test_what_people_say_is_understood(text: str, said: str):
    assert heard(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nid bore", "every 7 on Thu 5 at 13:00 in 12:00-21:00"),
        ("bob yn ail ddydd Gwener", "every 14 on Fri 6 at 10:00 in 9:00-21:00"),
        ("bob dydd Mawrth", "every 7 on Tue 3 at 10:00 in 9:00-21:00"),
        ("bob dydd", "every 1 on Tue 3 at 10:00 in 9:00-21:00"),
        ("ar ôl 5", "every 7 on Thu 5 at 18:00 in 17:00-21:00"),
        ("ddim cyn 11", "every 7 on Thu 5 at 12:00 in 11:00-21:00"),
        ("unwaith y mis", "every 28 on Thu 5 at 10:00 in 9:00-21:00"),
        ("nos Wener", "every 7 on Fri 6 at 18:00 in 17:00-21:00"),
        ("byth", "never at 10:00 in 9:00-21:00"),
        ("not mornings", "every 7 on Thu 5 at 13:00 in 12:00-21:00"),
    ],
)
def test_it_is_understood_in_welsh_too(text: str, said: str):
    assert heard(text, "cy") == said


@pytest.mark.parametrize(
    "text",
    [
        *("first friday of the month", "mondays and thursdays", "twice a week", "not afternoons", "not on mondays"),
        *("friday at 6 or 7", "mornings unless its raining", "every friday except school holidays", "tuesday 5th"),
        *("mornings and evenings", "every so often", "less", "no", "yes", "weekdays every day", "never on mondays"),
        *("only if i text first", "when im not at work", "not early", "every 90 days", "2", "🙂", "", "MENU", "25:99"),
        *("a fortnight on friday", "every second", "between 2", "after", "not", "from 9pm to 8am", "i work nights"),
        *("the other friday", "mornings dunno", "mornings but i cant always", "i dont have fridays"),
    ],
)
def test_what_may_mean_something_else_is_not_guessed_at(text: str):
    assert wish(text) is None


def test_words_that_change_nothing_are_kept_for_a_person():
    said = wish("evenings, my mum is in hospital")
    assert said is not None
    assert (said.start, said.rest) == (17 * 60, "evenings, my mum is in hospital")


def test_what_is_not_spoken_of_stays():
    evenings = changed(NOW, Wish(start=17 * 60, end=21 * 60))
    fortnightly = changed(evenings, Wish(every_days=14))
    assert (fortnightly.start, fortnightly.end, fortnightly.every_days) == (17 * 60, 21 * 60, 14)
    assert changed(fortnightly, Wish(weekday=4)).every_days == 14


def test_after_never_a_day_asks_every_week_again_and_hours_alone_do_not():
    never = changed(NOW, Wish(every_days=0))
    assert never.on is None
    assert changed(never, Wish(weekday=4)).every_days == 7
    assert changed(never, Wish(start=17 * 60)).every_days is None


MINUTES = st.integers(0, DAY // 15 - 1).map(lambda quarter: quarter * 15)
WISHES = st.builds(
    Wish,
    every_days=st.sampled_from([None, 0, 1, 3, 7, 14, 28, 84]),
    weekday=st.none() | st.integers(0, 6),
    days=st.sampled_from([None, "weekdays", "weekends"]),
    start=st.none() | MINUTES.filter(lambda minute: minute <= DAY - 60),
    end=st.none() | MINUTES.filter(lambda minute: minute >= 60),
    minute=st.none() | MINUTES,
).filter(lambda each: (each.end if each.end is not None else DAY) - (each.start or 0) >= 60)


@given(WISHES, st.lists(WISHES, max_size=3), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_whatever_is_wished_the_next_day_is_to_come_and_its_time_is_when_we_may_write(
    last: Wish, before: list[Wish], today: date
):
    rhythm = Rhythm(7, today + timedelta(days=3), 600, 540, 1260, today)
    for each in (*before, last):
        rhythm = changed(rhythm, each)
    assert 0 <= rhythm.start <= rhythm.minute < rhythm.end <= DAY
    assert rhythm.end - rhythm.start >= 60 or last.minute is not None
    if rhythm.every_days is None:
        assert rhythm.on is None
        return
    assert rhythm.on is not None
    assert today < rhythm.on <= today + timedelta(days=max(7, rhythm.every_days) + 7)
    if last.weekday is not None:
        assert rhythm.on.weekday() == last.weekday


@given(st.text(max_size=80))
def test_any_words_at_all_may_be_sent(text: str):
    said = wish(text)
    if said is not None:
        assert when_and_how_often.check(json.loads(json.dumps(when_and_how_often.store(said)))) == said


PIECES = [
    "not",
    "every",
    "other",
    "friday",
    "5",
    "pm",
    "after",
    "before",
    "to",
    "and",
    "or",
    "mornings",
    "-",
    "10",
    "noon",
]


@given(st.lists(st.sampled_from([*PIECES, "half", "week", "never", "between", "at", "2", "weekends"]), max_size=6))
def test_any_of_our_own_words_in_any_order_may_be_sent(pieces: list[str]):
    said = wish(" ".join(pieces))
    if said is not None:
        new = changed(NOW, said)
        assert 0 <= new.start <= new.minute < new.end <= DAY
