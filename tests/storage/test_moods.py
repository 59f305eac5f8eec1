"""How a group is, week by week: nothing of fewer than five, everybody counts once, and an index is enough for it."""

from __future__ import annotations

import itertools
from datetime import timedelta

from sqlalchemy import insert

from storage.database import Database
from storage.desk import CHECK_IN, PERSON
from storage.moods import Week, weeks_of_groups
from storage.projects import MEMBER, PROJECT
from tests.storage.cast import NOW, watching

A_WEEK = timedelta(days=7)
BEGINS = [NOW - n * A_WEEK for n in (3, 2, 1)]
GARDEN, EVERYBODY = 1, 2
NUMBERS = itertools.count(1)
CARD = {"goal": "x", "rung": "x", "decider": "x", "decider_in_group": True, "answer_within_days": 7}


def two_projects(database: Database, members: int, others: int = 0) -> None:
    """A project with so many members, and one for everybody who has joined."""
    people = range(1, members + others + 1)
    with database.writing() as connection:
        both = {GARDEN: ("Garden", False), EVERYBODY: ("All of us", True)}
        rows = [{"id": id_, "name": name, "everybody": all_, **CARD} for id_, (name, all_) in both.items()]
        connection.execute(insert(PROJECT), rows)
        connection.execute(insert(PERSON), [{"id": n, "created_at": NOW, "joined_at": NOW} for n in people])
        belong = [{"project_id": GARDEN, "person_id": n, "side": "volunteer"} for n in range(1, members + 1)]
        connection.execute(insert(MEMBER), belong)


def say(database: Database, week: int, *moods: int | None, of: int | None = None) -> None:
    """In that week the first says the first, and so on; with `of` one person says them all."""
    rows = [
        {
            "conversation_id": next(NUMBERS),
            "person_id": of or number,
            "mood": mood,
            "wants_a_call": False,
            "at": BEGINS[week] + timedelta(days=1),
        }
        for number, mood in enumerate(moods, 1)
    ]
    with database.writing() as connection:
        connection.execute(insert(CHECK_IN), rows)


def weeks(database: Database) -> dict[int, list[Week]]:
    with database.reading() as connection:
        return weeks_of_groups(connection, BEGINS, NOW)


def test_a_week_is_known_in_which_five_of_a_group_said_how_they_are(database: Database):
    two_projects(database, members=6)
    say(database, 0, 1, 2, 3, 4, 5, 3)
    say(database, 2, 5, 5, 5, 5, 4)
    assert weeks(database)[GARDEN] == [Week(0, 3.0, 6), Week(2, 4.8, 5)]


def test_of_four_nothing_is_known_also_where_one_says_it_twice_or_another_skips(database: Database):
    two_projects(database, members=6)
    say(database, 1, 1, 1, 1, 1, None)
    say(database, 1, 1, of=4)
    assert weeks(database) == {EVERYBODY: []}


def test_whoever_belongs_to_another_group_does_not_fill_this_one_up(database: Database):
    two_projects(database, members=4, others=1)
    say(database, 1, 2, 2, 2, 2, 4)
    assert weeks(database) == {EVERYBODY: [Week(1, 2.4, 5)]}


def test_everybody_counts_once_however_often_they_say_it(database: Database):
    two_projects(database, members=5)
    say(database, 1, 5, 5, 5, 5, 1)
    for _ in range(10):
        say(database, 1, 1, of=5)
    assert weeks(database)[GARDEN] == [Week(1, 4.2, 5)]


def test_what_was_said_before_and_after_these_weeks_is_left_out(database: Database):
    two_projects(database, members=5)
    say(database, 0, 3, 3, 3, 3, 3)
    with database.reading() as connection:
        assert weeks_of_groups(connection, BEGINS[1:], NOW)[EVERYBODY] == []
        assert weeks_of_groups(connection, [BEGINS[0] - 2 * A_WEEK, BEGINS[0] - A_WEEK], BEGINS[0])[EVERYBODY] == []


def test_it_reads_check_ins_by_their_index_alone(sqlite_database: Database):
    two_projects(sqlite_database, members=1)
    statements = []

    def note(*about):
        statements.append((about[2], about[3]))

    with sqlite_database.writing() as connection:
        with watching(sqlite_database.engine, "before_cursor_execute", note):
            weeks_of_groups(connection, BEGINS, NOW)
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
            for statement, values in statements
            if "check_in" in statement
        ]
    assert len(plans) == 2
    assert all("COVERING INDEX check_in_lately (at>? AND at<?)" in plan for plan in plans), plans
