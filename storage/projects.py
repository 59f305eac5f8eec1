"""Projects: keeping a card, who belongs, and what a person's projects are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.desk import PERSON
from storage.nudges import NUDGE
from storage.people import HAS_NOT_JOINED
from storage.records import PersonRecord
from storage.tables import DecisionRule, Milestone, Project, ProjectLimit, ProjectMember, new_id, table_of

PROJECT, MEMBER, LIMIT = (table_of(model) for model in (Project, ProjectMember, ProjectLimit))
RULE, MILESTONE = table_of(DecisionRule), table_of(Milestone)
_FIRST: BindParameter[date] = bindparam("first")
_LAST: BindParameter[date] = bindparam("last")
_BY_DAY = select(MILESTONE).order_by(MILESTONE.c.on_day, MILESTONE.c.id)
_TO_COME = _BY_DAY.where(MILESTONE.c.on_day.between(_FIRST, _LAST), MILESTONE.c.done_on.is_(None))
_OVER = _BY_DAY.where(or_(MILESTONE.c.on_day.between(_FIRST, _LAST), MILESTONE.c.done_on.between(_FIRST, _LAST)))
_NOT_NUDGED = (
    select(*(PERSON.c[each.name] for each in fields(PersonRecord)))
    .where(~exists().where(NUDGE.c.about == bindparam("about"), NUDGE.c.person_id == PERSON.c.id))
    .order_by(PERSON.c.id)
    .limit(bindparam("limit"))
)
_ITS: BindParameter[int] = bindparam("its_project")
_BELONGS = or_(
    exists().where(MEMBER.c.project_id == _ITS, MEMBER.c.person_id == PERSON.c.id),
    select(PROJECT.c.everybody).where(PROJECT.c.id == _ITS).scalar_subquery() & PERSON.c.joined_at.is_not(None),
)
_MEMBERS_NOT_NUDGED = _NOT_NUDGED.where(_BELONGS, ~HAS_NOT_JOINED)
_MEMBERS_THEN_NOT_NUDGED = _MEMBERS_NOT_NUDGED.where(PERSON.c.joined_at < bindparam("joined_before"))
_STAFF_NOT_NUDGED = _NOT_NUDGED.where(
    exists().where(MEMBER.c.person_id == PERSON.c.id, MEMBER.c.side == "staff"), PERSON.c.joined_at.is_not(None)
)


@dataclass(frozen=True)
class Rule:
    """How a group decides together: the words it is told, the way votes are counted, whether they are secret."""

    wording: str
    way: str
    secret: bool


@dataclass(frozen=True)
class Changes:
    """What keeping a card changed.

    Attributes:
        project_id: The project.
        is_new: Whether it was not there before.
        rule_id: The rule that holds from now on, if it is another than before; None: as before, or none.
    """

    project_id: int
    is_new: bool
    rule_id: int | None


def save_project(
    connection: Connection,
    columns: Mapping[str, Any],
    limits: Sequence[tuple[str, str, str | None]],
    milestones: Sequence[tuple[str, date]],
    rule: Rule | None,
    now: datetime,
) -> Changes:
    """Keep a card under its name, instead of what was kept before; members, answers and done milestones stay.

    A milestone that has gone from the card is removed, one whose day moved keeps its id.
    """
    found = connection.execute(select(PROJECT.c.id).where(PROJECT.c.name == columns["name"])).scalar()
    project_id = new_id() if found is None else found
    if found is None:
        connection.execute(insert(PROJECT), {"id": project_id, **columns})
    else:
        connection.execute(update(PROJECT).where(PROJECT.c.id == found).values(**columns))
    _keep_limits(connection, project_id, limits)
    _keep_milestones(connection, project_id, milestones)
    return Changes(project_id, found is None, _keep_rule(connection, project_id, rule, now))


def _keep_limits(connection: Connection, project_id: int, limits: Sequence[tuple[str, str, str | None]]) -> None:
    """Limits keep their id while they are the same thing, since answers to suggestions name them."""
    rows = connection.execute(select(LIMIT.c.id, LIMIT.c.what).where(LIMIT.c.project_id == project_id))
    known = {row.what: row.id for row in rows}
    connection.execute(delete(LIMIT).where(LIMIT.c.project_id == project_id))
    for place, (what, why, instead) in enumerate(limits, 1):
        row = {"id": known.get(what) or new_id(), "project_id": project_id, "place": place}
        connection.execute(insert(LIMIT), row | {"what": what, "why": why, "instead": instead})


def _keep_milestones(connection: Connection, project_id: int, milestones: Sequence[tuple[str, date]]) -> None:
    names = [name for name, _ in milestones]
    mine = MILESTONE.c.project_id == project_id
    connection.execute(delete(MILESTONE).where(mine, MILESTONE.c.name.not_in(names)))
    known = set(connection.execute(select(MILESTONE.c.name).where(mine)).scalars())
    for name, day in milestones:
        if name in known:
            connection.execute(update(MILESTONE).where(mine, MILESTONE.c.name == name).values(on_day=day))
        else:
            row = {"id": new_id(), "project_id": project_id, "name": name, "on_day": day, "done_on": None}
            connection.execute(insert(MILESTONE), row)


def _keep_rule(connection: Connection, project_id: int, rule: Rule | None, now: datetime) -> int | None:
    before = rule_of(connection, project_id)
    if rule is None or (before is not None and Rule(before.wording, before.way, before.secret) == rule):
        return None
    rule_id = new_id()
    connection.execute(insert(RULE), {"id": rule_id, "project_id": project_id, "since": now, **asdict(rule)})
    return rule_id


# -- reading -------------------------------------------------------------------------------------------


def projects(connection: Connection) -> list[Row[Any]]:
    """Every project, by name."""
    return list(connection.execute(select(PROJECT).order_by(PROJECT.c.name)))


def project_named(connection: Connection, name: str) -> Row[Any] | None:
    """The project of that name, in whatever capitals."""
    return next((row for row in projects(connection) if row.name.casefold() == name.strip().casefold()), None)


def project_with_id(connection: Connection, project_id: int) -> Row[Any] | None:
    """That project's row."""
    return connection.execute(select(PROJECT).where(PROJECT.c.id == project_id)).one_or_none()


def how_many_read(connection: Connection, project_id: int, language: str) -> int:
    """How many of those who belong to a project have chosen this language."""
    members = [each.person_id for each in members_of(connection, project_id)]
    query = select(func.count()).select_from(PERSON).where(PERSON.c.id.in_(members), PERSON.c.language == language)
    return int(connection.execute(query).scalar_one())


def projects_of(connection: Connection, person_id: int, has_joined: bool) -> list[Row[Any]]:
    """The projects somebody belongs to, by name."""
    mine = exists().where(MEMBER.c.project_id == PROJECT.c.id, MEMBER.c.person_id == person_id)
    where = or_(mine, PROJECT.c.everybody.is_(True)) if has_joined else mine
    return list(connection.execute(select(PROJECT).where(where).order_by(PROJECT.c.name)))


def limits_of(connection: Connection, project_id: int) -> list[Row[Any]]:
    """Its limits, in the order of the card."""
    return list(connection.execute(select(LIMIT).where(LIMIT.c.project_id == project_id).order_by(LIMIT.c.place)))


def milestones_of(connection: Connection, project_id: int) -> list[Row[Any]]:
    """Its milestones, by day."""
    query = select(MILESTONE).where(MILESTONE.c.project_id == project_id)
    return list(connection.execute(query.order_by(MILESTONE.c.on_day, MILESTONE.c.id)))


def milestones_between(connection: Connection, first: date, last: date) -> list[Row[Any]]:
    """Milestones of all projects that are not done, on these days and the ones between."""
    return list(connection.execute(_TO_COME, {"first": first, "last": last}))


def milestones_over(connection: Connection, first: date, last: date) -> list[Row[Any]]:
    """Milestones of all projects whose day was then, or that were done then; both days included."""
    return list(connection.execute(_OVER, {"first": first, "last": last}))


def every_milestone(connection: Connection) -> list[Row[Any]]:
    """Every milestone of every project."""
    return list(connection.execute(select(MILESTONE)))


def mark_milestone_done(connection: Connection, milestone_id: int, day: date) -> None:
    """The group has reached it."""
    connection.execute(update(MILESTONE).where(MILESTONE.c.id == milestone_id).values(done_on=day))


def rule_of(connection: Connection, project_id: int) -> Row[Any] | None:
    """The rule that holds; None: the group has none."""
    query = select(RULE).where(RULE.c.project_id == project_id).order_by(RULE.c.id.desc()).limit(1)
    return connection.execute(query).one_or_none()


# -- who belongs ---------------------------------------------------------------------------------------


def add_member(
    connection: Connection, project_id: int, person_id: int, side: str, lived_experience: bool | None
) -> bool:
    """Let somebody belong to a project, or change how; whether they are new to it."""
    mine = (MEMBER.c.project_id == project_id, MEMBER.c.person_id == person_id)
    values = {"side": side, "lived_experience": lived_experience}
    if connection.execute(update(MEMBER).where(*mine).values(**values)).rowcount:
        return False
    connection.execute(insert(MEMBER), {"project_id": project_id, "person_id": person_id, **values})
    return True


def remove_member(connection: Connection, project_id: int, person_id: int) -> bool:
    """Whether they belonged to it; now they don't."""
    mine = (MEMBER.c.project_id == project_id, MEMBER.c.person_id == person_id)
    return bool(connection.execute(delete(MEMBER).where(*mine)).rowcount)


def members_of(connection: Connection, project_id: int) -> list[Row[Any]]:
    """Who belongs: person_id, called, side ("staff" or "volunteer") and lived_experience (None: not said).

    Of a project for everybody, all who have joined and all coordinators; what a member's row says goes first.
    """
    return list(connection.execute(who_belongs(connection, project_id).order_by(PERSON.c.id)))


def who_belongs(connection: Connection, project_id: int) -> Select[Any]:
    """The query behind `members_of`; of a project that is not for everybody, by its members' rows alone."""
    of_everybody = connection.execute(select(PROJECT.c.everybody).where(PROJECT.c.id == project_id)).scalar()
    columns = (PERSON.c.id.label("person_id"), PERSON.c.called, PERSON.c.role, MEMBER.c.side, MEMBER.c.lived_experience)
    theirs = (MEMBER.c.person_id == PERSON.c.id) & (MEMBER.c.project_id == project_id)
    query = select(*columns).join(MEMBER, theirs, isouter=bool(of_everybody))
    if of_everybody:
        query = query.where(or_(MEMBER.c.side.is_not(None), PERSON.c.joined_at.is_not(None)))
    return query


def sides_of(connection: Connection, project_id: int) -> list[Row[Any]]:
    """How many belong, for each role, side and lived experience as in `members_of`: these, and people."""
    its = who_belongs(connection, project_id).subquery()
    kind = (its.c.role, its.c.side, its.c.lived_experience)
    return list(connection.execute(select(*kind, func.count().label("people")).group_by(*kind)))


def members_not_nudged(
    connection: Connection, project_id: int, about: str, limit: int, joined_before: datetime | None = None
) -> list[PersonRecord]:
    """Some of those who belong to a project, have joined (by then), and have not been nudged about this."""
    given = {"its_project": project_id, "about": about, "limit": limit}
    if joined_before is None:
        return _people(connection, _MEMBERS_NOT_NUDGED, given)
    return _people(connection, _MEMBERS_THEN_NOT_NUDGED, given | {"joined_before": joined_before})


def staff_not_nudged(connection: Connection, about: str, limit: int) -> list[PersonRecord]:
    """Some of the staff of any project who have joined and have not been nudged about this."""
    return _people(connection, _STAFF_NOT_NUDGED, {"about": about, "limit": limit})


def _people(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> list[PersonRecord]:
    return [PersonRecord(*row) for row in connection.execute(query, given)]
