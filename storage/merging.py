"""Two records of one person become one: everything that refers to the one refers to the other from then on.

What refers to people is in `storage.about_people`, nowhere else. Where both have a row of which one person can have
only one, `_SETTLED` says for each table what becomes of the two; a test fails until a new table is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, and_, delete, func, or_, select, update

from storage.about_people import ABOUT_PEOPLE
from storage.alerts import ALERT, IS_OPEN
from storage.broadcasts import PICK, RECIPIENT
from storage.contact import WISH
from storage.desk import ADDRESS, CONVERSATION, HOLDER, OPEN, PERSON
from storage.forgetting import lock
from storage.meetings import ANSWER as COMING
from storage.nudges import NUDGE, WAITING
from storage.places import SHOWN
from storage.projects import MEMBER
from storage.relay import BLOCKED, MATE
from storage.tasks import OFFER, TASK
from storage.votes import VOTE, VOTER

QUIET = ("quiet_from_minute", "quiet_until_minute", "break_from_minute", "break_until_minute")
_Values: TypeAlias = dict[str, Any]
_OfTwo: TypeAlias = Callable[[Row[Any], Row[Any]], _Values]
"""What the row that stays says, made from it and from the one that goes."""


def merge_people(connection: Connection, gone_id: int, kept_id: int) -> None:
    """Make two records one; there is no way back. Both must be locked, and `what_stands_between` must be empty."""
    _settle_offers(connection, gone_id, kept_id)
    _end_conversations_of_the_same_kind(connection, gone_id, kept_id)
    move_rows(connection, gone_id, kept_id)
    _let_stop_hold(connection, kept_id)
    gone, kept = (_row(connection, its_id) for its_id in (gone_id, kept_id))
    connection.execute(update(PERSON).where(PERSON.c.id == kept_id).values(**_of_two_people(kept, gone)))
    connection.execute(delete(PERSON).where(PERSON.c.id == gone_id))


def lock_both(connection: Connection, first: int, second: int) -> None:
    """Let nothing new be written about either meanwhile; always in the same order."""
    for its_id in sorted((first, second)):
        lock(connection, its_id)


def move_rows(connection: Connection, gone_id: int, kept_id: int) -> None:
    """Let everything that refers to the one refer to the other; the one's own row stays, with nothing behind it."""
    for table, settle in _SETTLED.items():
        settle(connection, table, gone_id, kept_id)
    for kept in ABOUT_PEOPLE:
        for name in kept.names:
            column = kept.table.c[name]
            connection.execute(update(kept.table).where(column == gone_id).values({name: kept_id}))
    for where, columns in ((WAITING, (NUDGE.c.given, NUDGE.c.about)), (OPEN, (CONVERSATION.c.place,))):
        for column in columns:  # a team-mate who was chosen is in there by their key
            theirs = column.contains(str(gone_id))
            renamed = {column.name: func.replace(column, str(gone_id), str(kept_id))}
            connection.execute(update(column.table).where(where, theirs).values(renamed))


# -- two rows of which there can be only one ----------------------------------------------------------


def _one_of(*same: str, stays: _OfTwo) -> Callable[[Connection, Table, int, int], None]:
    """Where both have a row alike in these columns, that of the kept one stays, with what `stays` makes of both."""

    def settle(connection: Connection, table: Table, gone_id: int, kept_id: int) -> None:
        alike = [table.c[name] for name in same]
        for gone in connection.execute(select(table).where(table.c.person_id == gone_id)).all():
            key = [column == getattr(gone, column.name) for column in alike]
            theirs = select(table).where(table.c.person_id == kept_id, *key)
            kept = connection.execute(theirs).one_or_none()
            if kept is None:
                continue
            connection.execute(delete(table).where(table.c.person_id == gone_id, *key))
            values = stays(kept, gone)
            if values:
                connection.execute(update(table).where(table.c.person_id == kept_id, *key).values(**values))

    return settle


def _as_it_is(_kept: Row[Any], _gone: Row[Any]) -> _Values:
    return {}


def _newer(*names: str, at: str = "at") -> _OfTwo:
    return lambda kept, gone: (
        {name: getattr(gone, name) for name in (*names, at)} if getattr(gone, at) > getattr(kept, at) else {}
    )


def _first_known(*names: str) -> _OfTwo:
    return lambda kept, gone: {
        name: getattr(gone, name) for name in names if getattr(kept, name) is None and getattr(gone, name) is not None
    }


def _said_before_meant(kept: Row[Any], gone: Row[Any]) -> _Values:
    """Nobody hears twice what they have heard."""
    names = ("flow", "given", "due_at", "until", "state", "why", "settled_at")
    return {name: getattr(gone, name) for name in names} if gone.state == "said" != kept.state else {}


def _either_voice(kept: Row[Any], gone: Row[Any]) -> _Values:
    return {"has_voted": gone.has_voted, "choice": gone.choice} if gone.has_voted else {}


def _what_was_queued(kept: Row[Any], gone: Row[Any]) -> _Values:
    """A message that is on its way, or has gone, is theirs."""
    names = ("due_at", "outbox_id", "left_out")
    is_theirs = gone.outbox_id is not None and kept.outbox_id is None
    return {name: getattr(gone, name) for name in names} if is_theirs else {}


def _left_out_by_either(kept: Row[Any], gone: Row[Any]) -> _Values:
    return {"left_out": kept.left_out or gone.left_out}


def _own_word(kept: Row[Any], gone: Row[Any]) -> _Values:
    """A no to being asked is a no."""
    if False in (kept.agreed, gone.agreed):
        return {"agreed": False}
    return {"agreed": kept.agreed if kept.agreed is not None else gone.agreed}


def _blocked(connection: Connection, table: Table, gone_id: int, kept_id: int) -> None:
    """Whom they do not want to hear from, and who not from them; nobody blocks themselves."""
    both = (gone_id, kept_id)
    connection.execute(delete(table).where(table.c.person_id.in_(both), table.c.asker_id.in_(both)))
    for mine, other in ((table.c.person_id, table.c.asker_id), (table.c.asker_id, table.c.person_id)):
        known = set(connection.execute(select(other).where(mine == kept_id)).scalars())
        connection.execute(delete(table).where(mine == gone_id, other.in_(known)))


def _never_both(_connection: Connection, _table: Table, _gone_id: int, _kept_id: int) -> None:
    """`what_stands_between` has seen to it."""


_SETTLED: Mapping[Table, Callable[[Connection, Table, int, int], None]] = {
    HOLDER: _one_of("address_id", stays=_as_it_is),
    NUDGE: _one_of("about", stays=_said_before_meant),
    MEMBER: _one_of("project_id", stays=_first_known("lived_experience")),
    COMING: _one_of("meeting_id", stays=_newer("conversation_id", "version", "answer", "words")),
    VOTER: _one_of("vote_id", stays=_either_voice),
    MATE: _one_of("project_id", stays=_own_word),
    BLOCKED: _blocked,
    WISH: _one_of(stays=_first_known("way", "trusted_name", "trusted_number", "trusted_when")),
    SHOWN: _one_of(stays=_newer("shown")),
    RECIPIENT: _one_of("broadcast_id", stays=_what_was_queued),
    PICK: _one_of("broadcast_id", stays=_left_out_by_either),
    ALERT: _never_both,
}


# -- what must not come together -----------------------------------------------------------------------


def both_have_open_alerts(connection: Connection, first: int, second: int) -> bool:
    """Whether somebody looks after the safety of each, as of two."""
    query = select(func.count()).select_from(ALERT).where(ALERT.c.person_id.in_((first, second)), IS_OPEN)
    return connection.execute(query).scalar_one() == 2


def votes_of_both(connection: Connection, first: int, second: int) -> list[Row[Any]]:
    """The votes whose outcome would no longer be true: number, and whether it is counted.

    That is every vote that is not counted yet and in which both can vote, and one in which both have voted.
    """
    mine, theirs = VOTER.alias("mine"), VOTER.alias("theirs")
    query = (
        select(VOTE.c.number, VOTE.c.counted_at.is_not(None).label("is_counted"))
        .join(mine, and_(mine.c.vote_id == VOTE.c.id, mine.c.person_id == first))
        .join(theirs, and_(theirs.c.vote_id == VOTE.c.id, theirs.c.person_id == second))
        .where(or_(VOTE.c.counted_at.is_(None), mine.c.has_voted.is_(True) & theirs.c.has_voted.is_(True)))
    )
    return list(connection.execute(query.order_by(VOTE.c.number)))


def addresses_of_both(connection: Connection, first: int, second: int) -> list[str]:
    """Where both can be reached: two people who share a phone have two records, and should."""
    of_second = select(HOLDER.c.address_id).where(HOLDER.c.person_id == second)
    query = (
        select(ADDRESS.c.value)
        .join(HOLDER, HOLDER.c.address_id == ADDRESS.c.id)
        .where(HOLDER.c.person_id == first, HOLDER.c.address_id.in_(of_second))
    )
    return list(connection.execute(query).scalars())


# -- the person, and what they have under way ---------------------------------------------------------


def _row(connection: Connection, person_id: int) -> Row[Any]:
    return connection.execute(select(PERSON).where(PERSON.c.id == person_id)).one()


def _of_two_people(kept: Row[Any], gone: Row[Any]) -> _Values:
    """What the kept row says afterwards; where they differ, what is the more careful for them."""
    values = _first_known("called", "language", "invited_by", "preferred_address_id")(kept, gone)
    if gone.role == "coordinator":
        values["role"] = "coordinator"
    values["created_at"] = min(kept.created_at, gone.created_at)
    values["safe_to_text"] = _strictest((False, True, None), kept.safe_to_text, gone.safe_to_text)
    values["sharing"] = _strictest(("life", "ask", "always", None), kept.sharing, gone.sharing)
    values |= _latest(kept, gone, "offered_help_at") | _latest(kept, gone, "paused_until")
    if gone.joined_at is not None and (kept.joined_at is None or gone.joined_at < kept.joined_at):
        values["joined_at"] = gone.joined_at
    if kept.joined_at is None and gone.joined_at is not None:
        rhythm = ("every_days", "days", "minute", "on", "due_at", "waits_for")
        values |= {f"check_in_{name}": getattr(gone, f"check_in_{name}") for name in rhythm}
        values |= {name: getattr(gone, name) for name in ("zone", *QUIET)}
    return values


def _strictest(order: tuple[Any, ...], *said: Any) -> Any:
    return min(said, key=order.index)


def _latest(kept: Row[Any], gone: Row[Any], name: str) -> _Values:
    known: list[datetime] = [each for each in (getattr(kept, name), getattr(gone, name)) if each is not None]
    return {name: max(known)} if known else {}


def _let_stop_hold(connection: Connection, person_id: int) -> None:
    """STOP holds everywhere: also where nothing has come from since they said it by the other record."""
    theirs = ADDRESS.c.id.in_(select(HOLDER.c.address_id).where(HOLDER.c.person_id == person_id))
    said = connection.execute(select(func.max(ADDRESS.c.stopped_at)).where(theirs)).scalar()
    if said is not None:
        since = or_(ADDRESS.c.last_heard_at.is_(None), ADDRESS.c.last_heard_at <= said)
        connection.execute(update(ADDRESS).where(theirs, ADDRESS.c.stopped_at.is_(None), since).values(stopped_at=said))


def _settle_offers(connection: Connection, gone_id: int, kept_id: int) -> None:
    """Nobody is asked twice about a task, nor about one that they have."""
    both, open_ones = (gone_id, kept_id), OFFER.c.state.in_(("waiting", "asked"))
    held = select(TASK.c.id).where(TASK.c.holder_id.in_(both))
    offered = select(OFFER.c.task_id).where(OFFER.c.person_id == kept_id, open_ones)
    theirs = (OFFER.c.person_id.in_(both), open_ones)
    connection.execute(update(OFFER).where(*theirs, OFFER.c.task_id.in_(held)).values(state="gone"))
    again = (OFFER.c.person_id == gone_id, open_ones, OFFER.c.task_id.in_(offered.scalar_subquery()))
    ids = list(connection.execute(select(OFFER.c.id).where(*again)).scalars())
    connection.execute(update(OFFER).where(OFFER.c.id.in_(ids)).values(state="taken back"))


def _end_conversations_of_the_same_kind(connection: Connection, gone_id: int, kept_id: int) -> None:
    """Two open check-ins of one person are one too many; a talk about danger is never ended."""
    flows = select(CONVERSATION.c.flow).where(CONVERSATION.c.person_id == kept_id, OPEN)
    known = list(connection.execute(flows).scalars())
    ended = (CONVERSATION.c.person_id == gone_id, OPEN, CONVERSATION.c.flow.in_(known), CONVERSATION.c.flow != "safety")
    connection.execute(update(CONVERSATION).where(*ended).values(state="ended"))
