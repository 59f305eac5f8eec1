"""Every message, every send and every look for who is due finds its rows by an index, however many there are.

The statements are caught as they are run, with their values, and the database is asked how it would do them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage.broadcasts import (
    BROADCAST,
    RECIPIENT,
    broadcast_answered,
    due_broadcasts,
    due_recipients,
    how_far,
    queue_for,
    take_back_queued,
    withdraw_from,
    withdraw_rest,
)
from storage.database import Database, begin
from storage.desk import ADDRESS, CONVERSATION, HOLDER, MESSAGE, OUTBOX, PERSON, Desk
from storage.inbox import waiting
from storage.notes import how_many_notes
from storage.nudges import NUDGE, due_nudges, nudges_about, people_told
from storage.one_person import (
    check_ins_of,
    open_alert_of,
    person_with_id,
    said_by,
    said_to,
    where_they_are,
    who_else_is_there,
    written_by_hand,
)
from storage.outbox import Claim, Delivery, Settled, claim, is_quiet, note_deliveries, settle, under_way
from storage.people import people_with_a_rhythm, who_is_due
from storage.searching import addresses_of_these, find_people, may_be_seen
from storage.tables import Lane
from storage.taking_over import who_reads
from tests.storage.cast import NOW, later, watching

BROADCASTS = 100_000
PEOPLE = 20_000
FLOOD = 10_000
FLOODED = 1  # one address that 10,000 messages wait for, before everybody else's
BIG = ("outbox", "broadcast_recipient", "person", "address", "holder", "message", "conversation", "nudge")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Twenty thousand people, each with an address, a message and a conversation; and the broadcasts that wait."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('crowd') / 'crowd.sqlite3'}")
        database.migrate()
        fill(database)
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgresql")
    url = server.create(request.getfixturevalue("postgresql_template"))
    database = Database(url)
    fill(database)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    yield database
    database.close()
    server.drop(url)


def fill(database: Database) -> None:
    everybody = range(1, PEOPLE + 1)
    with database.writing() as connection:
        run = connection.execute
        run(insert(ADDRESS), [address(n) for n in everybody])
        run(insert(PERSON), [person(n) for n in everybody])
        run(insert(HOLDER), [{"address_id": n, "person_id": n} for n in everybody])
        run(insert(MESSAGE), [message(n) for n in everybody])
        run(insert(CONVERSATION), [conversation(n) for n in everybody])
        run(insert(NUDGE), [nudge(n) for n in everybody])
        run(insert(OUTBOX), [item(n, FLOODED) for n in range(FLOOD)])
        run(insert(OUTBOX), [item(FLOOD + n, 2 + n % (PEOPLE - 1)) for n in range(BROADCASTS)])
        run(insert(BROADCAST), [broadcast(n) for n in (1, 2)])
        run(insert(RECIPIENT), [recipient(n) for n in everybody])
        sent = {"state": "sent", "provider_id": "SM0", "not_before": later(days=-1)}
        run(insert(OUTBOX), [item(FLOOD + BROADCASTS + n, n, **sent) for n in everybody])


def address(n: int) -> dict[str, Any]:
    return {"id": n, "channel": "sms", "sender": "sms", "value": f"+44{n:07}", "created_at": NOW}


def person(n: int) -> dict[str, Any]:
    quiet = {"quiet_from_minute": 1260, "quiet_until_minute": 540, "check_in_minute": 600}
    due = {"check_in_every_days": 7, "check_in_due_at": later(minutes=n)}
    return {"id": n, "role": "volunteer", "zone": "Europe/London", "created_at": NOW, **quiet, **due}


def message(n: int) -> dict[str, Any]:
    where = {"sender": "sms", "provider_id": f"in {n}", "person_id": n, "address_id": n}
    return {"id": n, "kind": "text", "text": "Hello", "at": NOW, **where}


def conversation(n: int) -> dict[str, Any]:
    state = {"state": "open" if n % 10 == 0 else "ended", "began_at": NOW, "front_at": NOW}
    return {"id": n, "person_id": n, "address_id": n, "flow": "check-in", "place": "{}", **state}


def nudge(n: int) -> dict[str, Any]:
    state = "waiting" if n % 10 == 0 else "said"
    when = {"due_at": later(minutes=n), "until": later(days=60)}
    return {"id": n, "person_id": n, "about": f"milestone:{n % 100}", "flow": "menu", "state": state, **when}


def broadcast(n: int) -> dict[str, Any]:
    about = {"wording": "{}", "audience": "{}", "made_by": "Bo", "made_at": NOW, "waves": 1, "minutes_between": 60}
    return {"id": n, "number": n, "state": "going", **about}


def recipient(n: int) -> dict[str, Any]:
    """Everybody got the first broadcast, but for some whose wave is to come; and a few are to get the second."""
    outbox_id = None if n % 100 == 0 else FLOOD + n
    return {"broadcast_id": 1 + (n % 1000 == 0), "person_id": n, "due_at": later(minutes=n), "outbox_id": outbox_id}


def item(n: int, address_id: int, **values: Any) -> dict[str, Any]:
    of_whom = {"id": n, "person_id": address_id, "address_id": address_id, "sender": "sms"}
    state = {"lane": int(Lane.BROADCAST), "text": "Hello", "state": "queued", "attempts": 0, "created_at": NOW}
    return {**of_whom, **state, "not_before": NOW, "provider_id": None, **values}


Statement = tuple[str, Any]


@contextmanager
def caught(database: Database) -> Iterator[list[Statement]]:
    """The statements that are run meanwhile, each with its values."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not statement.startswith(("BEGIN", "INSERT")):
            statements.append((statement, values[0] if many else values))

    with (
        watching(database.engine, "before_cursor_execute", note),
        watching(database._reading_engine, "before_cursor_execute", note),
    ):
        yield statements


def scans(connection: Connection, statements: Sequence[Statement]) -> list[str]:
    """Where the database would read a whole table or a whole index, or go by an index for only a bit of the way."""
    found = []
    for statement, values in statements:
        for step in plan(connection, statement, values):
            if re.search(rf"SCAN (?:{'|'.join(BIG)}|earlier)\b|Seq Scan on (?:{'|'.join(BIG)})\b", step):
                found.append(f"{step.strip()} in: {statement}")
    return found


def plan(connection: Connection, statement: str, values: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [row[-1] for row in connection.exec_driver_sql(f"{explain} {statement}", values)]


def claim_three_times(connection: Connection) -> None:
    claim(connection, [Claim("sms", NOW, 1)])
    claim(connection, [Claim("sms", NOW, 30, busy=(FLOODED,))])
    claim(connection, [Claim("sms", later(minutes=1), 200, busy=tuple(range(100)))])


def take_in(connection: Connection) -> None:
    desk = Desk(connection, NOW)
    desk.fetch(["+440000500", "+440000501"], ["in 7", "in 8", "new"])
    desk.fetch_people([400, 401])
    address = desk.address("sms", "+440000500") or desk.addresses_of(desk.person(400))[0]
    desk.withdraw([address], Lane.REMINDER, "they said STOP")
    desk.change(address, last_heard_at=NOW)
    desk.change(desk.person(400), called="Ada")
    desk.put_away()


def settle_and_close(connection: Connection) -> None:
    (messages,) = claim(connection, [Claim("sms", NOW, 3)])
    outcomes = [
        Settled(messages[0], "sent", NOW, provider_id="SM1"),
        Settled(messages[1], "queued", NOW),
        Settled(messages[2], "failed", NOW, closes_address="blocked"),
    ]
    settle(connection, outcomes)
    note_deliveries(connection, [Delivery("SM1", "delivered", NOW)])
    under_way(connection, "sms")


def look_who_is_due(connection: Connection) -> None:
    who_is_due(connection, later(minutes=3), 200)
    due_nudges(connection, later(minutes=30), 200)
    nudges_about(connection, "milestone:7")
    people_told(connection, ["meeting:7:1", "meeting:7:2"])
    people_with_a_rhythm(connection, PEOPLE // 2, 500)
    waiting(connection)


def look_after_broadcasts(connection: Connection) -> None:
    due_broadcasts(connection, later(minutes=500))
    due_recipients(connection, 1, later(minutes=500), 250)
    queue_for(connection, 2, [], NOW)
    how_far(connection, 2)
    broadcast_answered(connection, 7, later(days=-3))
    withdraw_from(connection, 7, "paused")
    take_back_queued(connection, 2)
    withdraw_rest(connection, 2, "stopped")
    [retried] = claim(connection, [Claim("sms", NOW, 1)])
    settle(connection, [Settled(retried[0], "queued", NOW)])


def look_at_one_person(connection: Connection) -> None:
    person_with_id(connection, 400)
    where_they_are(connection, 400)
    who_else_is_there(connection, 400)
    check_ins_of(connection, 400, 10)
    open_alert_of(connection, 400)
    said_by(connection, 400, None, 51)
    said_by(connection, 400, 9_000, 51)
    said_to(connection, 400, None, 51)
    said_to(connection, 400, 90_000, 51)
    written_by_hand(connection, 400, [1, 2, 3])
    how_many_notes(connection, 400)
    who_reads(connection, 400)
    may_be_seen(connection, 400, frozenset({1}))
    addresses_of_these(connection, list(range(400, 450)))


def look_for_somebody(connection: Connection) -> None:
    for said in ("", "ada", "07700 900"):
        for projects in (None, frozenset({1, 2})):
            find_people(connection, said, projects, 100, 50)


WORKS = [claim_three_times, take_in, settle_and_close, look_who_is_due, look_after_broadcasts, look_at_one_person]


@pytest.mark.parametrize("work", WORKS)
def test_nothing_that_happens_often_reads_a_whole_table(crowd: Database, work: Callable[[Connection], None]) -> None:
    with crowd.engine.connect() as connection:
        begin(connection)
        with caught(crowd) as statements:
            work(connection)
        assert statements
        assert scans(connection, statements) == []
        connection.rollback()


def test_whether_anything_waits_is_seen_without_looking_at_what_has_gone(crowd: Database) -> None:
    with caught(crowd) as statements:
        is_quiet(crowd, NOW)
    [(statement, values)] = statements
    with crowd.reading() as connection:
        steps = [step.strip() for step in plan(connection, statement, values)]
    assert any("outbox_in_order" in step for step in steps), steps
    assert not any(re.search(r"SCAN (outbox|earlier)$|Seq Scan", step) for step in steps), steps


def test_looking_for_somebody_reads_names_and_numbers_and_never_what_was_said(crowd: Database) -> None:
    with crowd.engine.connect() as connection:
        begin(connection)
        with caught(crowd) as statements:
            look_for_somebody(connection)
        steps = "\n".join(step for each in statements for step in plan(connection, *each))
        connection.rollback()

    assert re.search(r"(SCAN|Seq Scan on) person", steps)
    for table in ("message", "outbox", "conversation", "nudge"):
        assert table not in steps


def test_what_is_next_is_found_by_the_queue_and_each_line_by_its_order(crowd: Database) -> None:
    with crowd.engine.connect() as connection:
        begin(connection)
        with caught(crowd) as statements:
            claim(connection, [Claim("sms", NOW, 10)])
        (look,) = [(each, values) for each, values in statements if "FROM outbox AS earlier" in each][-1:]
        steps = "\n".join(plan(connection, *look))
        connection.rollback()

    if crowd.is_sqlite:
        assert "USING INDEX outbox_queue (sender=? AND lane=? AND not_before<?)" in steps
        assert re.search(r"earlier USING (COVERING )?INDEX outbox_in_order \(address_id=\? AND lane=\?\)", steps)
    else:
        assert "Index Scan using outbox_queue on outbox" in steps
        assert re.search(r"Index (Only )?Scan using outbox_in_order on outbox earlier", steps)
    assert "TEMP B-TREE" not in steps
    assert "Sort" not in steps


def test_who_is_due_is_read_from_the_index_in_its_order(crowd: Database) -> None:
    with crowd.engine.connect() as connection:
        begin(connection)
        with caught(crowd) as statements:
            assert who_is_due(connection, later(minutes=3), 200) == [1, 2, 3]
        steps = "\n".join(plan(connection, *statements[0]))
        connection.rollback()

    assert "person_check_in_due" in steps
    assert "TEMP B-TREE" not in steps
    assert "Sort" not in steps


def test_one_flooded_address_at_the_head_holds_up_nobody(crowd: Database) -> None:
    """Ten thousand wait for one address; the next claim gets its first and then everybody else's."""
    with crowd.engine.connect() as connection:
        begin(connection)
        (messages,) = claim(connection, [Claim("sms", NOW, 30)])
        (others,) = claim(connection, [Claim("sms", NOW, 30)])
        connection.rollback()

    assert [message.address_id for message in messages] == list(range(1, 31))
    assert [message.address_id for message in others] == list(range(31, 61))
