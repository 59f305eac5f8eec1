"""Asking a questionnaire: what its flow wants to know and done, and the words that begin one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.acts import carries_out, went_back
from bot.alerts import is_taken_over
from bot.facts import Given, fact
from flows.acts import BeginResponse, FinishResponse, KeepAnswer, WouldLikeAPerson
from flows.attachments import Attachment, TakesAttachments
from flows.conversation import Reply
from flows.phrases import plain
from flows.written import Questionnaire
from storage.questionnaires import (
    begin_response,
    begun_by,
    earlier_answers,
    finish_response,
    forget_answers,
    forget_response,
    keep_answer,
    version,
)
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting

FLOW = "questionnaire"
ABOUT = "questionnaire"  # what a conversation is begun with: the id of a version
AFTER_HARD_QUESTIONS = "would like a person, after hard questions"
LONGEST_KEYWORD = 30  # letters


@fact("version")
def _version(sitting: Sitting, given: Given) -> str:
    """Which version of which questionnaire this conversation is about."""
    return str(given.get(ABOUT, ""))


@fact("written")
def _written(sitting: Sitting, given: Given) -> Questionnaire | None:
    """The questionnaire, in their language; None where it is gone."""
    said = _version(sitting, given)
    kept = version(sitting.desk.connection, int(said)) if said.isdecimal() else None
    return Questionnaire.from_json(json.loads(kept.content), sitting.language) if kept else None


@fact("earlier")
def _earlier(sitting: Sitting, given: Given) -> Mapping[str, Any]:
    """What they answered when they finished it before, by question."""
    said = _version(sitting, given)
    return earlier_answers(sitting.desk.connection, sitting.person.id, int(said)) if said.isdecimal() else {}


@fact("shared")
def _shared(sitting: Sitting, given: Given) -> str:
    """What came of a questionnaire, in their language."""
    return str(given.get(sitting.language) or given.get("en", ""))


@carries_out(BeginResponse)
def _(act: BeginResponse, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    connection, person = sitting.desk.connection, sitting.person
    begin_response(connection, conversation.id, int(act.version), person.id, act.named, sitting.today)


@carries_out(KeepAnswer)
def _(act: KeepAnswer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    keep_answer(sitting.desk.connection, conversation.id, act.key, act.value, act.more, sitting.today)


@carries_out(FinishResponse)
def _(act: FinishResponse, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    finish_response(sitting.desk.connection, conversation.id, act.quotable, sitting.today)


@carries_out(WouldLikeAPerson)
def _(act: WouldLikeAPerson, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    """Without the message behind it: the inbox would show all they wrote, and they may have left their name off it."""
    sitting.desk.add_to_inbox(conversation.id, name, person_id=sitting.person.id, why=AFTER_HARD_QUESTIONS)


@went_back
def _(sitting: Sitting, conversation: ConversationRecord, names: tuple[str, ...]) -> None:
    """What they went BACK over is not kept: the answer, or with their consent all of them."""
    if any(name.startswith(BeginResponse.__name__) for name in names):
        forget_response(sitting.desk.connection, conversation.id)
    before = f"{KeepAnswer.__name__}:"
    keys = [name.removeprefix(before).rpartition("#")[0] for name in names if name.startswith(before)]
    if keys:
        forget_answers(sitting.desk.connection, conversation.id, keys)


def answer_with(sitting: Sitting, kind: str, reference: str | None, caption: str) -> bool:
    """Take a picture or recording that the open question asks for as its answer; only where it is kept is noted."""
    front = None if is_taken_over(sitting) or sitting.close_expired() else sitting.front()
    question = sitting.question_of(front) if front is not None and reference else None
    if front is None or question is None or not isinstance(question.kind, TakesAttachments):
        return False
    if kind not in question.kind.attachments:
        return False
    if sitting.is_between_us() and sitting.message_id is not None:
        sitting.desk.keep_between_us(sitting.message_id)
    attached = Attachment(kind, reference or "", caption)
    sitting.take(front, sitting.reply(front, Reply(attached.as_words())))
    return True


def begin_by_word(sitting: Sitting, text: str) -> bool:
    """Begin the questionnaire that a word of a coordinator's own stands for; one that is open is taken up again."""
    if sitting.person.joined_at is None or not 0 < len(text.strip()) <= LONGEST_KEYWORD:
        return False
    found = begun_by(sitting.desk.connection, plain(text))
    if found is None:
        return False
    for conversation in sitting.desk.open_conversations(sitting.person):
        said = sitting.given(conversation, ABOUT) if conversation.flow == FLOW else None
        kept = version(sitting.desk.connection, int(said)) if said else None
        if kept is not None and kept.name == found.name:
            sitting.bring_to_front(conversation)
            sitting.come_back()
            return True
    sitting.begin(FLOW, **{ABOUT: str(found.id)})
    return True
