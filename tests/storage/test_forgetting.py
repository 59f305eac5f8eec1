"""Forgetting beside others who write at the same moment, and beside a log that is still being read."""

from __future__ import annotations

import threading
import time

from sqlalchemy import select

from storage.about_people import LEAVING
from storage.desk import ADDRESS, MESSAGE, PERSON, Desk
from storage.forgetting import LONGEST_WAIT, erase, forget_later, let_go, lock
from storage.tables import Lane
from tests.storage.cast import ADA, NOW, come, desk_on, holders_of


def test_what_is_written_at_the_same_moment_goes_too(postgresql_database):
    [address] = come(postgresql_database, ADA)
    [ada] = holders_of(postgresql_database, ADA)

    def forget() -> None:
        with postgresql_database.writing() as connection:
            lock(connection, ada.id)
            erase(connection, ada.id, NOW)

    forgetting = threading.Thread(target=forget)
    with postgresql_database.writing() as connection:
        desk = Desk(connection, NOW)
        desk.fetch([ADA], [])
        forgetting.start()
        time.sleep(0.3)  # it must have come to the lock; earlier it would find the message in any case
        desk.add_message("sms", "1", person_id=ada.id, address_id=address.id, kind="text", text="late words")
        desk.put_away()
    forgetting.join(10)
    with postgresql_database.reading() as connection:
        assert connection.execute(select(PERSON.c.id)).all() == []
        assert connection.execute(select(MESSAGE.c.text).where(MESSAGE.c.text != "")).all() == []


def test_an_address_stays_until_our_last_message_has_left_or_a_day_has_passed(database):
    come(database, ADA)
    [ada] = holders_of(database, ADA)
    with desk_on(database, ADA) as desk:
        address = desk.address("sms", ADA)
        desk.add_outgoing(
            address, person_id=None, lane=int(Lane.REPLY), text="done", buttons=None, conversation_id=None
        )
    with database.writing() as connection:
        erase(connection, ada.id, NOW)
        assert not let_go(connection, NOW)
        assert connection.execute(select(ADDRESS.c.value)).scalars().all() == [ADA]
        assert let_go(connection, NOW + LONGEST_WAIT * 2)
        assert connection.execute(select(ADDRESS.c.value)).all() == []
        assert connection.execute(select(LEAVING.c.id)).all() == []


def test_asking_twice_to_be_forgotten_later_is_asking_once(database):
    come(database, ADA)
    [ada] = holders_of(database, ADA)
    with database.writing() as connection:
        forget_later(connection, ada.id, NOW)
        forget_later(connection, ada.id, NOW)
        assert len(connection.execute(select(LEAVING.c.id)).all()) == 1


def test_a_log_that_somebody_reads_is_told_and_emptied_later(sqlite_database):
    come(sqlite_database, ADA)
    with sqlite_database.reading() as reading:
        reading.exec_driver_sql("BEGIN")
        reading.exec_driver_sql("SELECT * FROM person").all()
        come(sqlite_database, "+447700900002")
        assert sqlite_database.empty_log(0.05) is False
        reading.exec_driver_sql("ROLLBACK")
    assert sqlite_database.empty_log(0.05) is True
