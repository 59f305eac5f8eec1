"""Whose a task is: one at a time, and only by a move that starts from where it really is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.database import Database
from storage.hand_offs import HAND_OFF, add_question, change_hand_off, next_times_of, open_hand_off
from storage.old import clear_old
from storage.tables import new_id
from storage.tasks import (
    EVENT,
    OFFER,
    add_event,
    add_offer,
    give_task_back,
    keep_thanks,
    mark_task_done,
    save_task,
    take_task,
    task_numbered,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ADA, DEE = 1, 2
BRIEF = {
    **dict.fromkeys(("name", "goal", "first_step", "what_is_needed", "pitfalls", "ask", "takes", "standard"), "x"),
    "coordinator": "Sam",
    "project_id": 7,
}


def new_task(database: Database) -> int:
    with database.writing() as connection:
        save_task(connection, {**BRIEF, "name": str(new_id())}, NOW)
        return int(task_numbered(connection, 1).id)


def test_of_two_who_take_it_only_the_first_has_it(database: Database):
    its_id = new_task(database)
    with database.writing() as connection:
        assert take_task(connection, its_id, ADA, NOW, date(2026, 3, 13), None)
        assert not take_task(connection, its_id, DEE, NOW, None, None)
        assert task_numbered(connection, 1).holder_id == ADA


def test_it_is_passed_only_by_whoever_has_it(database: Database):
    its_id = new_task(database)
    with database.writing() as connection:
        take_task(connection, its_id, ADA, NOW, None, None)
        assert not take_task(connection, its_id, 3, NOW, None, DEE)
        assert take_task(connection, its_id, DEE, NOW, None, ADA)
        assert not take_task(connection, its_id, 3, NOW, None, ADA)
        assert task_numbered(connection, 1).holder_id == DEE


def test_only_whoever_has_it_gives_it_back_or_has_done_it(database: Database):
    its_id = new_task(database)
    with database.writing() as connection:
        take_task(connection, its_id, ADA, NOW, None, None)
        assert not give_task_back(connection, its_id, DEE)
        assert not mark_task_done(connection, its_id, DEE, NOW)
        assert mark_task_done(connection, its_id, ADA, NOW)
        assert not give_task_back(connection, its_id, ADA)
        assert (task_numbered(connection, 1).holder_id, task_numbered(connection, 1).done_by_id) == (None, ADA)


def test_numbers_are_counted_up_and_stay(database: Database):
    with database.writing() as connection:
        assert save_task(connection, BRIEF, NOW) == (1, True)
        assert save_task(connection, {**BRIEF, "name": "y"}, NOW) == (2, True)
        assert save_task(connection, {**BRIEF, "takes": "an hour"}, NOW) == (1, False)


def test_what_was_said_is_cleared_away_once_a_task_is_long_over_and_thanks_stay(database: Database):
    its_id = new_task(database)
    with database.writing() as connection:
        add_event(connection, its_id, "says", NOW, ADA, "tired")
        add_offer(connection, its_id, ADA, None, NOW, NOW)
        add_question(connection, 1, "x", task_id=its_id, person_id=ADA, words="where?", at=NOW)
        for words in ("a lift", None):
            hand_off = open_hand_off(connection, its_id, ADA, "person", NOW)
            change_hand_off(connection, hand_off, barrier="no bus", next_time=words, ended_at=NOW)
        clear_old(connection, NOW + timedelta(days=1))
        assert len(list(connection.execute(EVENT.select()))) == 1  # it is not over
        keep_thanks(connection, its_id, "lovely", NOW)
        clear_old(connection, NOW)
        assert len(list(connection.execute(EVENT.select()))) == 1  # not long
        clear_old(connection, NOW + timedelta(days=1))
        for table in (EVENT, OFFER):
            assert list(connection.execute(table.select())) == []
        assert [row.barrier for row in connection.execute(HAND_OFF.select())] == [None]
        assert next_times_of(connection, ADA) == ["a lift"]
        assert task_numbered(connection, 1).thanks == "lovely"
