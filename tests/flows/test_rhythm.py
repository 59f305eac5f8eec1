"""When and how often, as people say it on Monday 2 March 2026; a weekly check-in is set for Thursday at 10."""

from __future__ import annotations

import json
from calendar import day_name, monthcalendar
from dataclasses import replace
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
    on = f"every {new.days or new.every_days} on {new.on:%a} {new.on.day}" if new.on else "never"
    hours = [new.start, *(new.gap or ()), new.end]
    open_at = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in zip(hours[::2], hours[1::2], strict=True))
    return f"{on} at {clock(new.minute)} in {open_at}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not mornings", "every 7 on Thu 5 at 13:00 in 12:00-21:00"),
        ("only evenings", "every 7 on Thu 5 at 18:00 in 17:00-21:00"),
        ("I like mornings best please", "every 7 on Thu 5 at 10:00 in 9:00-12:00"),
        ("not evenings", "every 7 on Thu 5 at 10:00 in 9:00-17:00"),
        ("only mornings", "every 7 on Thu 5 at 10:00 in 9:00-12:00"),
        ("not afternoons", "every 7 on Thu 5 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("no afternoons please", "every 7 on Thu 5 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("not in the afternoon", "every 7 on Thu 5 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("Mondays and Thursdays", "every monday thursday on Thu 5 at 10:00 in 9:00-21:00"),
        ("mon + thu", "every monday thursday on Thu 5 at 10:00 in 9:00-21:00"),
        ("Tues/Fri", "every tuesday friday on Tue 3 at 10:00 in 9:00-21:00"),
        ("mon/fri", "every monday friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("mon-fri", "every 7 on Thu 5 at 10:00 in 9:00-21:00"),
        ("wed, fri & sun", "every wednesday friday sunday on Wed 4 at 10:00 in 9:00-21:00"),
        ("every monday and every thursday", "every monday thursday on Thu 5 at 10:00 in 9:00-21:00"),
        ("tusdays and thursdays", "every tuesday thursday on Tue 3 at 10:00 in 9:00-21:00"),
        ("mondays and thursdays after 5", "every monday thursday on Thu 5 at 18:00 in 17:00-21:00"),
        ("after 5 on mondays and thursdays", "every monday thursday on Thu 5 at 18:00 in 17:00-21:00"),
        ("monday mornings and thursday mornings", "every monday thursday on Thu 5 at 10:00 in 9:00-12:00"),
        ("tuesdays and fridays, not afternoons", "every tuesday friday on Tue 3 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("first Friday of the month", "every first friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("the first friday", "every first friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("every first friday", "every first friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("every month on the 1st friday", "every first friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("last Monday of the month", "every last monday on Mon 30 at 10:00 in 9:00-21:00"),
        ("every last monday of the month", "every last monday on Mon 30 at 10:00 in 9:00-21:00"),
        ("once a month, last monday", "every last monday on Mon 30 at 10:00 in 9:00-21:00"),
        ("second tuesday of the month", "every second tuesday on Tue 10 at 10:00 in 9:00-21:00"),
        ("every second tuesday of the month", "every second tuesday on Tue 10 at 10:00 in 9:00-21:00"),
        ("every second tuesday", "every 14 on Tue 3 at 10:00 in 9:00-21:00"),
        ("third wednesday evening of each month", "every third wednesday on Wed 18 at 18:00 in 17:00-21:00"),
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
        ("dim prynhawn", "every 7 on Thu 5 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("nid yn y prynhawn plis", "every 7 on Thu 5 at 10:00 in 9:00-12:00, 17:00-21:00"),
        ("dydd Llun a dydd Iau", "every monday thursday on Thu 5 at 10:00 in 9:00-21:00"),
        ("Mawrth a Gwener", "every tuesday friday on Tue 3 at 10:00 in 9:00-21:00"),
        ("dydd Gwener cyntaf y mis", "every first friday on Fri 6 at 10:00 in 9:00-21:00"),
        ("dydd Llun olaf o'r mis", "every last monday on Mon 30 at 10:00 in 9:00-21:00"),
        ("ail ddydd Mawrth y mis", "every second tuesday on Tue 10 at 10:00 in 9:00-21:00"),
        ("pob mis, y trydydd dydd Mercher", "every third wednesday on Wed 18 at 10:00 in 9:00-21:00"),
        ("bob mis", "every 28 on Thu 5 at 10:00 in 9:00-21:00"),
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
        *(
            "mondays or thursdays",
            "last friday",
            "friday 1st",
            "twice a week",
            "not on mondays",
            "mon-thu",
            "mon to thu",
        ),
        *("monday mornings and thursdays", "every other monday and thursday", "mondays and thursdays once a month"),
        *(
            "first and third friday of the month",
            "first of the month",
            "friday of the month",
            "first week of the month",
        ),
        *(
            "second friday",
            "every other friday of the month",
            "not mornings afternoons or evenings",
            "mondays not thursdays",
        ),
        *(
            "mondays and thursdays at weekends",
            "not afternoons after 10",
            "not afternoons, at 10",
            "first thing monday 1st",
        ),
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


DAYS = {
    "mon": "Mondays", "tues": "tuesday", "weds": "Wednesdays", "thu": "THURSDAY", "fri": "fridays", "sat": "Saturdays",
    "sun": "sunday",
}  # fmt: skip
HOURS = {
    "": Wish(),
    ", not afternoons": Wish(not_from=720, not_until=1020),
    " not mornings please": Wish(start=720, end=1260),
    " after 5": Wish(start=1020),
    " at 10am": Wish(minute=600),
}


@given(
    st.lists(st.sampled_from(list(DAYS)), min_size=2, max_size=5, unique=True),
    st.sampled_from([" and ", ", ", " + ", "/", " & ", " "]),
    st.booleans(),
    st.sampled_from(list(HOURS)),
)
def test_however_several_days_are_written_they_are_those_days(days: list[str], between: str, long: bool, hours: str):
    said = wish(between.join(DAYS[day] if long else day for day in days) + hours)
    names = [name.lower() for day, name in zip(DAYS, day_name, strict=True) if day in days]
    assert said == replace(HOURS[hours], named=" ".join(names))


@given(
    st.sampled_from(["first", "second", "third", "fourth", "last"]),
    st.sampled_from(list(DAYS)),
    st.sampled_from(
        ["the {} {} of the month", "{} {} of each month", "every {} {} in the month", "once a month, the {} {}"]
    ),
)
def test_however_a_day_of_the_month_is_written_it_is_that_one(which: str, day: str, form: str):
    name = dict(zip(DAYS, day_name, strict=True))[day].lower()
    assert wish(form.format(which, day)) == Wish(named=f"{which} {name}")


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
NAMED = st.sampled_from(
    ["monday thursday", "saturday", "tuesday sunday", "first friday", "last monday", "second sunday"]
)
WISHES |= st.builds(Wish, named=NAMED, start=st.none() | st.just(17 * 60))
WISHES |= st.builds(Wish, not_from=st.just(12 * 60), not_until=st.just(17 * 60), named=st.none() | NAMED)


def minutes_to_write_in(rhythm: Rhythm) -> list[int]:
    """One by one."""
    gap = rhythm.gap or (0, 0)
    return [minute for minute in range(rhythm.start, rhythm.end) if not gap[0] <= minute < gap[1]]


def is_one_of(days: str, day: date) -> bool:
    """Read off the calendar's page of that month."""
    which, *names = days.split()
    orders = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
    if which not in orders:
        return day_name[day.weekday()].lower() in days.split()
    page = [week[list(day_name).index(names[0].capitalize())] for week in monthcalendar(day.year, day.month)]
    return [number for number in page if number][orders[which]] == day.day


@given(WISHES, st.lists(WISHES, max_size=3), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_whatever_is_wished_the_next_day_is_to_come_and_its_time_is_when_we_may_write(
    last: Wish, before: list[Wish], today: date
):
    rhythm = Rhythm(7, today + timedelta(days=3), 600, 540, 1260, today)
    for each in (*before, last):
        rhythm = changed(rhythm, each)
    assert 0 <= rhythm.start <= rhythm.minute < rhythm.end <= DAY
    assert rhythm.end - rhythm.start >= 60 or last.minute is not None
    if last.minute is not None:
        assert rhythm.minute == last.minute
    if rhythm.gap is not None:
        assert rhythm.start + 60 <= rhythm.gap[0] < rhythm.gap[1] <= rhythm.end - 60
        assert not rhythm.gap[0] <= rhythm.minute < rhythm.gap[1]
    if last.not_from is not None:
        assert not any(last.not_from <= minute < last.not_until for minute in minutes_to_write_in(rhythm))
    if rhythm.every_days is None:
        assert rhythm.on is None
        return
    assert rhythm.on is not None
    most = 35 if rhythm.days else max(7, rhythm.every_days) + 7
    assert today < rhythm.on <= today + timedelta(days=most)
    if last.weekday is not None and last.named is None:
        assert rhythm.on.weekday() == last.weekday
    if rhythm.days is not None:
        assert is_one_of(rhythm.days, rhythm.on)


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
