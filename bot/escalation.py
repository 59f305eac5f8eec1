"""Going on until somebody acknowledges: a job without arguments that finds which alerts are due, and tells the next.

First everybody on call (in a gap of the rota: the lead and the deputy), then the deputy, then the lead and the
manager, each once and with the time that the configuration gives them; then all of them again each hour. Where a
message to one of them fails, the next is told at once. It never closes anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.by_itself import ByItself
from bot.clock import Clock
from bot.logs import where
from bot.own_alerts import whose_own
from bot.reaching import where_they_wrote_from, why_not_to_write
from bot.sitting import Sitting, Voice
from bot.telling import THEM, reason_in_words, tell, tell_them
from bot.times import after_quiet_hours
from storage import alerts, taking_over
from storage.alert_notices import follow_answers, new_fates, take_fate, unfollowed_alerts
from storage.alerts import AlertRecord
from storage.desk import Desk
from storage.forgetting import who_is_leaving
from storage.store import Store, StoreClosed
from storage.tables import Lane

log = logging.getLogger(__name__)
AT_ONCE = 100
EVERYBODY_AGAIN_AFTER = timedelta(hours=1)
NOBODY_YET = "told that nobody has answered yet"
SILENT_FOR = timedelta(days=1)  # a coordinator who has taken over and then writes nothing: given back


@dataclass(frozen=True)
class Due:
    """Something to do now: which kind of thing, and the row it is about."""

    what: str
    id: int


class Escalation(ByItself):
    """Tells the next person of every alert that nobody has acknowledged in time.

    Any process may run it at any moment: alerts are locked while it works on them.
    """

    def __init__(self, store: Store, voice: Voice, clock: Clock, wake: Callable[[set[str]], None]) -> None:
        super().__init__(store, voice, clock, wake)
        self._running: set[asyncio.Task[None]] = set()

    async def find_due(self) -> int:
        """Do everything that is due now; how much that was. What breaks is logged, and holds nothing else up."""
        due = await self._store.run(_what_is_due, self._clock(), by="alerts")
        done = [await self._did(each) for each in due]
        return sum(done)

    async def _did(self, due: Due) -> bool:
        try:
            self._wake(await self._store.run(self._do, due, by="alerts"))
        except StoreClosed:
            return False  # what is due stays due; the next process finds it
        except Exception as problem:
            log.error("alert broke", extra={"job": due.what, "row": due.id, "problem": where(problem)})
            return False
        return True

    def soon(self) -> None:
        """Look at once: an alert has just been raised."""
        task = asyncio.get_running_loop().create_task(self._look())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _look(self) -> None:
        with contextlib.suppress(StoreClosed, SQLAlchemyError):  # what is due stays due for the job
            await self.find_due()

    def _do(self, connection: Connection, items: Sequence[Due]) -> list[set[str]]:
        desk = Desk(connection, self._clock())
        for each in items:
            _DOES[each.what](desk, self._voice, each.id)
        desk.put_away()
        return [desk.senders] * len(items)


def _what_is_due(connection: Connection, moments: Sequence[datetime]) -> list[list[Due]]:
    return [_due_at(connection, moment) for moment in moments]


def _due_at(connection: Connection, now: datetime) -> list[Due]:
    return [
        *(Due("follow", each) for each in unfollowed_alerts(connection, AT_ONCE)),
        *(Due("tell", each) for each in alerts.due_alerts(connection, now, AT_ONCE)),
        *(Due("fate", each) for each in new_fates(connection, now, AT_ONCE)),
        *(Due("silent", each) for each in taking_over.silent_since(connection, now - SILENT_FOR, AT_ONCE)),
    ]


def _follow(desk: Desk, voice: Voice, alert_id: int) -> None:
    alert = alerts.alert_with_id(desk.connection, alert_id)
    if alert is not None and alert.unfollowed_since is not None:
        follow_answers(desk.connection, alert, desk.now)


def _tell_next(desk: Desk, voice: Voice, alert_id: int) -> None:
    """Tell whoever is next, and set when the one after that is due."""
    alert = alerts.alert_with_id(desk.connection, alert_id)
    if alert is None or alert.due_at is None or alert.due_at > desk.now:
        return  # another process was faster, or somebody acknowledged
    care, told = voice.house.safeguarding, alerts.who_was_told(desk.connection, alert)
    themselves = whose_own(desk.connection, care, alert)
    names = care.next_told(desk.now, {*told, *themselves})
    if not told and not care.rota.on_call(desk.now):
        alerts.record(desk.connection, alert.id, desk.now, "nobody is on call")
    lost = alerts.why_not_delivered(desk.connection, alert)
    everybody = dict.fromkeys([*told, *care.everybody(desk.now)])
    for name in names or (name for name in everybody if name not in themselves):
        tell(desk, voice, alert, name, "alert" if names else "still")
        if lost is not None and names:
            _tell_of_lost_answer(desk, voice, alert, name, lost)
    more = names and care.next_told(desk.now, {*told, *names, *themselves})
    if told and not more and care.rota.on_call(desk.now):  # in a gap they have heard until when nobody may see it
        _say_that_nobody_has_answered(desk, voice, alert)
    pause = care.acknowledge_within if more else EVERYBODY_AGAIN_AFTER
    alerts.change_alert(desk.connection, alert, due_at=desk.now + pause)


def _say_that_nobody_has_answered(desk: Desk, voice: Voice, alert: AlertRecord) -> None:
    """Everybody is told now and nobody has it: who waits for us is not left in silence. Once for an alert."""
    if alerts.has_happened(desk.connection, alert, NOBODY_YET, THEM) is not None:
        return
    if alert.person_id in who_is_leaving(desk.connection):
        return  # they were promised that we say nothing first any more
    person = alerts.person_in_danger(desk.connection, alert)
    address = alerts.address_with_id(desk.connection, alert.address_id)
    if why_not_to_write(person, address, alert, desk.now) is None:
        tell_them(desk, voice, alert, "nobody-yet", NOBODY_YET)


def _write_down(desk: Desk, voice: Voice, outbox_id: int) -> None:
    """Put into the record what has become of a message; where it is lost, see to it that somebody knows."""
    fate = take_fate(desk.connection, outbox_id)
    if fate is None:
        return
    reason = reason_in_words(fate.reason) if fate.state in alerts.LOST else None
    about = {"who": fate.who, "outbox_id": fate.outbox_id, "note": reason}
    alerts.record(desk.connection, fate.alert_id, desk.now, fate.state, **about)
    alert = alerts.alert_with_id(desk.connection, fate.alert_id)
    if reason is None or alert is None or alert.closed_at is not None:
        return
    if fate.who == THEM:
        for name in [alert.has_it] if alert.has_it else alerts.who_was_told(desk.connection, alert):
            _tell_of_lost_answer(desk, voice, alert, name, reason)
    elif alert.state == "raised" and fate.what == "told":
        _next_at_once(desk, voice, alert)
    elif fate.who == alert.has_it:
        alerts.change_alert(desk.connection, alert, state="raised", since=desk.now, due_at=desk.now)


def _next_at_once(desk: Desk, voice: Voice, alert: AlertRecord) -> None:
    """Whoever should have been told can't be: the next one is due; when all have been told, the hour stands."""
    care = voice.house.safeguarding
    told = {*alerts.who_was_told(desk.connection, alert), *whose_own(desk.connection, care, alert)}
    if care.next_told(desk.now, told):
        alerts.change_alert(desk.connection, alert, due_at=desk.now)


def _tell_of_lost_answer(desk: Desk, voice: Voice, alert: AlertRecord, who: str, reason: str) -> None:
    """Our message has not reached the person in danger: a coordinator hears so, with the next step."""
    key = "not-delivered" if alert.may_text else "not-delivered-discreet"
    tell(desk, voice, alert, who, key, "told of it", reason=reason)


def _give_back(desk: Desk, voice: Voice, person_id: int) -> None:
    """The coordinator who took over has written nothing for a day: the bot answers again, and a person looks at it."""
    desk.fetch_people([person_id])
    person = desk.person(person_id)
    if person is None or person.taken_over_at is None or person.taken_over_at > desk.now - SILENT_FOR:
        return
    reader = taking_over.who_reads(desk.connection, person_id)
    alert = alerts.open_alert(desk.connection, person_id)
    name = reader.name if reader is not None else taking_over.SOMEBODY
    taking_over.give_back(desk, person_id, name, taking_over.SILENT)
    desk.add_to_inbox(person_id=person_id, why="taken over, then a day of silence", note=name)
    if alert is not None:
        alerts.record(desk.connection, alert.id, desk.now, taking_over.SILENT, who=name)
    was_never_told = taking_over.take_back_what_was_not_said(desk.connection, person_id)
    address = where_they_wrote_from(desk.addresses_of(person), person.preferred_address_id)
    if address is None or was_never_told or why_not_to_write(person, address, alert, desk.now) is not None:
        return
    sitting = Sitting(desk, person, address, voice, Lane.REMINDER)
    sitting.say("alerts.computer-again", name=name)
    sitting.answer(not_before=after_quiet_hours(desk.now, person))


_DOES = {"follow": _follow, "tell": _tell_next, "fate": _write_down, "silent": _give_back}
