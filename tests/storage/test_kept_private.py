"""What must not lie about: words in an error's text, and what was deleted in the file."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from storage.desk import MESSAGE, Desk
from storage.old import clear_old
from storage.store import Store
from tests.storage.cast import NOW, come, desk_on, later

SECRET = "I told nobody but you"
NUMBER = "+447700900123"


def add_twice(connection, items):
    desk = Desk(connection, NOW)
    for _ in items:
        person = desk.add_person(called=SECRET)
        desk.add_address("sms", "sms", NUMBER, person).unsettled = SECRET
    desk.put_away()
    return items


def add_without_kind(connection, items):
    connection.execute(
        MESSAGE.insert(),
        {"id": 1, "sender": "sms", "provider_id": NUMBER, "address_id": 1, "text": SECRET, "kind": None, "at": NOW},
    )
    return items


@pytest.mark.parametrize("work", [add_twice, add_without_kind])
def test_an_error_and_its_traceback_name_no_values(database, work, caplog):
    caplog.set_level(logging.DEBUG, "storage")
    come(database, NUMBER)
    store = Store(database)
    with pytest.raises(DBAPIError) as caught:
        store.submit(work, "x").result(10)
    store.close()

    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert "IntegrityError" in told
    assert SECRET not in told
    assert NUMBER not in told


def test_a_value_of_the_wrong_kind_is_not_named_either(postgresql_database):
    with pytest.raises(DBAPIError) as caught, postgresql_database.writing() as connection:
        connection.exec_driver_sql("SELECT CAST(%(value)s AS bigint)", {"value": SECRET})

    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_deleted_words_are_not_in_the_sqlite_file(sqlite_database):
    (address,) = come(sqlite_database, NUMBER)
    path = Path(make_url(sqlite_database.url).database)
    with desk_on(sqlite_database, NUMBER) as desk:
        for number in range(300):
            desk.add_message("sms", f"{number}", address_id=address.id, kind="text", text=f"{SECRET} {number} " * 40)
    fold(sqlite_database)
    assert SECRET.encode() in path.read_bytes()

    with sqlite_database.writing() as connection:
        clear_old(connection, later(days=1))
    fold(sqlite_database)

    assert SECRET.encode() not in path.read_bytes()
    assert SECRET.encode() not in Path(f"{path}-wal").read_bytes()


def fold(database):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
