"""A message on its way down the steps of listening, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.channels import Incoming
from bot.sitting import Sitting
from flows.conversation import Reply, Turn
from flows.danger import Heard as Danger
from flows.phrases import plain
from flows.replies import wish
from flows.words import Keyword
from storage.records import ConversationRecord

STILL_ANSWERS = timedelta(days=1)  # after that, words that happen to be a choice may be about anything
LONGEST_WISH = 40  # letters of "I would rather not say"


@dataclass
class Heard:
    """A message on its way down the steps."""

    message: Incoming
    sitting: Sitting
    keyword: Keyword | None
    danger: Danger
    behind: str = ""
    was_too_late: bool = False
    came_by_code: bool = False

    _turn: Turn | None = None

    def turn(self, front: ConversationRecord) -> Turn:
        """What these words would lead to as a reply to the conversation in front."""
        if self._turn is None:
            hearing = self.sitting.voice.words.hearing(self.sitting.language, front.flow, self.sitting.today)
            wished = wish(self.text, hearing.common) if len(self.text) <= LONGEST_WISH else None
            self._turn = self.sitting.reply(front, Reply(self.text, wish=wished))
        return self._turn

    def is_a_choice_of(self, front: ConversationRecord) -> bool:
        """Whether these words are, letter for letter, a choice that we put to them within the last day: "Not safe"."""
        asked_at = front.asked_at or front.front_at
        is_fresh = self.sitting.desk.now - asked_at < STILL_ANSWERS
        return is_fresh and plain(self.text) in self.sitting.hearing_of(front).labels

    @property
    def text(self) -> str:
        """Their words."""
        return self.message.text
