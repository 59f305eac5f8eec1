"""Carrying out what the flows of meetings want done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out, went_back
from flows.acts import CloseInvitations, SayWhetherComing
from storage.meetings import keep_answer, meeting_numbered, take_answer_back
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting


@carries_out(SayWhetherComing)
def _(act: SayWhetherComing, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    meeting = meeting_numbered(desk.connection, int(act.meeting))
    if meeting is not None:
        keep_answer(
            desk.connection,
            meeting.id,
            sitting.person.id,
            conversation_id=conversation.id,
            version=act.version,
            answer=act.answer,
            words=act.words,
            at=desk.now,
        )


@carries_out(CloseInvitations)
def _(act: CloseInvitations, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    for each in sitting.desk.open_conversations(sitting.person):
        is_another = each.flow == "meeting-invitation" and each.id != conversation.id
        if is_another and sitting.given(each, "meeting") == act.meeting:
            sitting.desk.change(each, state="ended")


@went_back
def _(sitting: Sitting, conversation: ConversationRecord, names: tuple[str, ...]) -> None:
    if any(name.startswith(SayWhetherComing.__name__) for name in names):
        take_answer_back(sitting.desk.connection, conversation.id)
