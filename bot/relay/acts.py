"""Carrying words between two people; whatever holds for a nudge (STOP, PAUSE, quiet hours) holds for them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.projects.telling import tell
from flows.acts import AgreeToBeAsked, AskTeamMate, BlockAsker, PassAnswer, ShareNumber
from flows.relay import ANSWERED_WITHIN
from storage.nudges import NewNudge, add_nudges
from storage.records import ConversationRecord
from storage.relay import (
    agree_to_be_asked,
    block_asker,
    change_passed_on,
    pass_on_question,
    passed_on,
    team_mates_for,
)

if TYPE_CHECKING:
    from bot.sitting import Sitting


@carries_out(AgreeToBeAsked)
def _(act: AgreeToBeAsked, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    agree_to_be_asked(sitting.desk.connection, int(act.project), sitting.person.id, act.agreed)


@carries_out(AskTeamMate)
def _(act: AskTeamMate, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, asker = sitting.desk, sitting.person
    mates = team_mates_for(desk.connection, asker.id, desk.now)
    mate = next((each for each in mates if each.person_id == int(act.person)), None)
    if mate is None:
        return  # the question that named them would not have fitted
    words = {"words": act.words, "at": desk.now, "project_id": mate.project_id}
    its_id = pass_on_question(desk.connection, asker_id=asker.id, asked_id=mate.person_id, **words)
    given, until = {"carried": str(its_id)}, desk.now + ANSWERED_WITHIN
    add_nudges(desk.connection, [NewNudge(mate.person_id, f"asked:{its_id}", "asked", desk.now, until, given)])


@carries_out(PassAnswer)
def _(act: PassAnswer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, row = sitting.desk, passed_on(sitting.desk.connection, int(act.carried))
    if row is None or row.asked_id != sitting.person.id:
        return
    change_passed_on(desk.connection, row.id, answer=act.words)
    tell(desk.connection, [row.asker_id], f"answered:{row.id}", "answered", {"carried": act.carried}, desk.now)


@carries_out(BlockAsker)
def _(act: BlockAsker, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    row = passed_on(sitting.desk.connection, int(act.carried))
    if row is not None and row.asked_id == sitting.person.id:
        block_asker(sitting.desk.connection, sitting.person.id, row.asker_id)


@carries_out(ShareNumber)
def _(act: ShareNumber, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    connection, its_id = sitting.desk.connection, int(act.carried)
    row = passed_on(connection, its_id)
    if row is None or sitting.person.id not in (row.asker_id, row.asked_id):
        return
    is_asker = row.asker_id == sitting.person.id
    change_passed_on(connection, its_id, **{"asker_shares" if is_asker else "asked_shares": True})
    if row.asked_shares if is_asker else row.asker_shares:
        both, given = [row.asker_id, row.asked_id], {"carried": act.carried}
        tell(connection, both, f"numbers:{its_id}", "numbers-shared", given, sitting.desk.now)
