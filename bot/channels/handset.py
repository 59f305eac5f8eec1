"""Simulated handsets: what is sent arrives at once and stays on this machine. For trying out and for tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import count as counting

from bot.channels import Button, Incoming, Outgoing, Pace, Reason, Retry, SendFailed, Sent
from bot.channels.segments import PENCE_PER_PART, count, fold
from bot.clock import Clock, real_clock


@dataclass(frozen=True)
class Bubble:
    """A message as the handset shows it; `parts` is what it costs on SMS."""

    text: str
    buttons: tuple[Button, ...] = ()
    parts: int = 1
    asks_reply: bool = False

    @property
    def cost(self) -> str:
        """What it costs the organisation, if it is a text message."""
        return f"{self.parts} part{'s' if self.parts > 1 else ''}, about {self.parts * PENCE_PER_PART}p"


@dataclass(frozen=True)
class Line:
    """A message on a handset's screen, of whichever side.

    Attributes:
        number: What the chat calls it.
        at: When it came or was sent.
        text: What it says; of a tapped button its label.
        bubble: What came to the handset; None: its holder wrote it.
    """

    number: str
    at: datetime
    text: str
    bubble: Bubble | None = None


class Handsets:
    """All handsets of one channel.

    Args:
        channel: "sms" or "telegram".
        sender: Which of our numbers or bots they are connected with; by default the channel's only one.
        clock: What time it is.

    Attributes:
        bubbles: What has come to each address.
        screens: What each shows: that, and what its holder wrote.
        on_news: Called whenever a screen has changed.
    """

    can_list = False

    def __init__(self, channel: str, sender: str = "", clock: Clock = real_clock) -> None:
        self.channel = channel
        self.sender = sender or channel
        self.pace = Pace(units_per_second=10_000, at_once=64)
        self.bubbles: defaultdict[str, list[Bubble]] = defaultdict(list)
        self.screens: defaultdict[str, list[Line]] = defaultdict(list)
        self.on_news: Callable[[], None] = lambda: None
        self.taken_out: list[str] = []
        self.fails_with: SendFailed | None = None
        self._clock = clock
        self._numbers = counting(1)

    def units(self, message: Outgoing) -> int:
        """Simulated phones are fast."""
        return 1

    async def send(self, message: Outgoing) -> Sent:
        """Show the message on the handset; raises `fails_with` if that is set."""
        if self.fails_with is not None:
            raise self.fails_with
        text = fold(message.text) if self.channel == "sms" else message.text
        parts = count(text).parts if self.channel == "sms" else 1
        buttons = tuple(button for row in message.buttons for button in row)
        asks = message.asks_reply and self.channel == "telegram"
        bubble, number = Bubble(text, buttons, parts, asks), f"out{next(self._numbers)}"
        self.bubbles[message.address].append(bubble)
        self._show(message.address, Line(number, self._clock(), text, bubble))
        return Sent(number, parts)

    def _show(self, address: str, line: Line) -> None:
        self.screens[address].append(line)
        self.on_news()

    async def find_sent(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """Nothing is ever cut off here."""
        return None

    async def close(self) -> None:
        """Nothing to let go of."""

    def typed(self, address: str, text: str, at: datetime) -> Incoming:
        """What the bot receives when somebody types; as a reply, where the newest message asks for one."""
        shown = self.bubbles[address]
        replied = shown[-1].text if shown and shown[-1].asks_reply else ""
        number = f"in{next(self._numbers)}"
        in_chat = number if self.channel == "telegram" else ""
        self._show(address, Line(number, at, text))
        return Incoming(
            self.channel, self.sender, address, number, at, text=text, reply_to=replied, chat_message_id=in_chat
        )

    async def delete(self, address: str, message_id: str) -> None:
        """Take a message out of the chat; raises `SendFailed` on SMS."""
        if self.channel != "telegram":
            raise SendFailed(Reason.REFUSED, retry=Retry.NEVER)
        self.taken_out.append(message_id)
        self.screens[address] = [line for line in self.screens[address] if line.number != message_id]
        self.on_news()

    def tapped(self, address: str, label: str, at: datetime) -> Incoming:
        """What the bot receives when somebody taps the newest button with this label.

        Raises:
            LookupError: There is no such button on the screen.
        """
        for bubble in reversed(self.bubbles[address]):
            for button in bubble.buttons:
                if button.label == label:
                    number = f"in{next(self._numbers)}"
                    self._show(address, Line(number, at, label))
                    return Incoming(self.channel, self.sender, address, number, at, "button", button=button.data)
        raise LookupError(f"there is no button {label!r} on the screen")
