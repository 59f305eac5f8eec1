"""Two records become one: nothing is left behind, whatever tables there are, and what can be only once is settled."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, Table, UniqueConstraint, insert, select
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - every table
from storage.about_people import ABOUT_PEOPLE
from storage.contact import WISH
from storage.desk import ADDRESS, CONVERSATION, HOLDER, PERSON
from storage.meetings import ANSWER as COMING
from storage.merging import _SETTLED, lock_both, merge_people
from storage.nudges import NUDGE
from storage.places import SHOWN
from storage.projects import MEMBER
from storage.relay import BLOCKED, MATE
from storage.tables import new_id
from storage.tables.types import Moment
from storage.tasks import OFFER, TASK
from storage.votes import VOTER
from tests.storage.cast import NOW, later, rows

NAMES = {kept.table.name: set(kept.names) for kept in ABOUT_PEOPLE}
OF_OTHER_THINGS = {
    *("id", "account_id", "address_id", "alert_id", "conversation_id", "holding_id", "limit_id", "meeting_id"),
    *(
        "broadcast_id",
        "message_id",
        "next_offset",
        "offer_id",
        "outbox_id",
        "preferred_address_id",
        "project_id",
        "rule_id",
    ),
    *("resend_of", "second_used", "task_id", "version", "version_id", "vote_id"),
}
"""What a large number in a table may stand for besides a person."""
EVERY_TABLE = list(SQLModel.metadata.tables.values())


def test_every_large_number_in_every_table_is_known_to_name_a_person_or_not():
    for table in EVERY_TABLE:
        for column in table.columns:
            if isinstance(column.type, BigInteger) and column.name not in OF_OTHER_THINGS:
                assert column.name in NAMES.get(table.name, ()), f"does {table.name}.{column.name} name a person?"


def test_whatever_a_person_can_have_only_one_of_is_settled():
    for kept in ABOUT_PEOPLE:
        keys = [kept.table.primary_key.columns.keys()]
        keys += [each.columns.keys() for each in kept.table.constraints if isinstance(each, UniqueConstraint)]
        keys += [each.columns.keys() for each in kept.table.indexes if each.unique]
        if any(set(kept.names) & set(key) for key in keys):
            assert kept.table in _SETTLED, (
                f"two people may each have the same in {kept.table.name}: what becomes of it?"
            )


def made_up(table: Table, **given: Any) -> dict[str, Any]:
    """A row with something in every column."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Moment):
            row[column.name] = NOW
        elif isinstance(kind, Date):
            row[column.name] = date(2026, 5, 4)
        elif isinstance(kind, Boolean):
            row[column.name] = False
        elif isinstance(kind, BigInteger):
            row[column.name] = new_id()
        elif isinstance(kind, Integer):
            row[column.name] = new_id() % 10**6
        elif isinstance(kind, LargeBinary):
            row[column.name] = b"box"
        else:
            row[column.name] = f"{column.name} {new_id()}"
    return row | given


def come_two(connection) -> tuple[int, int]:
    """Ada's record by text, and the one by Telegram."""
    nobodys = {"taken_over_by": None, "taken_over_at": None, "safe_to_text": True, "sharing": "always"}
    ids = new_id(), new_id()
    for its_id in ids:
        connection.execute(insert(PERSON), made_up(PERSON, id=its_id, **nobodys))
    return ids


def put(connection, table: Table, **given: Any) -> None:
    connection.execute(insert(table), made_up(table, **given))


def everywhere(database, person_id: int) -> list[str]:
    """Every place that still speaks of a person."""
    found = []
    with database.reading() as connection:
        for table in EVERY_TABLE:
            for row in connection.execute(select(table)):
                found += [
                    f"{table.name}.{name}" for name, value in row._mapping.items() if str(person_id) in str(value)
                ]
    return found


def test_whatever_table_there_is_nothing_speaks_of_the_record_that_is_gone(database):
    with database.writing() as connection:
        kept, gone = come_two(connection)
        for entry in ABOUT_PEOPLE:
            for name in entry.names:
                if entry.table is not PERSON:
                    put(connection, entry.table, **{name: gone})
        put(connection, NUDGE, person_id=1, state="waiting", given=f'{{"whom": "{gone}"}}')
        put(connection, CONVERSATION, person_id=1, state="open", place=f'{{"whom": "{gone}"}}')
        put(connection, PERSON, taken_over_by=gone)
    before = everywhere(database, gone)
    assert len(before) > 30
    with database.writing() as connection:
        lock_both(connection, kept, gone)
        merge_people(connection, gone, kept)
    assert everywhere(database, gone) == []
    assert len(everywhere(database, kept)) == len(before)


def merged(database, fill) -> int:
    """Both records with what `fill` puts there for the kept and the gone one, and then made one; who is left."""
    with database.writing() as connection:
        kept, gone = come_two(connection)
        fill(connection, kept, gone)
        merge_people(connection, gone, kept)
    assert everywhere(database, gone) == []
    return kept


def both(table: Table, of_kept: dict[str, Any], of_gone: dict[str, Any], **same: Any):
    """Fills a table with a row of each that are alike in `same`."""

    def fill(connection, kept: int, gone: int) -> None:
        put(connection, table, person_id=kept, **same, **of_kept)
        put(connection, table, person_id=gone, **same, **of_gone)

    return fill


@pytest.mark.parametrize("gone_is_newer", [True, False])
def test_of_two_answers_about_a_meeting_the_newer_holds(database, gone_is_newer: bool):
    first, second = {"answer": "coming", "at": NOW}, {"answer": "not-coming", "at": later(days=1)}
    merged(database, both(COMING, *((first, second) if gone_is_newer else (second, first)), meeting_id=7))
    assert [row.answer for row in rows(database, COMING)] == ["not-coming"]


def test_of_two_lists_of_places_the_newer_holds(database):
    merged(database, both(SHOWN, {"shown": "a", "at": NOW}, {"shown": "b", "at": later(days=1)}))
    assert [row.shown for row in rows(database, SHOWN)] == ["b"]


def test_nobody_hears_twice_what_they_have_heard(database):
    merged(database, both(NUDGE, {"state": "waiting"}, {"state": "said"}, about="project:7"))
    assert [row.state for row in rows(database, NUDGE)] == ["said"]


@pytest.mark.parametrize(("one", "other", "then"), [(True, False, False), (None, True, True), (False, None, False)])
def test_a_no_to_being_asked_is_a_no(database, one, other, then):
    merged(database, both(MATE, {"agreed": one}, {"agreed": other}, project_id=7))
    assert [row.agreed for row in rows(database, MATE)] == [then]


def test_a_member_twice_is_a_member_and_what_only_the_other_said_is_kept(database):
    sides = {"side": "staff", "lived_experience": None}, {"side": "volunteer", "lived_experience": True}
    merged(database, both(MEMBER, *sides, project_id=7))
    assert [(row.side, row.lived_experience) for row in rows(database, MEMBER)] == [("staff", True)]


def test_wishes_of_the_other_fill_what_is_not_said(database):
    merged(database, both(WISH, {"way": "call", "trusted_name": None}, {"way": "text", "trusted_name": "Jo"}))
    assert [(row.way, row.trusted_name) for row in rows(database, WISH)] == [("call", "Jo")]


def test_a_counted_vote_keeps_the_voice_that_was_given(database):
    voices = {"has_voted": False, "choice": None}, {"has_voted": True, "choice": "tea"}
    merged(database, both(VOTER, *voices, vote_id=7))
    assert [(row.has_voted, row.choice) for row in rows(database, VOTER)] == [(True, "tea")]


def test_a_phone_that_both_hold_is_held_once(database):
    merged(database, both(HOLDER, {}, {}, address_id=7))
    assert len(rows(database, HOLDER)) == 1


def test_nobody_has_blocked_themselves_and_no_block_is_lost(database):
    def fill(connection, kept: int, gone: int) -> None:
        for who, whom in ((kept, gone), (gone, kept), (kept, 7), (gone, 7), (gone, 8), (9, kept), (9, gone)):
            put(connection, BLOCKED, person_id=who, asker_id=whom)

    kept = merged(database, fill)
    assert {tuple(row) for row in rows(database, BLOCKED)} == {(kept, 7), (kept, 8), (9, kept)}


def test_nobody_is_asked_twice_about_a_task_nor_about_one_they_have(database):
    def fill(connection, kept: int, gone: int) -> None:
        for number, holder in ((1, None), (2, kept)):
            put(connection, TASK, id=number, number=number, holder_id=holder, done_by_id=None)
            for whom in (kept, gone):
                put(connection, OFFER, task_id=number, person_id=whom, from_id=None, state="waiting")

    merged(database, fill)
    assert sorted(row.state for row in rows(database, OFFER, task_id=1)) == ["taken back", "waiting"]
    assert {row.state for row in rows(database, OFFER, task_id=2)} == {"gone"}


def test_of_two_open_check_ins_one_goes_on_and_a_talk_about_danger_is_never_ended(database):
    def fill(connection, kept: int, gone: int) -> None:
        for whom in (kept, gone):
            for flow in ("check-in", "safety"):
                put(connection, CONVERSATION, person_id=whom, flow=flow, state="open")

    merged(database, fill)
    assert sorted((row.flow, row.state) for row in rows(database, CONVERSATION)) == [
        ("check-in", "ended"),
        ("check-in", "open"),
        ("safety", "open"),
        ("safety", "open"),
    ]


def test_where_they_said_different_things_the_more_careful_one_holds(database):
    def fill(connection, kept: int, gone: int) -> None:
        careful = {"safe_to_text": False, "sharing": "life", "paused_until": later(days=9), "called": None}
        connection.execute(PERSON.update().where(PERSON.c.id == gone).values(**careful))
        known = {"called": None, "language": None, "paused_until": None, "role": "volunteer"}
        connection.execute(PERSON.update().where(PERSON.c.id == kept).values(**known))

    kept = merged(database, fill)
    [row] = rows(database, PERSON, id=kept)
    assert (row.safe_to_text, row.sharing, row.paused_until) == (False, "life", later(days=9))
    assert row.language is not None


def test_who_had_not_joined_gets_the_rhythm_of_the_record_that_had(database):
    def fill(connection, kept: int, gone: int) -> None:
        connection.execute(PERSON.update().where(PERSON.c.id == kept).values(joined_at=None, check_in_every_days=None))
        rhythm = {"check_in_every_days": 14, "check_in_minute": 840}
        connection.execute(PERSON.update().where(PERSON.c.id == gone).values(**rhythm))

    [row] = rows(database, PERSON, id=merged(database, fill))
    assert (row.joined_at, row.check_in_every_days, row.check_in_minute) == (NOW, 14, 840)


@pytest.mark.parametrize(("heard_at", "stops"), [(None, True), (later(days=-1), True), (later(days=1), False)])
def test_stop_holds_wherever_nothing_has_come_from_since(database, heard_at: datetime | None, stops: bool):
    def fill(connection, kept: int, gone: int) -> None:
        for whom, stopped_at, heard in ((gone, NOW, NOW - timedelta(seconds=1)), (kept, None, heard_at)):
            address = new_id()
            put(connection, ADDRESS, id=address, stopped_at=stopped_at, last_heard_at=heard, speaker_id=whom)
            put(connection, HOLDER, address_id=address, person_id=whom)

    merged(database, fill)
    assert [row.stopped_at is not None for row in rows(database, ADDRESS)] == [True, stops]
