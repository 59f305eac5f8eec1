"""A message on its way down the steps of listening, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.channels import Incoming
from bot.sitting import Sitting
from flows.conversation import Reply, Turn
from flows.danger import Heard as Danger
from flows.phrases import plain
from flows.replies import Scale, wish
from flows.safety import are_you_safe
from flows.words import Keyword
from storage.records import ConversationRecord

STILL_ANSWERS = timedelta(days=1)  # after that, words that happen to be a choice may be about anything
EXIT_ITSELF = {"EXIT", "GADAEL"}
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

    def fits_a_question(self) -> bool:
        """Whether an open question, other than one for any words, takes this as its answer."""
        front = self.sitting.front()
        if front is None:
            return False
        turn = self.turn(front)
        return turn.outcome == "answered" and not turn.took_any_words

    def leaves_the_question_of_safety(self, front: ConversationRecord) -> bool:
        """The word EXIT itself where we ask "Are you safe right now?": they leave, which says nothing of danger.

        Whatever else is not "safe" counts as danger there, "get me out" too.
        """
        if front.flow != "safety" or self.keyword is None or self.keyword.typed not in EXIT_ITSELF:
            return False
        question = self.sitting.question_of(front)
        return question is not None and question.kind is are_you_safe

    def is_on_a_scale(self, front: ConversationRecord) -> bool:
        """Whether the question in front asks for a number on a scale, which words can say too."""
        question = self.sitting.question_of(front)
        return question is not None and isinstance(question.kind, Scale)

    @property
    def text(self) -> str:
        """Their words."""
        return self.message.text
