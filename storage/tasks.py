"""Tasks: keeping a brief, whose a task is, to whom it was offered, and what happened with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, literal_column, or_, select, update

from storage.desk import ADDRESS, HOLDER, PERSON
from storage.projects import PROJECT
from storage.tables import Task, TaskEvent, TaskOffer, new_id, table_of

TASK, OFFER, EVENT = (table_of(model) for model in (Task, TaskOffer, TaskEvent))
OFFER_WAITS = OFFER.c.state == literal_column("'waiting'")
IS_OPEN = (TASK.c.thanked_at.is_(None), TASK.c.closed_at.is_(None))
_UNSETTLED = or_(OFFER_WAITS, OFFER.c.state == "asked")
_HOLDER, _DONE_BY = PERSON.alias("its_holder"), PERSON.alias("done_by")


def save_task(connection: Connection, columns: Mapping[str, Any], at: datetime) -> tuple[int, bool]:
    """Keep a brief under its project and name, instead of what was kept before; its number, and whether it is new."""
    mine = (TASK.c.project_id == columns["project_id"], TASK.c.name == columns["name"])
    number = connection.execute(select(TASK.c.number).where(*mine)).scalar()
    if number is not None:
        connection.execute(update(TASK).where(*mine).values(**columns))
        return int(number), False
    number = connection.execute(select(func.coalesce(func.max(TASK.c.number), 0) + 1)).scalar_one()
    connection.execute(insert(TASK), {"id": new_id(), "number": number, "made_at": at, **columns})
    return int(number), True


def task_numbered(connection: Connection, number: int) -> Row[Any] | None:
    """The task that coordinators call by this number; see `_shown`."""
    return connection.execute(_shown().where(TASK.c.number == number)).one_or_none()


def task_with_id(connection: Connection, task_id: int) -> Row[Any] | None:
    """That task; see `_shown`. On PostgreSQL nobody else can take or change it before this transaction ends."""
    return connection.execute(_shown().where(TASK.c.id == task_id).with_for_update(of=TASK)).one_or_none()


def tasks_with_ids(connection: Connection, ids: Sequence[int]) -> list[Row[Any]]:
    """Those tasks, to look at, by number; see `_shown`."""
    return list(connection.execute(_shown().where(TASK.c.id.in_(ids)).order_by(TASK.c.number)))


def open_tasks(connection: Connection, project_id: int | None = None) -> list[Row[Any]]:
    """Every task, or those of a project, not both done and thanked for, nor off the list, by number; see `_shown`."""
    mine = () if project_id is None else (TASK.c.project_id == project_id,)
    return list(connection.execute(_shown().where(*IS_OPEN, *mine).order_by(TASK.c.number)))


def how_many_are_open(connection: Connection) -> dict[int, int]:
    """How many open tasks each project has that has any."""
    query = select(TASK.c.project_id, func.count().label("tasks")).where(*IS_OPEN).group_by(TASK.c.project_id)
    return {row.project_id: row.tasks for row in connection.execute(query)}


def tasks_of_nobody(connection: Connection) -> list[Row[Any]]:
    """The open tasks that nobody has, has done or is asked about, by number; see `_shown`."""
    asked = exists().where(OFFER.c.task_id == TASK.c.id, _UNSETTLED)
    nobodys = (*IS_OPEN, TASK.c.holder_id.is_(None), TASK.c.done_at.is_(None), ~asked)
    by_index = _shown().where(*nobodys).order_by(TASK.c.project_id, TASK.c.number)
    return sorted(connection.execute(by_index), key=lambda row: row.number)


def tasks_done_with(connection: Connection, project_id: int, limit: int) -> list[Row[Any]]:
    """Tasks of a project that are thanked for or off the list, the latest first; see `_shown`."""
    over = (TASK.c.project_id == project_id, or_(TASK.c.thanked_at.is_not(None), TASK.c.closed_at.is_not(None)))
    latest = func.coalesce(TASK.c.thanked_at, TASK.c.closed_at).desc()
    return list(connection.execute(_shown().where(*over).order_by(latest).limit(limit)))


def task_named(connection: Connection, project_id: int, name: str) -> Row[Any] | None:
    """The task of a project with this name, open or not; see `_shown`."""
    mine = (TASK.c.project_id == project_id, TASK.c.name == name)
    return connection.execute(_shown().where(*mine)).one_or_none()


def tasks_of(connection: Connection, person_id: int) -> list[Row[Any]]:
    """The tasks that somebody has, the day that comes first first; see `_shown`."""
    mine = _shown().where(TASK.c.holder_id == person_id)
    return sorted(connection.execute(mine), key=lambda row: (row.agreed_on or date.max, row.number))


def held_by_nobody_reachable(connection: Connection) -> list[Row[Any]]:
    """Tasks of people who have said STOP everywhere, whom no address reaches any more, or who are forgotten."""
    return list(connection.execute(_lost()))


def who_can_be_asked(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of these people who have joined, and whom some address reaches."""
    these = (PERSON.c.id.in_(ids), PERSON.c.joined_at.is_not(None), _reachable(PERSON.c.id))
    return set(connection.execute(select(PERSON.c.id).where(*these)).scalars())


def _reachable(person_id: Any) -> Any:
    return exists().where(
        HOLDER.c.person_id == person_id,
        HOLDER.c.address_id == ADDRESS.c.id,
        ADDRESS.c.stopped_at.is_(None),
        ADDRESS.c.closed_at.is_(None),
    )


@cache
def _lost() -> Any:
    """Those that somebody has whom no address reaches."""
    return _shown().where(TASK.c.holder_id.is_not(None), ~_reachable(TASK.c.holder_id)).order_by(TASK.c.id)


@cache
def _shown() -> Any:
    """Every column, with the project's name, and what the holder and whoever did it are called."""
    return (
        select(TASK, PROJECT.c.name.label("project"), _HOLDER.c.called.label("holder"), _DONE_BY.c.called.label("doer"))
        .outerjoin(PROJECT, PROJECT.c.id == TASK.c.project_id)
        .outerjoin(_HOLDER, _HOLDER.c.id == TASK.c.holder_id)
        .outerjoin(_DONE_BY, _DONE_BY.c.id == TASK.c.done_by_id)
    )


# -- whose it is ---------------------------------------------------------------------------------------


def take_task(
    connection: Connection, task_id: int, person_id: int, at: datetime, day: date | None, instead_of: int | None
) -> bool:
    """Make somebody the one who has it; False: meanwhile somebody else has, or it is done with, and nothing changed.

    Args:
        connection: A transaction.
        task_id: The task.
        person_id: Who takes it.
        at: When.
        day: The day agreed with them.
        instead_of: Who must have it until now; None: the coordinators.
    """
    before = TASK.c.holder_id.is_(None) if instead_of is None else TASK.c.holder_id == instead_of
    free = (TASK.c.id == task_id, before, TASK.c.thanked_at.is_(None), TASK.c.closed_at.is_(None))
    values = {"holder_id": person_id, "holding_id": new_id(), "held_since": at, "agreed_on": day}
    taken = connection.execute(update(TASK).where(*free).values(**values, done_by_id=None, done_at=None))
    return taken.rowcount == 1


def give_task_back(connection: Connection, task_id: int, person_id: int) -> bool:
    """It is with the coordinators again; False: it was not theirs."""
    return _of_theirs(connection, task_id, person_id, agreed_on=None)


def mark_task_done(connection: Connection, task_id: int, person_id: int, at: datetime) -> bool:
    """They have done it, and it waits for thanks; False: it was not theirs."""
    return _of_theirs(connection, task_id, person_id, done_by_id=person_id, done_at=at)


def _of_theirs(connection: Connection, task_id: int, person_id: int, **values: Any) -> bool:
    theirs = (TASK.c.id == task_id, TASK.c.holder_id == person_id)
    values |= {"holder_id": None, "held_since": None}
    return connection.execute(update(TASK).where(*theirs).values(**values)).rowcount == 1


def agree_on_day(connection: Connection, task_id: int, person_id: int, day: date | None) -> None:
    """The day agreed with whoever has it; what was to be said about another day has another `holding_id`."""
    theirs = (TASK.c.id == task_id, TASK.c.holder_id == person_id)
    connection.execute(update(TASK).where(*theirs).values(agreed_on=day, holding_id=new_id()))


def keep_thanks(connection: Connection, task_id: int, words: str | None, at: datetime) -> None:
    """They have been thanked: the task is done with."""
    connection.execute(update(TASK).where(TASK.c.id == task_id).values(thanks=words, thanked_at=at))


def close_task(connection: Connection, task_id: int, at: datetime) -> None:
    """It is no longer needed, and nobody has it."""
    values = {"closed_at": at, "holder_id": None, "held_since": None}
    connection.execute(update(TASK).where(TASK.c.id == task_id).values(**values))


# -- offers --------------------------------------------------------------------------------------------


def add_offer(
    connection: Connection, task_id: int, person_id: int, from_id: int | None, at: datetime, close_at: datetime
) -> int:
    """Keep that somebody is asked whether they would like a task; its id."""
    its_id = new_id()
    row = {"id": its_id, "task_id": task_id, "person_id": person_id, "from_id": from_id, "at": at}
    connection.execute(insert(OFFER), {**row, "close_at": close_at, "state": "waiting"})
    return its_id


def offer_with_id(connection: Connection, offer_id: int) -> Row[Any] | None:
    """That offer, with `called` (whom it was put to) and `from_called` (who would pass it on)."""
    return connection.execute(_offers().where(OFFER.c.id == offer_id)).one_or_none()


def offers_of(connection: Connection, task_id: int) -> list[Row[Any]]:
    """Every offer of a task, oldest first; see `offer_with_id`."""
    return list(connection.execute(_offers().where(OFFER.c.task_id == task_id).order_by(OFFER.c.id)))


def open_offers_of(connection: Connection, task_id: int) -> list[Row[Any]]:
    """The offers of a task that are not settled: they wait for an answer, of theirs or of a coordinator."""
    return list(connection.execute(_offers().where(OFFER.c.task_id == task_id, _UNSETTLED).order_by(OFFER.c.id)))


def offers_to(connection: Connection, person_id: int) -> list[Row[Any]]:
    """The offers that wait for somebody's answer and that they have seen; see `offer_with_id`."""
    mine = (OFFER.c.person_id == person_id, OFFER_WAITS, OFFER.c.put_at.is_not(None))
    return list(connection.execute(_offers().where(*mine).order_by(OFFER.c.id)))


def offers_asked_about(connection: Connection, person_id: int) -> list[Row[Any]]:
    """The offers that somebody asked about first, and whose answer they wait for; see `offer_with_id`."""
    mine = (OFFER.c.person_id == person_id, OFFER.c.state == "asked")
    return list(connection.execute(_offers().where(*mine).order_by(OFFER.c.id)))


def offers_to_close(connection: Connection, now: datetime) -> list[Row[Any]]:
    """The offers that nobody has answered in time; see `offer_with_id`."""
    return list(connection.execute(_too_old(), {"now": now}))


def put_offer(connection: Connection, offer_id: int, at: datetime, close_at: datetime) -> None:
    """It has been said to them for the first time: from now on the time to answer counts."""
    new_to_them = (OFFER.c.id == offer_id, OFFER_WAITS, OFFER.c.put_at.is_(None))
    connection.execute(update(OFFER).where(*new_to_them).values(put_at=at, close_at=close_at))


def settle_offer(connection: Connection, offer_id: int, state: str) -> None:
    """What became of it; see `storage.tables.TaskOffer`."""
    connection.execute(update(OFFER).where(OFFER.c.id == offer_id).values(state=state))


def open_offer_again(connection: Connection, offer_id: int, close_at: datetime) -> None:
    """It waits for an answer once more, and has still to be said."""
    values = {"state": "waiting", "put_at": None, "close_at": close_at}
    connection.execute(update(OFFER).where(OFFER.c.id == offer_id).values(**values))


def offers_are_the_teams(connection: Connection, task_id: int) -> None:
    """Whoever would have passed it on has given it back: from now on the team asks."""
    connection.execute(update(OFFER).where(OFFER.c.task_id == task_id, _UNSETTLED).values(from_id=None))


@cache
def _too_old() -> Any:
    """Those that wait for an answer although their time is over."""
    return _offers().where(OFFER_WAITS, OFFER.c.close_at <= bindparam("now")).order_by(OFFER.c.id)


@cache
def _offers() -> Any:
    giver = PERSON.alias("giver")
    return (
        select(OFFER, PERSON.c.called, giver.c.called.label("from_called"))
        .outerjoin(PERSON, PERSON.c.id == OFFER.c.person_id)
        .outerjoin(giver, giver.c.id == OFFER.c.from_id)
    )


# -- what happened -------------------------------------------------------------------------------------


def add_event(
    connection: Connection,
    task_id: int,
    what: str,
    at: datetime,
    person_id: int | None = None,
    words: str | None = None,
) -> None:
    """Keep what happened with a task."""
    row = {"id": new_id(), "task_id": task_id, "person_id": person_id, "what": what, "words": words, "at": at}
    connection.execute(insert(EVENT), row)


def events_of(connection: Connection, task_id: int) -> list[Row[Any]]:
    """What happened with a task, oldest first, with `called`."""
    query = select(EVENT, PERSON.c.called).outerjoin(PERSON, PERSON.c.id == EVENT.c.person_id)
    return list(connection.execute(query.where(EVENT.c.task_id == task_id).order_by(EVENT.c.id)))
