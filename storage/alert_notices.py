"""What was sent about an alert, followed in the outbox until its fate is in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, insert, select, update

from storage.alerts import ALERT, AlertRecord, change_alert, record
from storage.desk import OUTBOX
from storage.tables import AlertNotice, Lane

NOTICE: Table = AlertNotice.__table__  # type: ignore[attr-defined]
FOLLOWED_FOR = timedelta(days=1)
"""How long what becomes of a message is looked for: the providers report within a day, or never."""
FATES = ("sent", "delivered", "failed", "unknown", "withdrawn")


@dataclass(frozen=True)
class Fate:
    """What has become of a message about an alert, which the record does not say yet."""

    alert_id: int
    outbox_id: int
    who: str
    what: str
    state: str
    reason: str | None


def follow(connection: Connection, alert_id: int, outbox_id: int, who: str, what: str, now: datetime) -> None:
    """Follow a message in the outbox: its fate will be written into the record."""
    row = {"outbox_id": outbox_id, "alert_id": alert_id, "who": who, "what": what, "state": "queued"}
    connection.execute(insert(NOTICE), row | {"follow_until": now + FOLLOWED_FOR})


def unfollowed_alerts(connection: Connection, limit: int) -> list[int]:
    """The ids of alerts about which we have answered the person since their answers were last followed."""
    query = select(ALERT.c.id).where(ALERT.c.unfollowed_since.is_not(None)).limit(limit)
    return list(connection.execute(query).scalars())


def follow_answers(connection: Connection, alert: AlertRecord, now: datetime) -> None:
    """Follow what we have answered the person in danger."""
    query = select(OUTBOX.c.id).where(
        OUTBOX.c.person_id == alert.person_id,
        OUTBOX.c.lane == int(Lane.DANGER),
        OUTBOX.c.created_at >= alert.unfollowed_since,
        ~select(NOTICE.c.outbox_id).where(NOTICE.c.outbox_id == OUTBOX.c.id).exists(),
    )
    for outbox_id in connection.execute(query).scalars().all():
        follow(connection, alert.id, outbox_id, "them", "answer", now)
        record(connection, alert.id, now, "answered", who="them", outbox_id=outbox_id)
    change_alert(connection, alert, unfollowed_since=None)


def new_fates(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The ids of followed messages of which something has become that the record does not say yet."""
    query = (
        select(NOTICE.c.outbox_id)
        .join(OUTBOX, OUTBOX.c.id == NOTICE.c.outbox_id)
        .where(NOTICE.c.follow_until > now, NOTICE.c.state != OUTBOX.c.state, OUTBOX.c.state.in_(FATES))
        .order_by(NOTICE.c.outbox_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def take_fate(connection: Connection, outbox_id: int) -> Fate | None:
    """What has become of a followed message; None: nothing that was not given before."""
    query = (
        select(NOTICE.c.alert_id, NOTICE.c.outbox_id, NOTICE.c.who, NOTICE.c.what, OUTBOX.c.state, OUTBOX.c.reason)
        .join(OUTBOX, OUTBOX.c.id == NOTICE.c.outbox_id)
        .where(NOTICE.c.outbox_id == outbox_id, NOTICE.c.state != OUTBOX.c.state, OUTBOX.c.state.in_(FATES))
        .with_for_update(of=NOTICE)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    connection.execute(update(NOTICE).where(NOTICE.c.outbox_id == outbox_id).values(state=row.state))
    return Fate(*row)
