"""What is kept about people is known in one place, and goes."""

from __future__ import annotations

from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - every table
from storage.about_people import ABOUT_PEOPLE, all_about
from storage.desk import PERSON
from tests.storage.cast import come, desk_on

NAMES_SOMEBODY = {
    "person_id",
    "address_id",
    "conversation_id",
    "message_id",
    "outbox_id",
    "speaker_id",
    "taken_over_by",
    "asker_id",
}
NUMBER = "+447700900123"


def test_every_table_about_people_is_entered():
    entered = {kept.table.name for kept in ABOUT_PEOPLE}
    about = {table.name for table in SQLModel.metadata.tables.values() if NAMES_SOMEBODY & set(table.columns.keys())}
    missing = (about | {PERSON.name, "alert_event"}) - entered
    assert not missing, f"please enter {sorted(missing)} in storage/about_people.py"


def test_what_stays_says_why_and_every_table_says_what_it_is():
    for kept in ABOUT_PEOPLE:
        assert kept.what
        assert kept.stays or kept.table.name not in ("alert", "alert_event", "alert_notice")


def test_each_table_is_entered_once():
    assert len({kept.table.name for kept in ABOUT_PEOPLE}) == len(ABOUT_PEOPLE)


def test_everything_about_somebody_is_found_and_nothing_about_another(database):
    come(database, NUMBER, "+447700900124")
    with desk_on(database, NUMBER) as desk:
        address = desk.address("sms", NUMBER)
        [ada] = desk.holders(address)
        desk.add_message("sms", "1", person_id=ada.id, address_id=address.id, kind="text", text="hello")
    with database.reading() as connection:
        found = {kept.table.name: rows for kept, rows in all_about(connection, ada.id) if rows}
    assert {name: len(rows) for name, rows in found.items()} == {"person": 1, "address": 1, "holder": 1, "message": 1}
    assert found["address"][0].value == NUMBER
