"""A lease has one holder at a time, and the dead hold nothing."""

from __future__ import annotations

import signal

import pytest

from storage.database import Database
from storage.leases import Leases
from tests.storage.cast import another_process, end_other_sessions, until

HOLD = """
import sys
from storage.database import Database
from storage.leases import Leases
leases = Leases(Database(sys.argv[1]))
print(leases.take("send sms"), flush=True)
sys.stdin.readline()
"""


# Where a test says `until`, PostgreSQL has yet to see that a line is closed: a matter of milliseconds.


@pytest.fixture
def leases(database):
    leases = Leases(database)
    yield leases
    leases.release()


@pytest.fixture
def others(database_url):
    """The leases of somebody else, with connections of their own."""
    database = Database(database_url)
    others = Leases(database)
    yield others
    others.release()
    database.close()


def test_a_lease_that_is_free_can_be_taken_and_is_then_held(leases):
    assert leases.take("send sms")
    assert leases.take("send sms")
    assert leases.still_held()


def test_a_held_lease_cannot_be_taken_by_another(leases, others):
    leases.take("send sms")

    assert not others.take("send sms")
    assert not others.take("send sms")


def test_having_been_refused_is_not_having_lost(leases, others):
    leases.take("send sms")
    others.take("send sms")

    assert leases.still_held()
    assert others.still_held()


def test_a_released_lease_can_be_taken_by_another(leases, others):
    leases.take("send sms")
    leases.release()

    assert until(lambda: others.take("send sms"))
    assert not leases.take("send sms")


def test_leases_can_be_taken_again_after_they_were_released(leases):
    leases.take("send sms")
    leases.release()
    leases.release()

    assert until(lambda: leases.take("send sms"))
    assert leases.still_held()


def test_jobs_can_be_shared_between_processes_on_postgresql(postgresql_database):
    here, there = Leases(postgresql_database), Leases(postgresql_database)

    assert here.take("send sms")
    assert there.take("schedule")
    assert not here.take("schedule")
    assert not there.take("send sms")
    here.release()
    there.release()


def test_leases_of_one_database_say_nothing_about_another(leases, tmp_path):
    elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    leases.take("service")

    assert Leases(elsewhere).take("service")
    elsewhere.close()


def test_the_lease_of_a_process_that_was_killed_is_free_at_once(leases, database_url):
    process = another_process(HOLD, database_url)
    assert process.stdout.readline() == "True\n"
    assert not leases.take("send sms")

    process.send_signal(signal.SIGKILL)
    process.wait(10)

    assert until(lambda: leases.take("send sms"), seconds=5)


def test_a_refused_process_leaves_the_holders_lock_file_as_it_is(sqlite_database):
    leases, others = Leases(sqlite_database), Leases(sqlite_database)
    leases.take("service")
    path = f"{sqlite_database.url.removeprefix('sqlite:///')}.lock"
    with open(path) as file:
        written = file.read()
    assert written

    others.take("service")

    with open(path) as file:
        assert file.read() == written
    leases.release()


# -- PostgreSQL: the line breaks ------------------------------------------------------------------------


@pytest.fixture
def broken(postgresql_database):
    """Leases that were held when their session was ended on the server."""
    leases = Leases(postgresql_database)
    assert leases.take("send sms")
    with postgresql_database.writing() as connection:
        end_other_sessions(connection)
    yield leases
    leases.release()


def test_leases_whose_line_broke_are_known_to_be_lost(broken):
    assert not broken.still_held()


def test_leases_whose_line_broke_can_be_taken_by_another(broken, postgresql_database):
    others = Leases(postgresql_database)

    assert until(lambda: others.take("send sms"))
    assert not broken.still_held()
    assert not broken.take("send sms")
    others.release()


def test_leases_whose_line_broke_can_be_taken_again(broken):
    assert not broken.still_held()

    assert until(lambda: broken.take("send sms"))
    assert broken.still_held()


def test_the_loss_is_noticed_too_when_the_next_lease_is_taken_first(broken, postgresql_database):
    """Taking one asks the server as well; what it held before must not count as held any longer."""
    broken.take("schedule")

    assert not broken.still_held()
    assert until(lambda: broken.take("send sms"))
    assert broken.still_held()


def test_nothing_is_taken_over_a_line_that_broke(broken):
    assert not broken.take("schedule")
    assert not broken.take("send sms")
