"""What sees every message before anything is written of it, and the one that does where feedback is not set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.channels import Channel, Incoming, Outgoing
from bot.feedback.courier import Courier
from bot.sitting import Voice
from flows import feedback


class TakesFirst(Protocol):
    """What sees every message before anything is written."""

    async def take(self, message: Incoming) -> Incoming | None:
        """The message as it goes on to the store; None: it was dealt with, and nothing of it is kept."""

    def start(self) -> None:
        """Begin, before the first message."""

    async def tidy(self) -> None:
        """Every minute: forget what is over."""

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""

    async def stop(self) -> None:
        """Send what can still be sent in a moment, and end."""


class NotSetUp:
    """Where there is no box: FEEDBACK and CODE are told so, and nothing of them is kept."""

    def __init__(self, voice: Voice, channels: Mapping[str, Channel]) -> None:
        self._voice = voice
        self._post = Courier(channels)

    async def take(self, message: Incoming) -> Incoming | None:
        """As `TakesFirst`. Nobody's name is protected here, so danger goes the ordinary way, and alerts."""
        words = self._voice.words
        asked = feedback.asks_for_us(message.text, words) or feedback.answers_prompt(message.reply_to, words)
        if (
            asked is None
            or message.kind in ("button", "reaction")
            or self._voice.danger.listen(message.text).tier == "act"
        ):
            return message
        said = words.sentence(self._voice.house.language, "house.no-feedback")
        self._post.send(message, [Outgoing(0, message.address, said)])
        return None

    def start(self) -> None:
        """Nothing is remembered here."""

    async def tidy(self) -> None:
        """Nothing is remembered here."""

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""
        await self._post.settle()

    async def stop(self) -> None:
        """Let go of what could not be sent."""
        await self._post.stop()
