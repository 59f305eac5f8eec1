"""Nudges: keeping them, once for each person and thing; finding those that are due; and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, literal_column, or_, select, update

from storage.desk import PERSON
from storage.people import NOT_JOINED
from storage.tables import Nudge, new_id, table_of

NUDGE = table_of(Nudge)
WAITING = NUDGE.c.state == literal_column("'waiting'")  # written out: only then is the partial index used
LEFT_UNSAID = NUDGE.c.state == literal_column("'left unsaid'")

_UNTIL_THEY_JOIN = and_(NUDGE.c.state == "left unsaid", NUDGE.c.why == NOT_JOINED)
_DUE = (
    select(NUDGE.c.id, NUDGE.c.person_id, NUDGE.c.about, NUDGE.c.flow, NUDGE.c.given, NUDGE.c.due_at, NUDGE.c.until)
    .where(WAITING, NUDGE.c.due_at <= bindparam("now", type_=NUDGE.c.due_at.type))
    .order_by(NUDGE.c.due_at, NUDGE.c.id)
    .limit(bindparam("limit"))
)
_AT_ONCE = 500


@dataclass(frozen=True)
class NewNudge:
    """Something to be said to somebody.

    Attributes:
        person_id: To whom.
        about: What about; said once for each person: "task:77:offer".
        flow: The flow to begin.
        given: What it is begun with.
        due_at: Not before.
        until: Not after.
    """

    person_id: int
    about: str
    flow: str
    due_at: datetime
    until: datetime
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DueNudge:
    """A nudge whose time has come; see `storage.tables.Nudge`."""

    id: int
    person_id: int
    about: str
    flow: str
    given: Mapping[str, str]
    due_at: datetime
    until: datetime


def add_nudges(connection: Connection, nudges: Iterable[NewNudge]) -> int:
    """Keep what is to be said; what the same person has been nudged about before is left out. Returns how many are new.

    Safe to be run again. Of two that do so at the same moment one runs again and finds what the other kept.
    """
    new = {(each.person_id, each.about): each for each in nudges}
    for known in _known(connection, sorted({about for _, about in new})):
        new.pop(known, None)
    rows = [
        {
            "id": new_id(),
            "person_id": each.person_id,
            "about": each.about,
            "flow": each.flow,
            "given": json.dumps(dict(each.given), ensure_ascii=False),
            "due_at": each.due_at,
            "until": each.until,
            "state": "waiting",
        }
        for each in new.values()
    ]
    if rows:
        connection.execute(insert(NUDGE), rows)
    return len(rows)


def _known(connection: Connection, abouts: Sequence[str]) -> Iterable[tuple[int, str]]:
    for begin in range(0, len(abouts), _AT_ONCE):
        some = abouts[begin : begin + _AT_ONCE]
        query = select(NUDGE.c.person_id, NUDGE.c.about).where(NUDGE.c.about.in_(some))
        yield from ((row.person_id, row.about) for row in connection.execute(query))


def due_nudges(connection: Connection, now: datetime, limit: int) -> list[DueNudge]:
    """Those whose time has come, the longest due first: one indexed query."""
    rows = connection.execute(_DUE, {"now": now, "limit": limit})
    return [DueNudge(**{**row._mapping, "given": json.loads(row.given)}) for row in rows]


def put_nudge_off(connection: Connection, nudge_id: int, until: datetime, why: str) -> None:
    """Look at it again at that moment; `why` is what a coordinator sees meanwhile."""
    connection.execute(update(NUDGE).where(NUDGE.c.id == nudge_id).values(due_at=until, why=why))


def settle_nudge(connection: Connection, nudge_id: int, state: str, at: datetime, why: str | None = None) -> None:
    """It was "said", or "left unsaid" for a reason."""
    connection.execute(update(NUDGE).where(NUDGE.c.id == nudge_id).values(state=state, settled_at=at, why=why))


def withdraw_nudges(connection: Connection, about: str, at: datetime, why: str, person_id: int | None = None) -> None:
    """Leave unsaid what waits to be said about this, be it until they join; to everybody, or to one person."""
    these = update(NUDGE).where(NUDGE.c.about == about, or_(WAITING, _UNTIL_THEY_JOIN))
    if person_id is not None:
        these = these.where(NUDGE.c.person_id == person_id)
    connection.execute(these.values(state="left unsaid", settled_at=at, why=why))


def abouts_waiting(connection: Connection, beginning: str) -> list[str]:
    """What waits to be said to anybody, of all that begins like this: "milestone:"."""
    query = select(NUDGE.c.about).where(WAITING, NUDGE.c.about.startswith(beginning, autoescape=True)).distinct()
    return sorted(connection.execute(query).scalars())


def people_told(connection: Connection, abouts: Sequence[str]) -> set[int]:
    """The ids of those to whom any of this was said."""
    said = (NUDGE.c.state == "said", NUDGE.c.about.in_(abouts))
    return set(connection.execute(select(NUDGE.c.person_id).where(*said)).scalars())


def left_unsaid(connection: Connection, since: datetime, not_because: Sequence[str]) -> list[Row[Any]]:
    """What was not said since then, but for these reasons, the latest first: flow, why, person_id and called."""
    query = (
        select(NUDGE.c.flow, NUDGE.c.why, NUDGE.c.person_id, PERSON.c.called)
        .outerjoin(PERSON, PERSON.c.id == NUDGE.c.person_id)
        .where(LEFT_UNSAID, NUDGE.c.settled_at >= since, NUDGE.c.why.not_in(not_because))
        .order_by(NUDGE.c.settled_at.desc(), NUDGE.c.id)
    )
    return list(connection.execute(query))


def let_be_said_again(connection: Connection, person_id: int, why: str) -> None:
    """Forget what was left unsaid to somebody for this reason, which holds no longer: it can be meant anew."""
    left = NUDGE.c.person_id == person_id, NUDGE.c.state == "left unsaid", NUDGE.c.why == why
    connection.execute(delete(NUDGE).where(*left))


def say_now_that_they_joined(connection: Connection, person_id: int, now: datetime) -> None:
    """Let be said what was left unsaid only because they had not joined, and still is in time; forget the rest."""
    theirs = NUDGE.c.person_id == person_id, _UNTIL_THEY_JOIN
    connection.execute(delete(NUDGE).where(*theirs, NUDGE.c.until <= now))
    connection.execute(update(NUDGE).where(*theirs).values(state="waiting", why=None, settled_at=None))


def nudges_about(connection: Connection, about: str) -> list[Any]:
    """Everybody who was or is to be nudged about this: person_id, state, why, due_at, settled_at."""
    columns = (NUDGE.c.person_id, NUDGE.c.state, NUDGE.c.why, NUDGE.c.due_at, NUDGE.c.settled_at)
    return list(connection.execute(select(*columns).where(NUDGE.c.about == about).order_by(NUDGE.c.id)))
