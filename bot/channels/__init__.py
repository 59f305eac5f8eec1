"""What every channel has in common: messages in, messages out, and all that can go wrong when sending.

A channel is one file: words in, words out, what can go wrong. It keeps nothing and knows no storage.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Literal, Protocol, TypeAlias, runtime_checkable

LONGEST_TEXT = 4096  # characters of one message that we read; a longer one is cut there

Kind: TypeAlias = Literal[
    "text",
    "button",
    "edited",  # they changed a message they had sent; `text` is the new wording
    "photo",
    "voice",
    "video",
    "file",
    "sticker",
    "contact",
    "location",
    "reaction",
    "other",  # something that this version does not know; it still is never met with silence
    "opted out",  # the provider says that the person stopped us there (Twilio's STOP, a blocked bot)
    "opted in",  # and that they let us write again
]


@dataclass(frozen=True)
class Incoming:
    """One message from a person, as every channel tells it.

    Attributes:
        channel: "sms" or "telegram".
        sender: Which of our own numbers or bots it came to, by its name in the configuration.
        address: Whom it is from: E.164 (+447700900001) or the Telegram chat id.
        message_id: The provider's id for it; the same id twice is one message.
        received_at: When we got it, in UTC.
        kind: What it is.
        text: Their words, or a caption; never longer than `LONGEST_TEXT`, without NUL and lone surrogates.
        reference: Where the provider keeps a picture or recording (file id or URL); we never fetch it.
        button: A tapped button's data, exactly as we had sent it.
        question_id: What a tapped button's spinner waits on (Telegram's callback_query id).
        offset: Polling only: the next offset once this message is stored.
        before: What the same address sent just before, in case a text message was cut in two.
        flood: Of very many messages in a minute, all are kept and heard, but only the first of the flood answered.
        reply_to: The words of ours that this answers, where the channel says so (Telegram); never kept.
        chat_message_id: Its number in its chat, by which it can be taken out again (Telegram); never kept.
        written_at: When a changed message was first written, where the channel says so.
        about: "feedback" where they chose to give feedback with their name.
    """

    channel: str
    sender: str
    address: str
    message_id: str
    received_at: datetime
    kind: Kind = "text"
    text: str = ""
    reference: str | None = None
    button: str | None = None
    question_id: str | None = None
    offset: int | None = None
    before: str = ""
    flood: Literal["no", "begins", "goes on"] = "no"
    reply_to: str = ""
    chat_message_id: str = ""
    written_at: datetime | None = None
    about: Literal["", "feedback"] = ""


@dataclass(frozen=True)
class Button:
    """One choice to tap: what it says, and at most 64 bytes that come back when it is tapped."""

    label: str
    data: str


@dataclass(frozen=True)
class Outgoing:
    """One message to a person.

    Attributes:
        id: Its row in the outbox.
        address: E.164 or Telegram chat id.
        text: The words, ready to send.
        buttons: Rows of buttons; empty on SMS, where choices are numbered in the text.
        asks_reply: On Telegram, open the handset's reply to this very message; the reply then says what it answers.
    """

    id: int
    address: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = field(default=())
    asks_reply: bool = False


@dataclass(frozen=True)
class Sent:
    """A message that the provider accepted: its id there, and how many parts it was billed as (SMS)."""

    provider_id: str
    parts: int = 1


class Retry(Enum):
    """Whether sending the same message again can help."""

    NEVER = "never"
    LATER = "later"
    UNKNOWN = "unknown"  # it may have gone out: only the lane's rule can say


class Reason(StrEnum):
    """Everything that can go wrong when sending, each with words for a coordinator in `REASONS`."""

    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    NO_SUCH_ADDRESS = "no_such_address"
    CANNOT_RECEIVE = "cannot_receive"
    UNREACHABLE = "unreachable"
    FILTERED = "filtered"
    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    NO_MONEY = "no_money"
    WRONG_CREDENTIALS = "wrong_credentials"
    REFUSED = "refused"
    PROVIDER_DOWN = "provider_down"
    CUT_OFF = "cut_off"


REASONS: dict[Reason, str] = {
    Reason.BLOCKED: "They have blocked the bot, or their Telegram account is gone.",
    Reason.OPTED_OUT: "They have sent STOP to this number. Only they can undo it, by texting START.",
    Reason.NO_SUCH_ADDRESS: "This number or chat does not exist.",
    Reason.CANNOT_RECEIVE: "This number cannot get texts (it may be a landline).",
    Reason.UNREACHABLE: "Their phone could not be reached; it may be off or out of range.",
    Reason.FILTERED: "The phone network refused this wording. Change it before you send it again.",
    Reason.TOO_LONG: "The message is too long.",
    Reason.TOO_FAST: "The provider asked us to slow down.",
    Reason.NO_MONEY: "The SMS account has no credit, or may not send there.",
    Reason.WRONG_CREDENTIALS: "The provider does not accept our password or token.",
    Reason.REFUSED: "The provider refused the message.",
    Reason.PROVIDER_DOWN: "The provider did not answer.",
    Reason.CUT_OFF: "The line broke while sending. It may have arrived, or not.",
}


class SendFailed(Exception):
    """A message did not go out, or perhaps did not.

    Attributes:
        reason: One of the catalogue.
        retry: Whether the same message may be tried again.
        our_fault: Something that the operator has to mend, not the person.
        closes_address: Nothing can be sent to this address until the person writes to us from it.
        after_seconds: How long the provider asked us to wait, if it did.
        code: The provider's own error code, for the log; never its text, which can carry a number.
    """

    def __init__(
        self,
        reason: Reason,
        *,
        retry: Retry,
        our_fault: bool = False,
        closes_address: bool = False,
        after_seconds: float | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(f"{reason.value} (code {code})" if code else reason.value)
        self.reason = reason
        self.retry = retry
        self.our_fault = our_fault
        self.closes_address = closes_address
        self.after_seconds = after_seconds
        self.code = code


class Refused(Exception):
    """A webhook call that is not from the provider, or that no one could read.

    Attributes:
        status: What to answer: 403 forged, 400 unreadable, 413 too large.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Pace:
    """How fast a sender may go.

    Attributes:
        units_per_second: Messages (Telegram) or SMS parts per second over the whole sender.
        per_address_seconds: The least time between two messages to one address.
        at_once: How many sends may be under way together.
    """

    units_per_second: float
    per_address_seconds: float = 0.0
    at_once: int = 8


class Channel(Protocol):
    """What the outbox needs of a channel: one per sender (one of our own numbers or bots)."""

    channel: str
    sender: str
    pace: Pace
    can_list: bool  # whether `find_sent` can find out if a cut-off send arrived

    def units(self, message: Outgoing) -> int:
        """What the message costs of the pace: 1, or its SMS parts."""

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message to the provider, once; raises `SendFailed` and nothing else."""

    async def find_sent(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """What became of a send that was cut off, asked of the provider; raises `SendFailed`.

        Args:
            message: What was being sent.
            since: When it was taken to be sent.
            known: The provider's ids of other messages to this person: none of them is this one.
        """

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""


@runtime_checkable
class TakesOut(Protocol):
    """A channel that can take a message out of a chat again, on both sides (Telegram)."""

    async def delete(self, address: str, message_id: str) -> None:
        """One of ours, or one that the person wrote, by its number in the chat; raises `SendFailed`."""


def clean(text: str) -> str:
    """The text without NUL and lone surrogates, cut at `LONGEST_TEXT`: what any store can keep."""
    kept = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return kept[:LONGEST_TEXT]
