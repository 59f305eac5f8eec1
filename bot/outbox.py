"""Out again: one loop a sender takes what is next, keeps the pace, and writes down honestly what became of it.

Four lanes; a higher one overtakes, so a reply never waits behind a broadcast. Only as much is taken from the
outbox as may leave at this moment: what has not been taken can still be overtaken.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.channels import REASONS, Button, Channel, Outgoing, Reason, Retry, SendFailed, Sent
from bot.clock import Clock
from bot.logs import where
from storage.outbox import Claim, Claimed, Settled, claim, ids_of_others, settle, under_way
from storage.store import Store
from storage.tables import Lane

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 1.0  # for what another process queued, or what was held back until now
BURST_SECONDS = 0.02  # how much of a sender's pace may leave at once
CATCH_UP_SECONDS = 0.02  # and how much of it may be made up for, where asking the database took that long
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 900.0
MOST_ATTEMPTS = 8  # about half an hour
OUR_FAULT_PAUSE_SECONDS = 60.0
LIST_AFTER_SECONDS = 10.0  # a provider's list may lag behind what it has accepted
LEFT_BEHIND_SECONDS = 60.0  # what is under way for so long has lost whoever sent it
STOP_SECONDS = 3.0  # for what is under way when the service ends


class Sender:
    """Sends for one of our numbers or bots; only one process may run it at a time (see `storage.leases`).

    Args:
        channel: How to send.
        store: Where to take from and to settle in.
        clock: What time it is.
        list_after_seconds: How long after a cut-off send the provider is asked what became of it.
    """

    def __init__(
        self, channel: Channel, store: Store, clock: Clock, list_after_seconds: float = LIST_AFTER_SECONDS
    ) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._list_after_seconds = list_after_seconds
        self._something_new = asyncio.Event()
        self._sending: dict[asyncio.Task[None], int] = {}  # and which message
        self._unsure: dict[asyncio.Task[None], int] = {}
        self._looked_at = 0.0  # by the monotonic clock, as the following
        self._free_at = 0.0  # by the monotonic clock: when the sender's pace allows the next message
        self._address_free_at: dict[int, float] = {}
        self._stopping = asyncio.Event()
        self._stops_at = 0.0  # by the event loop's clock
        self._not_running = asyncio.Event()
        self._not_running.set()

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._something_new.set()

    async def run(self) -> None:
        """Send until `stop`; begins with what was under way when the last process died."""
        self._not_running.clear()
        try:
            await self._follow_up_what_was_left(timedelta.min)
            while not self._stopping.is_set():
                if time.monotonic() > self._looked_at + LEFT_BEHIND_SECONDS:
                    await self._follow_up_what_was_left(timedelta(seconds=LEFT_BEHIND_SECONDS))
                self._something_new.clear()
                if not await self._send_next():
                    await self._rest()
        finally:
            self._not_running.set()
            self._forget_what_is_unsure()

    async def stop(self) -> None:
        """Take nothing more, let what is under way finish; what is not sure yet is followed up after a restart.

        The channel stays open: what goes past the outbox may still be on its way. Called again, it waits no longer.
        """
        if not self._stopping.is_set():
            self._stops_at = asyncio.get_running_loop().time() + STOP_SECONDS
        self._stopping.set()
        self.wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._stops_at):
                await self._not_running.wait()  # it may just be taking some more
                if self._sending:
                    await asyncio.wait(self._sending)
        self._forget_what_is_unsure()

    # -- taking ----------------------------------------------------------------------------------------

    async def _send_next(self) -> bool:
        """Take what may leave now and send it; whether anything was there."""
        now = time.monotonic()
        limit = min(self._allowed_at(now), self._channel.pace.at_once - len(self._sending))
        if limit < 1:
            return False
        wish = Claim(self._channel.sender, self._clock(), limit, self._busy(now))
        messages = await self._store.run(claim, wish)
        for message in messages:
            self._spend(message)
            task = asyncio.create_task(self._send(message))
            self._sending[task] = message.id
            task.add_done_callback(self._sent_one)
        return bool(messages)

    def _allowed_at(self, now: float) -> int:
        """How many messages the pace allows at this moment."""
        if self._free_at > now:
            return 0
        return max(1, round(self._channel.pace.units_per_second * BURST_SECONDS))

    def _busy(self, now: float) -> tuple[int, ...]:
        self._address_free_at = {who: free for who, free in self._address_free_at.items() if free > now}
        return tuple(sorted(self._address_free_at))

    def _spend(self, message: Claimed) -> None:
        pace, now = self._channel.pace, time.monotonic()
        units = self._channel.units(_outgoing(message))
        self._free_at = max(self._free_at, now - CATCH_UP_SECONDS) + units / pace.units_per_second
        if pace.per_address_seconds:
            self._address_free_at[message.address_id] = now + pace.per_address_seconds

    def _sent_one(self, task: asyncio.Task[None]) -> None:
        del self._sending[task]
        self.wake()

    async def _rest(self) -> None:
        """Wait until there is something new or the pace allows more."""
        now = time.monotonic()
        seconds = LOOK_AGAIN_SECONDS
        if len(self._sending) < self._channel.pace.at_once:
            if self._free_at > now:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), min(self._free_at - now, OUR_FAULT_PAUSE_SECONDS))
                return
            if self._address_free_at:
                seconds = max(0.005, min(min(self._address_free_at.values()) - now, seconds))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._something_new.wait(), seconds)

    # -- sending ---------------------------------------------------------------------------------------

    async def _send(self, message: Claimed) -> None:
        try:
            sent = await self._channel.send(_outgoing(message))
        except SendFailed as failure:
            if failure.retry is Retry.UNKNOWN:
                self._follow_up(message)
            else:
                await self._settle(self._after_failure(message, failure))
        except Exception as problem:
            log.error("sending broke", extra={"sender": self._channel.sender, "problem": where(problem)})
            self._follow_up(message)
        else:
            await self._settle(self._sent(message, sent))

    def _after_failure(self, message: Claimed, failure: SendFailed) -> Settled:
        """Try again later where that can help; otherwise it has failed, and a person is told."""
        now = self._clock()
        extra = {"sender": self._channel.sender, "reason": failure.reason.value, "code": failure.code}
        if failure.our_fault:
            log.error("could not send", extra=extra)
            self._free_at = time.monotonic() + OUR_FAULT_PAUSE_SECONDS
        if failure.reason is Reason.TOO_FAST:
            self._free_at = max(self._free_at, time.monotonic() + (failure.after_seconds or 1.0))
        if failure.retry is Retry.LATER and (message.attempts < MOST_ATTEMPTS or failure.our_fault):
            pause = failure.after_seconds or _pause_seconds(message.attempts)
            return Settled(message, "queued", now, reason=failure.reason, not_before=now + timedelta(seconds=pause))
        log.info("failed", extra=extra)
        return Settled(
            message,
            "failed",
            now,
            reason=failure.reason,
            closes_address=failure.reason if failure.closes_address else None,
            told=REASONS[failure.reason],
        )

    def _sent(self, message: Claimed, sent: Sent) -> Settled:
        # Telegram numbers all of a bot's messages, also those that must leave no trace, and never reports on one.
        provider_id = None if self._channel.channel == "telegram" else sent.provider_id
        return Settled(message, "sent", self._clock(), provider_id=provider_id, parts=sent.parts)

    async def _settle(self, outcome: Settled) -> None:
        """Write it down, however long the database is out of reach: till then their next reply has to wait."""
        while True:
            try:
                return await self._store.run(settle, outcome)
            except OperationalError as problem:
                log.error("could not settle", extra={"sender": self._channel.sender, "problem": where(problem)})
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    # -- sends that were cut off -----------------------------------------------------------------------

    async def _follow_up_what_was_left(self, for_at_least: timedelta) -> None:
        """What was being sent by a process that died, or that has lost its right to send."""
        self._looked_at = time.monotonic()
        ours = {*self._sending.values(), *self._unsure.values()}
        for message in await self._store.run(_under_way, self._channel.sender):
            if message.id not in ours and self._clock() - message.claimed_at >= for_at_least:
                self._follow_up(message)

    def _follow_up(self, message: Claimed) -> None:
        if self._not_running.is_set():
            return  # whoever runs next does it
        task = asyncio.create_task(self._find_out(message))
        self._unsure[task] = message.id
        task.add_done_callback(self._unsure.pop)

    def _forget_what_is_unsure(self) -> None:
        for task in self._unsure:
            task.cancel()

    async def _find_out(self, message: Claimed) -> None:
        """A send was cut off at the provider: what then, is the rule of its lane.

        Danger: at once again, twice is harmless. Replies and reminders: asked of the provider's list and sent
        again if absent; where there is no list (Telegram), once more. Broadcasts: unknown, and shown so.
        """
        again = Settled(message, "queued", self._clock(), reason=Reason.CUT_OFF)
        unknown = Settled(message, "unknown", self._clock(), reason=Reason.CUT_OFF)
        if message.lane is Lane.BROADCAST or message.attempts >= MOST_ATTEMPTS:
            await self._settle(unknown)
        elif message.lane is Lane.DANGER:
            await self._settle(again)
        elif not self._channel.can_list:
            await self._settle(again if message.attempts < 2 else unknown)
        else:
            await self._settle(await self._as_listed(message) or again)
        self.wake()

    async def _as_listed(self, message: Claimed) -> Settled | None:
        pause = self._list_after_seconds
        while True:
            await asyncio.sleep(pause)
            try:
                known = await self._store.run(ids_of_others, message)
                sent = await self._channel.find_sent(_outgoing(message), message.claimed_at, known)
            except SendFailed as failure:
                log.info("could not list", extra={"sender": self._channel.sender, "reason": failure.reason.value})
                pause = min(pause * 2, 60)
            else:
                return self._sent(message, sent) if sent else None


def _under_way(connection: object, senders: Sequence[str]) -> list[list[Claimed]]:
    return [under_way(connection, sender) for sender in senders]  # type: ignore[arg-type]


def _outgoing(message: Claimed) -> Outgoing:
    rows = tuple(tuple(Button(label, data) for label, data in row) for row in message.buttons)
    return Outgoing(message.id, message.address, message.text, rows)


def _pause_seconds(attempts: int) -> float:
    pause: float = min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS)
    return pause * random.uniform(0.8, 1.2)
