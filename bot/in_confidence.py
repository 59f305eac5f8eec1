"""What stays out of what is kept: an answer in a secret vote, and what is between us."""

from __future__ import annotations

from bot.heard import Heard
from flows.message import label_of
from storage.records import ConversationRecord
from storage.votes import is_in_a_secret_vote


def keep_to_itself(heard: Heard) -> None:
    """What is answered in front: where that is secret no word is kept, and what is between us is marked as such."""
    if heard.sitting.asks_in_secret():
        keep_no_words(heard)
    if heard.sitting.is_between_us() and heard.sitting.message_id is not None:
        heard.sitting.desk.keep_between_us(heard.sitting.message_id)


def keep_no_words(heard: Heard) -> None:
    """What somebody answers in secret is kept nowhere, understood or not."""
    if heard.sitting.message_id is not None:
        heard.sitting.desk.leave_out_words(heard.sitting.message_id)


def keep_what_it_said(heard: Heard, conversation: ConversationRecord, question_key: str, choice: str) -> None:
    """A button comes as data: what it said is kept, for whoever reads the conversation."""
    sitting = heard.sitting
    question = sitting.question_of(conversation)
    if question is not None and question.key == question_key and sitting.message_id is not None:
        label = label_of(choice, question, sitting.voice.words, sitting.language)
        sitting.desk.keep_words(sitting.message_id, label)


def may_tell_a_vote(heard: Heard) -> bool:
    """Whether words beside their question may say what somebody chooses in a secret vote: one is open to them."""
    desk = heard.sitting.desk
    return is_in_a_secret_vote(desk.connection, heard.sitting.person.id, desk.now)
