"""Words between people: who may be asked by whom, carrying a question and its answer, and sharing numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, or_, select, update

from storage.desk import ADDRESS, HOLDER, PERSON
from storage.projects import MEMBER, PROJECT
from storage.tables import BlockedAsker, PassedOn, TeamMate, new_id, table_of

MATE, PASSED, BLOCKED = table_of(TeamMate), table_of(PassedOn), table_of(BlockedAsker)


def propose_team_mate(connection: Connection, project_id: int, person_id: int) -> None:
    """A coordinator would like others to ask them; it takes their own yes. What they said before stays."""
    mine = (MATE.c.project_id == project_id, MATE.c.person_id == person_id)
    if not connection.execute(select(exists().where(*mine))).scalar():
        connection.execute(insert(MATE), {"project_id": project_id, "person_id": person_id})


def agree_to_be_asked(connection: Connection, project_id: int, person_id: int, agreed: bool) -> None:
    """Their own word."""
    mine = (MATE.c.project_id == project_id, MATE.c.person_id == person_id)
    connection.execute(update(MATE).where(*mine).values(agreed=agreed))


def team_mates_for(connection: Connection, asker_id: int, now: datetime) -> list[Row[Any]]:
    """Whom somebody can ask now: person_id, called, project_id and project.

    That is who belongs to a project of theirs, agreed to be asked, can be written to, and has not had enough of them.
    """
    mine = exists().where(MEMBER.c.project_id == MATE.c.project_id, MEMBER.c.person_id == asker_id)
    has_joined = exists().where(PERSON.c.id == asker_id, PERSON.c.joined_at.is_not(None)).correlate(None)
    belongs = exists().where(MEMBER.c.project_id == MATE.c.project_id, MEMBER.c.person_id == MATE.c.person_id)
    enough = exists().where(BLOCKED.c.person_id == MATE.c.person_id, BLOCKED.c.asker_id == asker_id)
    reached = exists().where(
        HOLDER.c.person_id == MATE.c.person_id,
        ADDRESS.c.id == HOLDER.c.address_id,
        ADDRESS.c.stopped_at.is_(None),
        ADDRESS.c.closed_at.is_(None),
    )
    query = (
        select(MATE.c.person_id, PERSON.c.called, MATE.c.project_id, PROJECT.c.name.label("project"))
        .join(PERSON, PERSON.c.id == MATE.c.person_id)
        .join(PROJECT, PROJECT.c.id == MATE.c.project_id)
        .where(
            MATE.c.agreed.is_(True),
            MATE.c.person_id != asker_id,
            or_(mine, PROJECT.c.everybody.is_(True) & has_joined),
            or_(belongs, PROJECT.c.everybody.is_(True)),
            PERSON.c.safe_to_text.is_not(False),
            or_(PERSON.c.paused_until.is_(None), PERSON.c.paused_until <= now),
            reached,
            ~enough,
        )
        .order_by(PROJECT.c.name, MATE.c.person_id)
    )
    return list(connection.execute(query))


def pass_on_question(connection: Connection, **values: Any) -> int:
    """Keep a question on its way; its id."""
    passed_id = new_id()
    connection.execute(insert(PASSED), {"id": passed_id, **values})
    return passed_id


def passed_on(connection: Connection, passed_id: int) -> Row[Any] | None:
    """A question, with the names of both (asker, asked) and the project's."""
    asker, asked = PERSON.alias("the_asker"), PERSON.alias("the_asked")
    query = (
        select(PASSED, asker.c.called.label("asker"), asked.c.called.label("asked"), PROJECT.c.name.label("project"))
        .join(asker, asker.c.id == PASSED.c.asker_id)
        .join(asked, asked.c.id == PASSED.c.asked_id)
        .join(PROJECT, PROJECT.c.id == PASSED.c.project_id)
        .where(PASSED.c.id == passed_id)
    )
    return connection.execute(query).one_or_none()


def often_asked(connection: Connection, asker_id: int, since: datetime, times: int) -> set[int]:
    """The ids of those whom somebody has asked at least so many times since then."""
    query = select(PASSED.c.asked_id).where(PASSED.c.asker_id == asker_id, PASSED.c.at > since)
    return set(connection.execute(query.group_by(PASSED.c.asked_id).having(func.count() >= times)).scalars())


def is_team(connection: Connection, person_id: int, project_id: int) -> bool:
    """Whether somebody is a coordinator, or belongs to a project as staff."""
    theirs = (MEMBER.c.project_id == project_id, MEMBER.c.person_id == person_id)
    is_staff = exists().where(*theirs, MEMBER.c.side == "staff")
    is_coordinator = exists().where(PERSON.c.id == person_id, PERSON.c.role == "coordinator")
    return bool(connection.execute(select(or_(is_staff, is_coordinator))).scalar())


def change_passed_on(connection: Connection, passed_id: int, **values: Any) -> None:
    """Keep its answer, or that one of them shares their number."""
    connection.execute(update(PASSED).where(PASSED.c.id == passed_id).values(**values))


def block_asker(connection: Connection, person_id: int, asker_id: int) -> None:
    """Somebody does not want another's words any more."""
    row = {"person_id": person_id, "asker_id": asker_id}
    if not has_blocked(connection, person_id, asker_id):
        connection.execute(insert(BLOCKED), row)


def has_blocked(connection: Connection, person_id: int, asker_id: int) -> bool:
    """Whether they do not want that one's words."""
    mine = exists().where(BLOCKED.c.person_id == person_id, BLOCKED.c.asker_id == asker_id)
    return bool(connection.execute(select(mine)).scalar())


def number_of(connection: Connection, person_id: int) -> str | None:
    """The phone number where they like to be written to, if nobody shares it; None: it is no number, or not open.

    A number that they had before they moved may be somebody else's by now.
    """
    others = HOLDER.alias("others")
    shared = exists().where(others.c.address_id == ADDRESS.c.id, others.c.person_id != person_id)
    is_open = (ADDRESS.c.stopped_at.is_(None), ADDRESS.c.closed_at.is_(None))
    query = (
        select(ADDRESS.c.value)
        .join(PERSON, PERSON.c.preferred_address_id == ADDRESS.c.id)
        .where(PERSON.c.id == person_id, ADDRESS.c.channel == "sms", *is_open, ~shared)
    )
    return connection.execute(query).scalar()
