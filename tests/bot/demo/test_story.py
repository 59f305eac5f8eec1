"""The demo charity stands, by the real service and its rules, and a day's work waits in it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.console.passwords import is_right
from bot.today import today_lines
from bot.votes.keeping import vote_lines
from flows.hand_off import HARD_WORDS
from storage.accounts import ACCOUNT
from storage.alerts import ALERT
from storage.desk import ADDRESS, CHECK_IN, INBOX, OUTBOX, PERSON
from storage.hand_offs import barriers_waiting
from storage.nudges import NUDGE
from storage.people import everybody
from storage.strengths import STRENGTH
from storage.suggestions import SUGGESTION
from storage.tables import Lane
from storage.tasks import open_tasks
from storage.thanks import THANKS
from tests.bot.demo.conftest import Stood, build

ZONE = "Europe/London"
A_TASK = re.compile("Water the seedlings|Draw the beds|Fetch the wood|Ring the seed shop|Write page one")
NUMBER_OF_AN_ALERT = re.compile(r"\b\d{4}\b")


def column(stood: Stood, column, *where) -> list:
    with stood.database.reading() as connection:
        return list(connection.execute(select(column).where(*where)).scalars())


# -- it stands -----------------------------------------------------------------------------------------


def test_fourteen_people_are_there_and_staff(stood: Stood):
    with stood.database.reading() as connection:
        called = {each.called for each in everybody(connection)}
    volunteers = {
        "Ada",
        "Cai",
        "Dee",
        "Eve",
        "Fay",
        "Gil",
        "Hana",
        "Ifan",
        "Jude",
        "Kemi",
        "Leo",
        "Maya",
        "Nia",
        "Omar",
    }
    assert called == volunteers | {"Jo", "Sam", "Bo", "Kim", "Lou"}
    assert set(column(stood, PERSON.c.called, PERSON.c.joined_at.is_not(None))) == volunteers - {"Ada"}


def test_the_team_signs_in_and_nobody_can_with_what_stands_for_their_password(stood: Stood):
    assert set(column(stood, ACCOUNT.c.name)) == {"Sam", "Kim", "Lou"}
    assert not [kept for kept in column(stood, ACCOUNT.c.password) if is_right(kept, kept)]
    assert None not in column(stood, ACCOUNT.c.second_secret)
    assert set(column(stood, ACCOUNT.c.invitation)) == {None}


def test_three_weeks_have_passed_and_each_day_was_told(stood: Stood):
    assert stood.now.date() == date(2026, 3, 24)
    assert list(dict.fromkeys(stood.passed)) == [date(2026, 3, day) for day in range(2, 25)]


def test_there_is_a_trend_of_how_people_are(stood: Stood):
    weeks = column(stood, func.count(), CHECK_IN.c.mood.is_not(None))
    assert weeks[0] >= 35
    with stood.database.reading() as connection:
        moods = connection.execute(select(CHECK_IN.c.mood, func.count()).group_by(CHECK_IN.c.mood)).all()
    assert {mood for mood, _ in moods} >= {2, 3, 4, 5}


def test_everybody_said_what_they_had_to_say(stood: Stood):
    unsaid = {
        (name, question)
        for name, answers in stood.unsaid.items()
        for question, left in answers.items()
        if left and question != "vote.choice"  # the vote is still open
    }
    assert {name for name, _ in unsaid} == {"Ada"}, "a question of the story is never asked any more"


async def test_it_is_the_same_every_time(stood: Stood, tmp_path: Path):
    again = await build(tmp_path)
    assert _shown(again) == _shown(stood)


def _shown(stood: Stood) -> dict[str, list[str]]:
    return {name: [NUMBER_OF_AN_ALERT.sub("0000", text) for text in shown] for name, shown in stood.shown.items()}


# -- by the rules --------------------------------------------------------------------------------------


def test_nothing_broke_on_the_way_and_everything_was_understood(stood: Stood):
    assert stood.logged == []
    wrong = {"we broke over this", "not understood at a question", "nobody understood", "answered what is gone"}
    assert not wrong & set(column(stood, INBOX.c.why))


def test_everything_was_sent(stood: Stood):
    assert set(column(stood, OUTBOX.c.state)) == {"sent"}


def test_nobody_was_written_to_at_night(stood: Stood):
    by_ourselves = OUTBOX.c.lane.in_((int(Lane.REMINDER), int(Lane.BROADCAST)))
    hours = {at.astimezone(ZoneInfo(ZONE)).hour for at in column(stood, OUTBOX.c.settled_at, by_ourselves)}
    assert hours
    assert hours <= set(range(9, 21))


def test_cai_has_heard_nothing_after_stop(stood: Stood):
    assert stood.shown["Cai"][-1].startswith("All right. I have stopped")


def test_dee_is_spoken_to_in_welsh(stood: Stood):
    assert any("Sut ydych chi heddiw" in text for text in stood.shown["Dee"])
    assert not any("How are you today" in text for text in stood.shown["Dee"])


def test_no_word_about_a_task_shames(stood: Stood):
    about_tasks = [text for shown in stood.shown.values() for text in shown if A_TASK.search(text)]
    assert len(about_tasks) > 10
    assert not [text for text in about_tasks if HARD_WORDS.search(text)]


def test_numbers_are_nobodys(stood: Stood):
    numbers = column(stood, ADDRESS.c.value, ADDRESS.c.channel == "sms")
    assert numbers
    assert all(number.startswith("+447700900") for number in numbers)


# -- and this waits ------------------------------------------------------------------------------------


def test_a_day_of_work_waits(stood: Stood):
    with stood.database.reading() as connection:
        lines = today_lines(connection, ZONE, stood.now)
    assert lines[0] == "Tuesday 24 March"
    titles = [line.partition(":")[0] for line in lines[1:] if line and not line.startswith(" ")]
    assert titles == [
        "Waiting for a person",
        "Ideas that wait for an answer",
        "Tasks that nobody has",
        "Open votes",
        "Milestones",
        "Meetings",
        "Looked back on, and not told to the group",
        "Not said to somebody lately",
    ]
    shown = "\n".join(lines)
    assert "promised by Tue 24 Mar (today), for Garden" in shown
    assert "the day we build, Wed 25 Mar 14:00" in shown
    assert "2 with words to you" in shown


def test_in_the_inbox_are_a_wish_for_a_person_a_barrier_a_question_and_a_task_that_came_back(stood: Stood):
    waiting = column(stood, INBOX.c.why, INBOX.c.done_at.is_(None))
    assert sorted(waiting) == ["human", "task back", "task barrier", "task question"]
    with stood.database.reading() as connection:
        assert [each.name for each in barriers_waiting(connection)] == ["Fetch the wood"]


def test_tasks_are_with_somebody_done_or_waiting_for_a_coordinator(stood: Stood):
    with stood.database.reading() as connection:
        tasks = {each.name: each.holder for each in open_tasks(connection)}
    assert tasks == {"Fetch the wood": "Gil", "Ring the seed shop": None, "Write page one": None}


def test_the_alert_was_seen_to_and_closed(stood: Stood):
    assert column(stood, ALERT.c.state) == ["closed"]
    assert any("is closed. I have kept your reason." in text for text in stood.shown["Sam"])
    assert any("I have told Sam on our team." in text for text in stood.shown["Omar"])


def test_ideas_were_taken_up_declined_with_a_reason_and_two_wait(stood: Stood):
    answers = column(stood, SUGGESTION.c.answer)
    assert sorted(map(str, answers)) == ["None", "None", "not possible", "not possible", "taken up"]


def test_a_vote_runs_and_some_have_voted(stood: Stood):
    with stood.database.reading() as connection:
        shown = " ".join(vote_lines(connection, ZONE, stood.now))
    assert re.search(r"Where shall the bench go\? +[4-9] of 14 have voted; closes Fri 27 Mar 18:00", shown)


def test_people_were_thanked_and_named_what_they_are_good_at(stood: Stood):
    assert len(column(stood, THANKS.c.id)) == 3
    assert len(column(stood, STRENGTH.c.id)) == 5


def test_the_box_of_feedback_holds_one_that_nobody_can_be_known_by(stood: Stood):
    assert "the office is locked at half past four" in " ".join(" ".join(stood.read).split())
    assert "Maya" not in " ".join(stood.read)


def test_ada_was_asked_this_morning_whether_she_would_like_to_join(stood: Stood):
    (asked,) = stood.shown["Ada"]
    assert "Would you like to join in?" in asked


def test_nobody_waits_to_be_told_what_can_be_told_now(stood: Stood):
    assert not column(stood, NUDGE.c.id, NUDGE.c.state == "waiting", NUDGE.c.due_at <= stood.now)
