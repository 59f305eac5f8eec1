"""What Twilio keeps of every message, in and out: found by age, and deleted. Nothing of it is kept or logged here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from bot.channels.twilio_rest import DOWN, answered

LISTED_AT_ONCE = 1000  # the most that Twilio gives
MOST_PAGES = 100

NOT_YET = "20009"
"""Twilio's code for a message that it is still working on (https://www.twilio.com/docs/api/errors/20009)."""
GONE = "20404"


class TwilioRecords:
    """The message records of one account.

    Args:
        account_sid: Which account; two of our numbers may share one.
        account: It, in Twilio's library.
    """

    def __init__(self, account_sid: str, account: Any) -> None:
        self.account_sid = account_sid
        self._messages = account.messages

    async def older_than(self, moment: datetime) -> AsyncIterator[list[str]]:
        """The ids of all messages, in and out, that were made before; page by page. Raises `SendFailed`.

        What was never sent has no date of sending, by which Twilio can be asked: it is looked for afterwards among
        all, the newest first, of which there are few when the old are gone.
        """
        async for sids in self._pages(moment, date_sent_before=moment):
            yield sids
        async for sids in self._pages(moment):
            yield sids

    async def delete(self, sid: str) -> None:
        """Delete a record with its pictures; Twilio's own backups keep the words up to 30 days more.

        Raises:
            SendFailed: Among others with the code `NOT_YET`, for some minutes or in rare cases 14 days, or `GONE`.
        """
        await answered(self._messages(sid).delete_async(), unreadable=DOWN)

    async def _pages(self, moment: datetime, **asked: datetime) -> AsyncIterator[list[str]]:
        page = await answered(self._messages.page_async(page_size=LISTED_AT_ONCE, **asked), unreadable=DOWN)
        for _ in range(MOST_PAGES):
            if page is None:
                return
            sids = await answered(_old(page, moment, dated=bool(asked)), unreadable=DOWN)
            # Before these are deleted: the last of them is how Twilio knows where the next page begins.
            page = await answered(page.next_page_async(), unreadable=DOWN)
            yield sids


async def _old(page: Any, moment: datetime, *, dated: bool) -> list[str]:
    """Those of a page; Twilio may read only the day of a date, so each is looked at again."""
    return [record.sid for record in page if record.date_created < moment and (record.date_sent is not None) is dated]
