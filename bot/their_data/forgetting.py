"""Forgetting somebody from the command line: the same as their FORGET, without a word to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.safeguarding import Safeguarding
from storage.about_people import addresses_of
from storage.database import Database
from storage.desk import ADDRESS
from storage.forgetting import alerts_about, erase, forget_later, let_go, lock, what_holds

PATIENCE_SECONDS = 2.0


class CannotForget(Exception):
    """They are not forgotten; the message says why and what to do."""


def forget_person(database: Database, safeguarding: Safeguarding, person_id: int, now: datetime) -> str:
    """Forget somebody, now or as soon as nobody looks after their safety any more; what to tell the coordinator.

    Raises:
        CannotForget: They are on the list of those who are told of danger.
    """
    with database.writing() as connection:
        theirs = connection.execute(
            select(ADDRESS.c.channel, ADDRESS.c.value).where(ADDRESS.c.id.in_(addresses_of(person_id)))
        ).all()
        if any(safeguarding.at(each.channel, each.value) for each in theirs):
            raise CannotForget(
                "They are told of danger: take them out of [safeguarding] and [[safeguarding.people]] first."
            )
        lock(connection, person_id)
        if what_holds(connection, person_id):
            forget_later(connection, person_id, now)
            return (
                "Somebody still looks after their safety. They are forgotten as soon as their alert is closed and what "
                "they said in danger is done in the inbox. Until then nothing is said to them first."
            )
        record = alerts_about(connection, person_id)
        erase(connection, person_id, now)
        let_go(connection, now)
    said = ["Everything about them is deleted."]
    if record:
        said.append("The record of their alerts stays, without name, number or words.")
    if not database.empty_log(PATIENCE_SECONDS):
        said.append("The running service takes the last of it out of its log within a minute or two.")
    said.append("Backups, Twilio and Telegram still hold what they held; please take them off your own lists too.")
    return " ".join(said)
