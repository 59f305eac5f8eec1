"""The Telegram channel: one bot's way in (polling or webhook) and its way out. It keeps nothing but a connection."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import random
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from bot.channels import Incoming, Outgoing, Pace, Reason, Refused, Retry, SendFailed, Sent
from bot.channels.telegram_line import answer_to, open_line
from bot.channels.telegram_updates import UPDATES, plain_part, readable, to_incoming

if TYPE_CHECKING:
    from telegram import ForceReply, InlineKeyboardMarkup, User

logger = logging.getLogger(__name__)

# core.telegram.org/bots/faq; with more than 8 under way the library gets slower, not faster.
PACE = Pace(units_per_second=30.0, per_address_seconds=1.0, at_once=8)
LONGEST_MESSAGE = 4096  # UTF-16 units
LARGEST_WEBHOOK = 1024 * 1024  # bytes

Take: TypeAlias = Callable[[list[Incoming], int], Awaitable[None]]

_DEEP_LINK_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CHAT = re.compile(r"-?[0-9]+")
_MESSAGE = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class TelegramSettings:
    """How one of our bots reaches Telegram.

    Attributes:
        sender: Its name in the configuration; part of its webhook's path.
        token: From @BotFather.
        webhook_secret: What Telegram shows with each webhook call: 1 to 256 of A-Z a-z 0-9 _ and -. None: we poll.
        pace: How fast we may send.
        api_url: Telegram, or a stand-in.
        poll_seconds: How long Telegram may hold a poll open while nothing is new.
        answer_seconds: After this long without an answer a send counts as cut off.
        first_pause_seconds: Before polling again after one failure, or after an empty answer that came at once.
        longest_pause_seconds: What that pause grows to when failures follow each other.
        conflict_pause_seconds: While another process polls this bot, or a webhook is set for it.
    """

    sender: str
    token: str = field(repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    pace: Pace = PACE
    api_url: str = "https://api.telegram.org"
    poll_seconds: int = 25
    answer_seconds: float = 10.0
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0
    conflict_pause_seconds: float = 30.0

    def pause_seconds(self, failures: int) -> float:
        """The pause after so many failures in a row: it doubles, and differs from another process's."""
        grown = self.first_pause_seconds * 2.0 ** min(failures, 16)
        return min(self.longest_pause_seconds, grown) * random.uniform(0.5, 1.0)


class TelegramChannel:
    """One Telegram bot. Making it loads the library (0.2 s).

    Attributes:
        unreadable: How many updates the library could not read, or only in part, since the start.
    """

    channel = "telegram"
    can_list = False

    def __init__(self, settings: TelegramSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.sender = settings.sender
        self.pace = settings.pace
        self.webhook_path = f"/telegram/{settings.sender}"
        self.unreadable = 0
        self._settings = settings
        self._now = now
        self._me: User | None = None
        self._line = open_line(
            settings.token,
            api_url=settings.api_url,
            at_once=settings.pace.at_once,
            answer_seconds=settings.answer_seconds,
        )
        self._bot = self._line.bot

    def units(self, message: Outgoing) -> int:
        """Every message costs 1."""
        return 1

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message to Telegram, once, to be shown letter for letter; raises `SendFailed`."""
        if not _CHAT.fullmatch(message.address):  # "@name" would write to a public channel
            raise SendFailed(Reason.NO_SUCH_ADDRESS, retry=Retry.NEVER, closes_address=True)
        if len(message.text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_MESSAGE:
            raise SendFailed(Reason.TOO_LONG, retry=Retry.NEVER)
        markup = _markup(message)
        sent = await self._line.ask(self._bot.send_message, int(message.address), message.text, reply_markup=markup)
        return Sent(str(sent.message_id))

    async def find_sent(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """Always None: a bot cannot read back what it has sent."""
        return None

    async def delete(self, address: str, message_id: str) -> None:
        """Take a message out of a private chat, on both sides: one of the bot's, or one that the person wrote.

        For 48 hours (core.telegram.org/bots/api#deletemessage).

        Raises:
            SendFailed: `REFUSED` if it is older than 48 hours, or gone already.
        """
        if not (_CHAT.fullmatch(address) and _MESSAGE.fullmatch(message_id)):
            raise SendFailed(Reason.NO_SUCH_ADDRESS, retry=Retry.NEVER)
        await self._line.ask(self._bot.delete_message, int(address), int(message_id))

    async def answer_button(self, question_id: str) -> None:
        """Stop the spinner on a tapped button if it still turns; never raises."""
        try:
            await self._line.ask(self._bot.answer_callback_query, question_id)
        except SendFailed as failure:
            logger.info("telegram %s: a button's spinner was not stopped: %s", self.sender, failure)

    async def poll(self, take: Take, offset: int | None = None) -> NoReturn:
        """Fetch messages until cancelled; what `take` has not finished is fetched again.

        Args:
            take: Stores the messages and the next offset in one commit. Telegram is told that they arrived
                only by the poll that follows; if `take` raises, they come again. It is also called with
                no message, where updates held none for us.
            offset: Where to start: the last next offset that was stored, or None. The next one can be
                *lower*: after a week without updates Telegram counts on from a random number
                (core.telegram.org/bots/api#update).

        Raises:
            SendFailed: Telegram does not know the token. Everything else is waited out.
        """
        failures = 0
        while True:
            try:
                offset, pause = await self._take_next(take, offset)
                failures = 0
            except SendFailed as failure:
                pause = self._pause_after(failure, failures)
                failures += 1
            except Exception as error:
                self._log_error("what arrived was not stored", error)
                pause = self._settings.pause_seconds(failures)
                failures += 1
            await asyncio.sleep(pause)

    async def _take_next(self, take: Take, offset: int | None) -> tuple[int | None, float]:
        """One poll; where to go on, and how many seconds later."""
        clock = asyncio.get_running_loop().time
        started = clock()
        updates = [each for each in await self._updates(offset) if readable(each)]
        if not updates:
            came_at_once = clock() - started < self._settings.poll_seconds / 2
            return offset, self._settings.first_pause_seconds if came_at_once else 0.0
        following: int = updates[-1]["update_id"] + 1
        messages = [self.decode(each, offset=each["update_id"] + 1) for each in updates]
        await take([each for each in messages if each], following)
        # The same updates once more: Telegram has not heard the offset.
        return following, self._settings.first_pause_seconds if following == offset else 0.0

    async def _updates(self, offset: int | None) -> list[Any]:
        """What Telegram has from `offset` on, as JSON, so that one bad update does not cost the others."""
        wanted = {"offset": offset, "timeout": self._settings.poll_seconds, "allowed_updates": UPDATES}
        seconds = self._settings.poll_seconds + self._settings.answer_seconds
        updates = await answer_to(self._bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=seconds))
        return updates if isinstance(updates, list) else []

    def _pause_after(self, failure: SendFailed, failures: int) -> float:
        if failure.reason is Reason.WRONG_CREDENTIALS:
            raise failure
        if failure.code == "409":
            logger.error(
                "telegram %s: nothing arrives: another process polls this bot, or a webhook is set for it",
                self.sender,
            )
            return self._settings.conflict_pause_seconds
        logger.warning("telegram %s: polling failed: %s", self.sender, failure)
        return (failure.after_seconds or 0.0) + self._settings.pause_seconds(failures)

    def decode(self, update: dict[str, Any], *, offset: int | None = None) -> Incoming | None:
        """One update in our words; never raises.

        Args:
            update: The update's JSON, with its id.
            offset: The next offset, if it was polled.

        Returns:
            None for groups and channels, where the bot does not talk, for a live location that moves on,
            and for what cannot be read at all. An update that the library can read only in part is read
            in part: what is new about it must not hide the words in it.
        """
        from telegram import Update

        for part in (update, plain_part(update)):
            try:
                return to_incoming(Update.de_json(part), sender=self.sender, received_at=self._now(), offset=offset)
            except Exception as error:  # the library names none; KeyError, TypeError, AttributeError were seen
                self.unreadable += part is update
                self._log_error("an update could not be read", error)
        return None

    def decode_webhook(self, body: bytes, secret_header: str | None) -> Incoming | None:
        """One webhook call in our words; None as in `decode`, and the answer to Telegram is still "ok".

        Args:
            body: The request's body.
            secret_header: `X-Telegram-Bot-Api-Secret-Token`, or None if it was not sent.

        Raises:
            Refused: 403 without the right secret, 413 over 1 MiB, 400 if it is no update.
        """
        secret = (self._settings.webhook_secret or "").encode()
        if not secret or not hmac.compare_digest((secret_header or "").encode("utf-8", "replace"), secret):
            raise Refused(403, "the webhook's secret is missing or wrong")
        if len(body) > LARGEST_WEBHOOK:
            raise Refused(413, "the update is too large")
        update = _json(body)
        if not readable(update):
            raise Refused(400, "this is no update")
        return self.decode(update)

    async def check(self) -> list[str]:
        """What the operator must mend before this bot can work, in sentences; empty if nothing."""
        try:
            await self.username()
        except SendFailed as failure:
            if failure.reason is Reason.WRONG_CREDENTIALS:
                return [f"Telegram does not know the token of “{self.sender}”. Please copy it from @BotFather."]
            return [f"Telegram could not be reached for “{self.sender}” ({failure}). Is this machine online?"]
        return []

    async def username(self) -> str:
        """The bot's name on Telegram, without the @; asked once. Raises `SendFailed`."""
        if self._me is None:
            self._me = await self._line.ask(self._bot.get_me)
        return self._me.username or ""

    async def deep_link(self, code: str) -> str:
        """The link that opens the bot with a button that sends "/start code"; raises `SendFailed`.

        Raises:
            ValueError: Telegram carries only 1 to 64 of A-Z a-z 0-9 _ and -.
        """
        if not _DEEP_LINK_CODE.fullmatch(code):
            raise ValueError("a Telegram link carries 1 to 64 of A-Z a-z 0-9 _ and -")
        return f"https://t.me/{await self.username()}?start={code}"

    async def set_webhook(self, url: str) -> None:
        """Have Telegram call `url` with the channel's secret, and end polling; raises `SendFailed`.

        Raises:
            ValueError: The settings have no `webhook_secret`.
        """
        secret = self._settings.webhook_secret
        if not secret:
            raise ValueError("a webhook needs a secret")
        await self._line.ask(self._bot.set_webhook, url, secret_token=secret, allowed_updates=UPDATES)

    async def remove_webhook(self) -> None:
        """Let polling begin; what waits at Telegram stays. Raises `SendFailed`."""
        await self._line.ask(self._bot.delete_webhook)

    async def close(self) -> None:
        """Let go of connections; safe to call twice. A send after it fails as never sent."""
        await self._line.close()

    def _log_error(self, what: str, error: Exception) -> None:
        logger.error("telegram %s: %s: %s", self.sender, what, type(error).__name__)


def _markup(message: Outgoing) -> InlineKeyboardMarkup | ForceReply | None:
    from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

    if not message.buttons:
        return ForceReply() if message.asks_reply else None
    rows = message.buttons
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each.label, callback_data=each.data) for each in row] for row in rows]
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
