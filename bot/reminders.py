"""Writing first: who is due for a check-in, in their own time, outside their quiet hours, once.

A reminder never interrupts a conversation that is less than a day old, never wakes anybody, and never reaches
somebody who said STOP or PAUSE; whatever holds it back is written down where a coordinator can see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.clock import Clock
from bot.sitting import Sitting, Voice
from bot.times import plan_check_in
from bot.writing_first import is_long_silent, outside_quiet_hours, where_to_write
from flows.conversation import Say
from storage.desk import Desk
from storage.people import who_is_due
from storage.records import AddressRecord, PersonRecord
from storage.store import Store
from storage.tables import Lane

AT_ONCE = 200


class Reminders:
    """Finds who is due and begins their check-ins.

    Args:
        store: Where it is committed.
        voice: The words and the house.
        clock: What time it is.
        wake: Called with the names of the senders that have something to send.
        news: What everybody is told this week in their ordinary message, whoever they are: of answers to feedback, and
            of what was done with it.
    """

    def __init__(
        self,
        store: Store,
        voice: Voice,
        clock: Clock,
        wake: Callable[[set[str]], None],
        news: Callable[[datetime], Sequence[Say]] = lambda now: (),
    ) -> None:
        self._news = news
        self._store = store
        self._voice = voice
        self._clock = clock
        self._wake = wake

    async def find_due(self) -> int:
        """Begin every check-in that is due now; how many people were looked at."""
        looked_at = 0
        while True:
            found, senders = await self._store.run(self._batch, None)
            self._wake(senders)
            looked_at += found
            if found < AT_ONCE:
                return looked_at

    def _batch(self, connection: Connection, items: Sequence[None]) -> list[tuple[int, set[str]]]:
        desk = Desk(connection, self._clock())
        ids = who_is_due(connection, desk.now, AT_ONCE)
        desk.fetch_people(ids)
        news = self._news(desk.now) if ids else ()
        for person in filter(None, map(desk.person, ids)):
            if person.check_in_due_at is not None and person.check_in_due_at <= desk.now:
                remind(desk, person, self._voice, news)
        desk.put_away()
        return [(len(ids), desk.senders)] * len(items)


def remind(desk: Desk, person: PersonRecord, voice: Voice, news: Sequence[Say] = ()) -> None:
    """Begin a person's check-in now, or put it off and say why; either way it is no longer due."""
    found = where_to_write(desk, person)
    if isinstance(found, AddressRecord):
        _begin(desk, person, found, voice, news)
        plan_check_in(desk, person, person.check_in_every_days or 7)
    elif found.until is None or found.why == "paused":
        plan_check_in(desk, person, person.check_in_every_days or 7)
        desk.change(person, check_in_waits_for=found.why)
    else:
        desk.change(person, check_in_due_at=found.until, check_in_waits_for=found.why)


def _begin(desk: Desk, person: PersonRecord, address: AddressRecord, voice: Voice, news: Sequence[Say]) -> None:
    for conversation in desk.open_conversations(person):
        if conversation.flow in ("check-in", "still-you"):
            desk.change(conversation, state="expired")
    sitting = Sitting(desk, person, address, voice, Lane.REMINDER)
    sitting.begin("still-you" if is_long_silent(desk, address) else "check-in")
    for each in news:
        sitting.say(each.key, **each.values)
    desk.change(address, speaker_id=person.id, speaker_since=desk.now)
    sitting.answer(**outside_quiet_hours(desk, person))
