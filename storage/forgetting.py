"""Forgetting somebody: everything that `storage.about_people` says is deleted, in the caller's transaction.

What must stay for a moment is in `leaving`: somebody whom an open alert needs, and an address that our last message is
on its way to. An address that has said STOP stays for ever, without anything else about anybody, because otherwise
the next list of numbers would have it texted again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.about_people import ABOUT_PEOPLE, LEAVING, addresses_of
from storage.alerts import ALERT, IS_OPEN
from storage.desk import ADDRESS, HOLDER, INBOX, MESSAGE, ON_ITS_WAY, OUTBOX, PERSON
from storage.hand_offs import forget_in_tasks
from storage.nudges import NUDGE, WAITING
from storage.tables import SEVERAL, new_id

LONGEST_WAIT = timedelta(days=1)  # for our last message; after that it goes with the address
ASKED_TO_BE_FORGOTTEN = "asked to be forgotten"  # why something is left unsaid
NEVER_DONE = ("said in danger",)
_ALL_THAT_LEAVES = select(LEAVING).order_by(LEAVING.c.id)


def what_holds(connection: Connection, person_id: int) -> bool:
    """Whether somebody still looks after this person's safety: an open alert, or words of danger that wait."""
    alert = select(ALERT.c.id).where(ALERT.c.person_id == person_id, IS_OPEN)
    danger = or_(INBOX.c.why.startswith("danger: "), INBOX.c.why.in_(NEVER_DONE))
    waits = select(INBOX.c.id).where(INBOX.c.person_id == person_id, INBOX.c.done_at.is_(None), danger)
    return connection.execute(select(or_(alert.exists(), waits.exists()))).scalar_one()


def lock(connection: Connection, person_id: int) -> None:
    """Let nothing new be written about somebody meanwhile; in the order in which a batch of messages locks."""
    connection.execute(
        select(ADDRESS.c.id).where(ADDRESS.c.id.in_(addresses_of(person_id))).order_by(ADDRESS.c.id).with_for_update()
    )
    connection.execute(select(PERSON.c.id).where(PERSON.c.id == person_id).with_for_update())


def alerts_about(connection: Connection, person_id: int) -> set[str]:
    """What the alerts were about that were ever raised for them."""
    return set(connection.execute(select(ALERT.c.topic).where(ALERT.c.person_id == person_id)).scalars())


def forget_later(connection: Connection, person_id: int, now: datetime) -> None:
    """Forget somebody as soon as nobody looks after their safety any more; until then we say nothing first."""
    quiet = {"check_in_every_days": None, "check_in_on": None, "check_in_due_at": None}
    connection.execute(update(PERSON).where(PERSON.c.id == person_id).values(**quiet))
    left = {"state": "left unsaid", "settled_at": now, "why": ASKED_TO_BE_FORGOTTEN}
    connection.execute(update(NUDGE).where(NUDGE.c.person_id == person_id, WAITING).values(**left))
    if connection.execute(select(LEAVING.c.id).where(LEAVING.c.person_id == person_id)).first() is None:
        _enter(connection, now, person_id=person_id)


def who_is_leaving(connection: Connection) -> set[int]:
    """The ids of those whom an open alert still keeps: we have told them that we say nothing first."""
    return set(connection.execute(select(LEAVING.c.person_id).where(LEAVING.c.person_id.is_not(None))).scalars())


def erase(connection: Connection, person_id: int, now: datetime) -> None:
    """Delete everything about a person that may go, and tell the inbox that somebody has gone, not who.

    On a shared phone only what is theirs goes. Their row must be locked.
    """
    just_heard = MESSAGE.c.person_id == person_id, MESSAGE.c.at == now
    nothing = {"person_id": None, "text": "", "reference": None, "conversation_id": None}
    connection.execute(update(MESSAGE).where(*just_heard).values(**nothing))  # delivered again, it is still known
    theirs = list(connection.execute(addresses_of(person_id)).scalars())
    forget_in_tasks(connection, person_id)
    for kept in reversed(ABOUT_PEOPLE):  # who is whose goes last
        if not kept.stays and kept.table is not ADDRESS:
            connection.execute(delete(kept.table).where(kept.whose(person_id)))
    lists = OUTBOX.c.about_id == SEVERAL, OUTBOX.c.state.not_in(("queued", "sending"))
    connection.execute(delete(OUTBOX).where(*lists))
    spoke_last = {"speaker_id": None, "speaker_since": None, "last_heard_at": None}
    spoke = ADDRESS.c.id.in_(theirs), ADDRESS.c.speaker_id == person_id
    connection.execute(update(ADDRESS).where(*spoke).values(**spoke_last))
    for address_id in theirs:
        _enter(connection, now, address_id=address_id)
    gone = {"id": new_id(), "person_id": None, "message_id": None, "why": "somebody was forgotten", "at": now}
    connection.execute(insert(INBOX), gone)


def _enter(connection: Connection, now: datetime, person_id: int | None = None, address_id: int | None = None) -> None:
    row = {"id": new_id(), "person_id": person_id, "address_id": address_id, "since": now}
    connection.execute(insert(LEAVING), row)


def let_go(connection: Connection, now: datetime) -> bool:
    """Delete what waited and may go now; whether anything did."""
    went, leaving = False, connection.execute(_ALL_THAT_LEAVES).all()
    for person_id in [row.person_id for row in leaving if row.person_id is not None]:
        lock(connection, person_id)
        if not what_holds(connection, person_id):
            erase(connection, person_id, now)
            went = True
    for row in connection.execute(_ALL_THAT_LEAVES).all() if went else leaving:
        if row.address_id is not None and _may_go(connection, row.address_id, row.since, now):
            _let_address_go(connection, row.address_id, row.since)
            connection.execute(delete(LEAVING).where(LEAVING.c.id == row.id))
            went = True
    return went


def _may_go(connection: Connection, address_id: int, since: datetime, now: datetime) -> bool:
    last = select(OUTBOX.c.id).where(OUTBOX.c.address_id == address_id, ON_ITS_WAY, OUTBOX.c.created_at <= since)
    return now - since > LONGEST_WAIT or connection.execute(last).first() is None


def _let_address_go(connection: Connection, address_id: int, since: datetime) -> None:
    """The address, and what was said there that is nobody's; it stays as it is where somebody holds it."""
    for table, at in ((OUTBOX, OUTBOX.c.created_at), (MESSAGE, MESSAGE.c.at)):
        nobodys = table.c.person_id.is_(None), table.c.address_id == address_id, at <= since
        connection.execute(delete(table).where(*nobodys))
    held = select(HOLDER.c.address_id).where(HOLDER.c.address_id == address_id)
    left = ADDRESS.c.id == address_id, ~held.exists()
    connection.execute(delete(ADDRESS).where(*left, ADDRESS.c.stopped_at.is_(None)))
    nothing_else = {"created_at": ADDRESS.c.stopped_at, "last_heard_at": None, "unsettled": None}
    connection.execute(update(ADDRESS).where(*left).values(**nothing_else))
