"""A report delays nobody: it reads beside the traffic, and it cannot write."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.desk import MESSAGE, PERSON, Desk
from storage.outbox import Claim, Settled, claim, settle
from storage.store import Store
from tests.storage.cast import ADA, NOW, come, outgoing, rows

COMMITS = 100
SLOW = {
    "sqlite": """
        WITH RECURSIVE slow(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slow WHERE n < 4000000000)
        SELECT count(*) FROM slow, person
    """,
    "postgresql": "SELECT count(*), pg_sleep(600) FROM person, message",
}


def turn(connection, items):
    """What a message does: it is read, kept, answered; and the answer is sent."""
    desk = Desk(connection, NOW)
    desk.fetch([ADA], [str(item) for item in items])
    address = desk.address("sms", ADA)
    for item in items:
        desk.add_message("sms", str(item), address_id=address.id, kind="text", text="2")
        desk.add_outgoing(address, **outgoing())
        desk.change(desk.holders(address)[0], called=str(item))
    desk.put_away()
    (messages,) = claim(connection, [Claim("sms", NOW, 1)])
    settle(connection, [Settled(message, "sent", NOW) for message in messages])
    return items


class Report:
    """A read that takes as long as it is let; on a thread of its own."""

    def __init__(self, database) -> None:
        self._database = database
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        assert self._begun.wait(10)
        time.sleep(0.2)

    def _read(self) -> None:
        with self._database.reading() as connection:
            self._driver = connection.connection.driver_connection
            connection.execute(text("SELECT count(*) FROM person"))
            self._begun.set()
            with pytest.raises(DBAPIError, match=r"interrupted|canceling|Canceled"):
                connection.execute(text(SLOW[connection.dialect.name]))

    @property
    def still_runs(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> None:
        """As a page does whose reader has gone."""
        self._driver.interrupt() if self._database.is_sqlite else self._driver.cancel_safe()
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_traffic_goes_on_while_a_report_is_read(database):
    come(database, ADA)
    store = Store(database)
    report = Report(database)

    slowest = 0.0
    for number in range(COMMITS):
        began = time.monotonic()
        store.submit(turn, number).result(30)
        slowest = max(slowest, time.monotonic() - began)

    assert report.still_runs, "the report ended by itself: it proves nothing"
    report.end()
    store.close()
    assert len(rows(database, MESSAGE)) == COMMITS
    print(
        f"{database.engine.dialect.name}: the slowest of {COMMITS} turns beside a report took {slowest * 1000:.0f} ms"
    )


@pytest.mark.parametrize("how", ["UPDATE person SET called = 'x'", "DELETE FROM person", "CREATE TABLE more (n int)"])
def test_a_reading_connection_cannot_write(database, how):
    come(database, ADA, called="Ada")

    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as connection:
        connection.execute(text(how))

    assert [row.called for row in rows(database, PERSON)] == ["Ada"]


def test_a_connection_that_was_used_to_read_keeps_nobody_from_writing(database):
    """Half-read results must not keep a lock."""
    come(database, *(f"+44{n}" for n in range(50)))
    with database.reading() as connection:
        connection.execute(text("SELECT * FROM person")).fetchone()
        come(database, ADA)
    come(database, "+4499")
    database.migrate()
