"""Alerts as they are kept: one open alert for a person, one open reference, and a record that nothing changes."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import alerts
from storage.alert_notices import follow, follow_answers, new_fates, take_fate, unfollowed_alerts
from storage.alerts import ALERT, EVENT, add_alert, change_alert, record
from storage.database import Database
from storage.desk import MESSAGE, OUTBOX
from storage.tables import Lane
from tests.storage.cast import ADA, NOW, come, desk_on, later, queue


def raise_for(connection, person_id: int = 1, now=NOW, **values):
    about = {"person_id": person_id, "address_id": 1, "message_id": 1, "tier": "act", "topic": "x", "rule": "y"}
    return add_alert(connection, now, **{**about, **values})


@pytest.fixture
def told(database: Database):
    """An alert with two lines in its record."""
    with database.writing() as connection:
        alert = raise_for(connection)
        record(connection, alert.id, NOW, "raised", who="them", message_id=1)
        record(connection, alert.id, NOW, "told", who="Sam", outbox_id=2)
    return alert


REPLACE = text(
    "INSERT OR REPLACE INTO alert_event (id, alert_id, at, what) SELECT id, alert_id, at, 'x' FROM alert_event"
)


@pytest.mark.parametrize(
    "statement",
    [update(EVENT).values(what="nothing"), delete(EVENT), update(EVENT).where(EVENT.c.who == "Sam").values(who="Bo")],
)
def test_the_record_can_be_neither_changed_nor_deleted(database: Database, told, statement):
    with pytest.raises(DBAPIError, match="record of an alert cannot be changed"), database.writing() as connection:
        connection.execute(statement)
    with database.reading() as connection:
        assert list(connection.execute(select(EVENT.c.what, EVENT.c.who).order_by(EVENT.c.id))) == [
            ("raised", "them"),
            ("told", "Sam"),
        ]


def test_the_record_cannot_be_replaced_on_sqlite(sqlite_database: Database):
    with sqlite_database.writing() as connection:
        record(connection, raise_for(connection).id, NOW, "raised")
    with pytest.raises(DBAPIError, match="cannot be changed"), sqlite_database.writing() as connection:
        connection.execute(REPLACE)


def test_the_record_cannot_be_truncated_on_postgresql(postgresql_database: Database):
    with pytest.raises(DBAPIError, match="cannot be changed"), postgresql_database.writing() as connection:
        connection.execute(text("TRUNCATE alert_event"))


def test_a_person_has_one_open_alert(database: Database, told):
    with pytest.raises(IntegrityError), database.writing() as connection:
        raise_for(connection)
    with database.writing() as connection:
        change_alert(connection, told, state="closed", closed_at=NOW)
        raise_for(connection)


def test_a_reference_is_one_of_a_kind_among_the_open_and_has_four_digits(database: Database, told):
    assert 1000 <= told.reference <= 9999
    row = {column.name: getattr(told, column.name) for column in ALERT.columns}
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(ALERT), {**row, "id": 7, "person_id": 2})


def test_a_new_reference_is_one_that_nobody_has(database: Database, monkeypatch):
    offered = []
    monkeypatch.setattr(alerts.random, "choice", lambda free: offered.append(free) or free[0])
    with database.writing() as connection:
        assert [raise_for(connection, person).reference for person in (1, 2, 3)] == [1000, 1001, 1002]
    assert [len(free) for free in offered] == [9000, 8999, 8998]


def test_what_is_due_is_due_until_it_has_been_seen_to(database: Database):
    with database.writing() as connection:
        first, second = raise_for(connection, 1), raise_for(connection, 2, later(minutes=1))
        assert alerts.due_alerts(connection, NOW, 10) == [first.id]
        assert alerts.due_alerts(connection, later(hours=1), 10) == [first.id, second.id]
        change_alert(connection, first, due_at=None)
        assert alerts.due_alerts(connection, later(hours=1), 10) == [second.id]


def test_who_was_told_is_counted_from_when_it_was_last_raised(database: Database, told):
    with database.writing() as connection:
        assert alerts.who_was_told(connection, told) == ["Sam"]
        change_alert(connection, told, since=later(minutes=5))
        again = alerts.open_alert(connection, 1)
        assert again is not None
        assert alerts.who_was_told(connection, again) == []


def test_words_are_unread_until_they_were_read_or_passed_on(database: Database, told):
    with database.writing() as connection:
        for number in (1, 2, 3):
            row = {"id": number, "sender": "sms", "provider_id": f"m{number}", "address_id": 1, "kind": "text"}
            connection.execute(insert(MESSAGE), {**row, "text": f"words {number}", "at": NOW})
        record(connection, told.id, NOW, "raised again", who="them", message_id=2)
        record(connection, told.id, NOW, "more words", who="them", message_id=3)
        assert [row.text for row in alerts.unread_words(connection, told, "Sam")] == ["words 1", "words 2", "words 3"]
        record(connection, told.id, NOW, "read", who="Sam", message_id=1)
        record(connection, told.id, NOW, "read", who="Sam")
        record(connection, told.id, NOW, "passed on", who="Sam", message_id=3)
        assert [row.text for row in alerts.unread_words(connection, told, "Sam")] == ["words 2"]
        assert len(alerts.unread_words(connection, told, "Bo")) == 3


def test_what_becomes_of_a_message_is_told_once_for_each_state(database: Database, told):
    (address,) = come(database, ADA)
    outbox_id = queue(database, address, lane=Lane.DANGER)
    with database.writing() as connection:
        follow(connection, told.id, outbox_id, "Sam", "told", NOW)
        assert new_fates(connection, NOW, 10) == []
        for state in ("sent", "delivered"):
            connection.execute(update(OUTBOX).values(state=state))
            assert new_fates(connection, NOW, 10) == [outbox_id]
            fate = take_fate(connection, outbox_id)
            assert fate is not None
            assert (fate.alert_id, fate.who, fate.state) == (told.id, "Sam", state)
            assert take_fate(connection, outbox_id) is None
            assert new_fates(connection, NOW, 10) == []
        connection.execute(update(OUTBOX).values(state="failed"))
        assert new_fates(connection, later(days=2), 10) == []


def test_our_answers_to_the_person_are_followed_from_the_moment_of_the_alert(database: Database):
    (address,) = come(database, ADA)
    with desk_on(database, ADA) as desk:
        person = desk.holders(desk.address("sms", ADA))[0]
    queue(database, address, "before", Lane.DANGER, person_id=person.id, created_at=later(minutes=-1))
    answer = queue(database, address, "answer", Lane.DANGER, person_id=person.id)
    queue(database, address, "other", Lane.REPLY, person_id=person.id)
    with database.writing() as connection:
        alert = raise_for(connection, person.id)
        assert unfollowed_alerts(connection, 10) == [alert.id]
        follow_answers(connection, alert, NOW)
        assert unfollowed_alerts(connection, 10) == []
        connection.execute(update(OUTBOX).values(state="sent"))
        assert new_fates(connection, NOW, 10) == [answer]


INDEXED = {
    "alert_due": select(ALERT.c.id).where(ALERT.c.due_at <= NOW).order_by(ALERT.c.due_at),
    "alert_unfollowed": select(ALERT.c.id).where(ALERT.c.unfollowed_since.is_not(None)),
    "alert_open_person": select(ALERT.c.id).where(ALERT.c.person_id == 1, ALERT.c.closed_at.is_(None)),
    "alert_open_reference": select(ALERT.c.id).where(ALERT.c.reference == 1, ALERT.c.closed_at.is_(None)),
}


@pytest.mark.parametrize("index", INDEXED)
def test_alerts_are_found_by_their_index(sqlite_database: Database, index: str):
    with sqlite_database.reading() as connection:
        query = INDEXED[index].compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).scalars(3).all()
    assert any(index in line for line in plan), plan
