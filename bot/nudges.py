"""Nudges: what we say first besides check-ins, once for each person and thing, when it suits them."""

from __future__ import annotations

import logging
from collections.abc import Sequence, Set
from datetime import timedelta

from sqlalchemy import Connection

from bot.by_itself import ByItself
from bot.logs import where
from bot.not_joined import NOT_JOINED, has_not_joined
from bot.sitting import Sitting, Voice
from bot.writing_first import (
    AT_LEAST,
    IN_CONVERSATION,
    LEFT_IN_PEACE,
    Held,
    in_a_hard_moment,
    is_long_silent,
    outside_quiet_hours,
    where_to_write,
)
from storage.alerts import in_open_alerts
from storage.desk import Desk
from storage.forgetting import ASKED_TO_BE_FORGOTTEN, who_is_leaving
from storage.nudges import DueNudge, due_nudges, put_nudge_off, settle_nudge
from storage.records import AddressRecord, PersonRecord
from storage.tables import Lane

log = logging.getLogger(__name__)
AT_ONCE = 200
BROKE = "we broke over this"
LOOK_AGAIN = timedelta(days=1)  # at somebody who has been silent for so long that we don't know whose number it is

NO_LONGER = "it no longer applied"


class Nudges(ByItself):
    """Finds what is due to be said, and says it or writes down what holds it back."""

    async def find_due(self) -> int:
        """Say everything that is due now; how many nudges were looked at."""
        looked_at = 0
        while True:
            try:
                found = await self._say(AT_ONCE)
            except Exception as problem:
                log.error("nudges broke, one by one now", extra={"problem": where(problem)})
                return looked_at + await self._one_by_one()
            looked_at += found
            if found < AT_ONCE:
                return looked_at

    async def _one_by_one(self) -> int:
        """One that we break over must not hold up the others: it is put off, and the coordinator sees why."""
        looked_at = 0
        while True:
            try:
                found = await self._say(1)
            except Exception as problem:
                log.error("nudge put off", extra={"problem": where(problem)})
                found = await self._store.run(self._give_up, None)
            looked_at += found
            if found == 0:
                return looked_at

    async def _say(self, limit: int) -> int:
        found, senders = await self._store.run(self._batch, limit)
        self._wake(senders)
        return found

    def _batch(self, connection: Connection, limits: Sequence[int]) -> list[tuple[int, set[str]]]:
        desk = Desk(connection, self._clock())
        due = due_nudges(connection, desk.now, limits[0])
        desk.fetch_people(sorted({each.person_id for each in due}))
        leaving = who_is_leaving(connection) if due else set()
        in_danger = in_open_alerts(connection, {each.person_id for each in due})
        for nudge in due:
            _nudge(desk, nudge, self._voice, leaving, in_danger)
        desk.put_away()
        return [(len(due), desk.senders)] * len(limits)

    def _give_up(self, connection: Connection, items: Sequence[None]) -> list[int]:
        """Try again tomorrow: what is wrong may have been mended by then; past its time it is left unsaid."""
        now = self._clock()
        due = due_nudges(connection, now, 1)
        for nudge in due:
            if now + LOOK_AGAIN > nudge.until:
                settle_nudge(connection, nudge.id, "left unsaid", now, BROKE)
            else:
                put_nudge_off(connection, nudge.id, now + LOOK_AGAIN, BROKE)
        return [len(due)] * len(items)


def _nudge(desk: Desk, nudge: DueNudge, voice: Voice, leaving: Set[int], in_danger: Set[int]) -> None:
    """Say it now, put it off, or leave it unsaid; either way it is no longer due."""
    person = desk.person(nudge.person_id)
    found = Held(ASKED_TO_BE_FORGOTTEN) if nudge.person_id in leaving else _where(desk, person, in_danger)
    if isinstance(found, Held) and found.why == IN_CONVERSATION and _is_too_late(found, nudge):
        found = _where(desk, person, in_danger, AT_LEAST)
    if isinstance(found, AddressRecord) and person is not None and desk.now <= nudge.until:
        if _say(desk, nudge, person, found, voice):
            settle_nudge(desk.connection, nudge.id, "said", desk.now)
        else:
            settle_nudge(desk.connection, nudge.id, "left unsaid", desk.now, NO_LONGER)
        return
    held = found if isinstance(found, Held) else Held("its time had passed")
    if held.until is None or _is_too_late(held, nudge):
        settle_nudge(desk.connection, nudge.id, "left unsaid", desk.now, held.why)
    else:
        put_nudge_off(desk.connection, nudge.id, held.until, held.why)


def _is_too_late(held: Held, nudge: DueNudge) -> bool:
    return held.until is not None and held.until > nudge.until


def _where(
    desk: Desk, person: PersonRecord | None, in_danger: Set[int], left_in_peace: timedelta = LEFT_IN_PEACE
) -> AddressRecord | Held:
    if person is None:
        return Held("they are no longer known")
    if has_not_joined(person):
        return Held(NOT_JOINED)
    found = where_to_write(desk, person, left_in_peace)
    if isinstance(found, AddressRecord) and person.role == "volunteer" and is_long_silent(desk, found):
        return Held("not heard from for 90 days", desk.now + LOOK_AGAIN)
    return in_a_hard_moment(desk, person) if isinstance(found, AddressRecord) and person.id in in_danger else found


def _say(desk: Desk, nudge: DueNudge, person: PersonRecord, address: AddressRecord, voice: Voice) -> bool:
    """Whether there still was anything to say."""
    sitting = Sitting(desk, person, address, voice, Lane.REMINDER)
    sitting.begin(nudge.flow, **nudge.given)
    return sitting.answer(**outside_quiet_hours(desk, person))
