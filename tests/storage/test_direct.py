"""The way past SQLAlchemy: the same rows, the same errors, and nobody who watches is passed by."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from storage.desk import PERSON
from storage.direct import read, write
from storage.tables import new_id
from tests.storage.cast import watching

NOW = datetime(2026, 3, 2, 12, 30, 0, 123456, tzinfo=UTC)
ONE = select(PERSON).where(PERSON.c.id == bindparam("its_id"))
ADD = insert(PERSON).values({column.name: bindparam(column.name, type_=column.type) for column in PERSON.c})


def somebody(**values):
    nothing = dict.fromkeys(PERSON.c.keys())
    given = {"id": new_id(), "role": "volunteer", "zone": "Europe/London", "created_at": NOW, "safe_to_text": True}
    times = {"quiet_from_minute": 0, "quiet_until_minute": 0, "check_in_minute": 600, "check_in_on": date(2026, 3, 9)}
    return {**nothing, **given, **times, **values}


def test_it_writes_and_reads_what_sqlalchemy_would(database):
    person = somebody(called="Ada")
    with database.writing() as connection:
        write(connection, ADD, [person])
        (directly,) = read(connection, ONE, {"its_id": person["id"]})
        (as_ever,) = connection.execute(ONE, {"its_id": person["id"]})
    assert list(directly) == list(as_ever) == list(person.values())


def test_what_a_query_itself_says_need_not_be_given_but_the_rest_must_be(sqlite_database):
    volunteers = select(PERSON.c.called).where(PERSON.c.role == "volunteer", PERSON.c.called == bindparam("its_name"))
    with sqlite_database.writing() as connection:
        write(connection, ADD, [somebody(called="Ada"), somebody(called="Ada", role="coordinator")])
        assert [list(row) for row in read(connection, volunteers.limit(5), {"its_name": "Ada"})] == [["Ada"]]
        with pytest.raises(KeyError):
            read(connection, volunteers, {})


def test_a_broken_rule_is_told_in_sqlalchemys_words_and_names_no_values(database):
    person = somebody(called="Ada")
    with pytest.raises(IntegrityError) as told, database.writing() as connection:
        write(connection, ADD, [person, person])
    assert "Ada" not in str(told.value)


def test_whoever_watches_the_statements_sees_them(database):
    seen = []

    def note(*about):
        seen.append(about[2])

    with watching(database.engine, "before_cursor_execute", note), database.writing() as connection:
        write(connection, ADD, [somebody()])
        list(read(connection, ONE, {"its_id": 1}))
    assert [statement.split()[0] for statement in seen][-2:] == ["INSERT", "SELECT"]
