"""The sweep of Twilio's message records: anonymous or not, all are deleted after some hours, in and out.

Twilio keeps every number and every word, and would tell who wrote feedback. No list of what to delete is kept here:
one that held the anonymous messages would be the very thing. And nothing is counted in the log, since messages that
Twilio had and the database has not are the anonymous ones.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.channels import Reason, SendFailed
from bot.channels.twilio_records import GONE, NOT_YET, TwilioRecords
from bot.clock import Clock
from bot.logs import where

log = logging.getLogger(__name__)

MOST_AN_HOUR = 20_000  # messages that one run tries to delete; the next goes on
AT_ONCE = 4  # an account may have few requests under way, and replies go first
IN_A_ROW = 10  # failures, after which a run gives up
LONGEST_RUN = 50 * 60.0  # seconds
PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds, where Twilio asks to slow down


class Sweep:
    """Deletes all message records of our Twilio accounts that are old enough.

    Args:
        accounts: Of every SMS channel (`SmsChannel.records`), those of the second number too.
        clock: What time it is.
        keep_hours: How long a record is kept: longer than it takes to find out what became of a message.
        most: How many records one run tries to delete.
    """

    def __init__(
        self, accounts: Sequence[TwilioRecords], clock: Clock, keep_hours: float, most: int = MOST_AN_HOUR
    ) -> None:
        self._accounts = {each.account_sid: each for each in accounts}
        self._clock = clock
        self._kept = timedelta(hours=keep_hours)
        self._most = most

    async def every_hour(self) -> None:
        """Delete what is old enough; never raises. What cannot be deleted now is found again by the next run."""
        for records in self._accounts.values():
            try:
                async with asyncio.timeout(LONGEST_RUN):
                    await _Run(records, self._most).sweep(self._clock() - self._kept)
            except SendFailed as failure:
                log.warning("sweep stopped", extra={"reason": failure.reason.value, "code": failure.code})
            except Exception as problem:
                log.error("sweep broke", extra={"problem": where(problem)})


class _Run:
    """One run over one account."""

    def __init__(self, records: TwilioRecords, most: int) -> None:
        self._records = records
        self._left = most
        self._failed_in_a_row = 0

    async def sweep(self, moment: datetime) -> None:
        """Delete all from before a moment. Raises `SendFailed` when it is no use to go on."""
        async for sids in self._records.older_than(moment):
            for start in range(0, len(sids), AT_ONCE):
                few = sids[start : start + AT_ONCE][: self._left]
                self._left -= len(few)
                await self._delete(few)
                if self._left <= 0:
                    return

    async def _delete(self, sids: Sequence[str]) -> None:
        pauses = [0.0]
        for failure in await asyncio.gather(*map(self._deleted, sids)):
            self._failed_in_a_row = 0 if failure is None else self._failed_in_a_row + 1
            if failure is None:
                continue
            if failure.reason is Reason.WRONG_CREDENTIALS or self._failed_in_a_row >= IN_A_ROW:
                raise failure
            if failure.reason is Reason.TOO_FAST:
                pauses.append(min(failure.after_seconds or PAUSE, LONGEST_PAUSE))
        await asyncio.sleep(max(pauses))

    async def _deleted(self, sid: str) -> SendFailed | None:
        """Why one was not deleted; None also if it cannot be yet, or is gone already."""
        try:
            await self._records.delete(sid)
        except SendFailed as failure:
            return None if failure.code in (NOT_YET, GONE) else failure
        return None
