"""Carrying out what the flows of votes want done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.votes.counting import cast
from flows.acts import CastVote, HearResult, OpenVote
from storage.nudges import withdraw_nudges
from storage.records import ConversationRecord
from storage.votes import vote_with_id

if TYPE_CHECKING:
    from bot.sitting import Sitting

ASKING = ("vote", "secret-vote")


def about_result(vote_id: int | str) -> str:
    """What the telling of a vote's result is about, among the nudges."""
    return f"vote:{vote_id}:result"


@carries_out(OpenVote)
def _(act: OpenVote, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    row = vote_with_id(sitting.desk.connection, int(act.vote))
    _end_others(sitting, conversation, act.vote)
    sitting.go_on_with("secret-vote" if row is not None and row.secret else "vote", vote=act.vote)


@carries_out(CastVote)
def _(act: CastVote, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    key = sitting.voice.ballot_key
    cast(desk.connection, int(act.vote), sitting.person.id, act.choice, desk.now, key)
    _end_others(sitting, conversation, act.vote)


@carries_out(HearResult)
def _(act: HearResult, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    about, person = about_result(act.vote), sitting.person.id
    withdraw_nudges(desk.connection, about, desk.now, "they had been told already", person)
    _end_others(sitting, conversation, act.vote)


def _end_others(sitting: Sitting, conversation: ConversationRecord, vote: str) -> None:
    """They are asked about a vote once at a time."""
    for other in sitting.desk.open_conversations(sitting.person):
        if other is not conversation and other.flow in ASKING and sitting.given(other, "vote") == vote:
            sitting.desk.change(other, state="ended")
