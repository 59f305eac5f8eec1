"""Carrying out what people want done with tasks, and what a hand-off brings to light."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out, went_back
from bot.tasks import moves
from bot.tasks.asking import ask_about, pass_answer_on
from flows.task_acts import (
    AcceptOffer,
    AgreeOnDay,
    AnswerAboutTask,
    AskAboutTask,
    ChooseNext,
    ChooseWay,
    DeclineOffer,
    FinishTask,
    GoToHandOff,
    GoToOffer,
    HandBack,
    KeepNextTime,
    OnlyThis,
    PassTo,
    PutOffer,
    TellHowTheyAre,
    TellOfABarrier,
    TellProgress,
    WouldHaveLiked,
)
from storage.hand_offs import change_hand_off, hand_off_with_id, open_hand_off
from storage.records import ConversationRecord
from storage.tasks import add_event, put_offer

if TYPE_CHECKING:
    from bot.sitting import Sitting

ABOUT_A_TASK = frozenset({"task-offer", "hand-off", "hand-off-answer"})


def _tell_team(
    sitting: Sitting, conversation: ConversationRecord, name: str, why: str, task_id: int, words: str | None = None
) -> None:
    """Into the coordinators' inbox, in the person's own words."""
    task = moves.the_task(sitting.desk.connection, task_id)
    sitting.add_to_inbox(why, moves.about(task, words), conversation_id=conversation.id, name=name)


def _end_others(sitting: Sitting, conversation: ConversationRecord, key: str, value: str) -> None:
    """End what else is open with them about the same thing."""
    for other in sitting.desk.open_conversations(sitting.person):
        if other is not conversation and other.flow in ABOUT_A_TASK and sitting.given(other, key) == value:
            sitting.desk.change(other, state="ended")


@carries_out(OnlyThis)
def _(act: OnlyThis, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    for key in ("task", "offer"):
        if value := sitting.given(conversation, key):
            _end_others(sitting, conversation, key, value)


# -- offers --------------------------------------------------------------------------------------------


@carries_out(PutOffer)
def _(act: PutOffer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    now = sitting.desk.now
    put_offer(sitting.desk.connection, act.offer, now, now + moves.ANSWER_WITHIN)


@carries_out(AcceptOffer)
def _(act: AcceptOffer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    connection = sitting.desk.connection
    if not moves.accept(connection, act.offer, sitting.desk.now):
        raise RuntimeError("it was taken while they were told that it is theirs")  # the task is locked since the fact
    offer = moves.the_offer(connection, act.offer)
    if offer.from_id is not None:
        words = f"{offer.called or 'somebody'} has it now"
        _tell_team(sitting, conversation, name, "task passed", offer.task_id, words)


@carries_out(DeclineOffer)
def _(act: DeclineOffer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    moves.decline(sitting.desk.connection, act.offer, sitting.desk.now, act.words)
    if act.words:
        task_id = moves.the_offer(sitting.desk.connection, act.offer).task_id
        _tell_team(sitting, conversation, name, "task not for them", task_id, act.words)


@carries_out(WouldHaveLiked)
def _(act: WouldHaveLiked, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    offer = moves.the_offer(sitting.desk.connection, act.offer)
    add_event(sitting.desk.connection, offer.task_id, "would like it after all", sitting.desk.now, offer.person_id)
    _tell_team(sitting, conversation, name, "task after all", offer.task_id)


@carries_out(AskAboutTask)
def _(act: AskAboutTask, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    asked_the_team = ask_about(sitting, conversation, name, act)
    if asked_the_team:
        _tell_team(sitting, conversation, name, "task question", act.task, act.words)


@carries_out(AnswerAboutTask)
def _(act: AnswerAboutTask, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    pass_answer_on(sitting.desk.connection, act.question, act.words, sitting.person.called or "?", sitting.desk.now)


# -- a task of theirs ----------------------------------------------------------------------------------


@carries_out(AgreeOnDay)
def _(act: AgreeOnDay, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    moves.agree(sitting.desk.connection, act.task, sitting.person.id, act.day, sitting.desk.now)


@carries_out(TellProgress)
def _(act: TellProgress, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    add_event(sitting.desk.connection, act.task, "says", sitting.desk.now, sitting.person.id, act.words)
    _tell_team(sitting, conversation, name, "task news", act.task, act.words)


@carries_out(FinishTask)
def _(act: FinishTask, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    if moves.finish(sitting.desk.connection, act.task, sitting.person.id, sitting.desk.now):
        _end_others(sitting, conversation, "task", str(act.task))
        _tell_team(sitting, conversation, name, "task done", act.task)


@carries_out(HandBack)
def _(act: HandBack, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    if moves.give_back(sitting.desk.connection, act.task, sitting.person.id, "handed it back", sitting.desk.now):
        _end_others(sitting, conversation, "task", str(act.task))
        _tell_team(sitting, conversation, name, "task back", act.task)


@carries_out(PassTo)
def _(act: PassTo, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    connection, giver = sitting.desk.connection, sitting.person.id
    if moves.the_task(connection, act.task).holder_id == giver:
        moves.offer_to(connection, act.task, act.person, sitting.desk.now, giver)


@carries_out(GoToOffer)
def _(act: GoToOffer, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.go_on_with("task-offer", offer=str(act.offer))


@carries_out(GoToHandOff)
def _(act: GoToHandOff, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.go_on_with("hand-off", task=str(act.task))


# -- the hand-off --------------------------------------------------------------------------------------


def _hand_off(sitting: Sitting, conversation: ConversationRecord, task_id: int) -> int:
    """The one that is open with them about a task."""
    began = sitting.given(conversation, "began") or "person"
    return open_hand_off(sitting.desk.connection, task_id, sitting.person.id, began, sitting.desk.now)


@carries_out(TellHowTheyAre)
def _(act: TellHowTheyAre, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    hand_off = _hand_off(sitting, conversation, act.task)
    change_hand_off(sitting.desk.connection, hand_off, how_they_are=act.words)
    _tell_team(sitting, conversation, name, "task how they are", act.task, act.words)


@carries_out(ChooseWay)
def _(act: ChooseWay, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    change_hand_off(sitting.desk.connection, _hand_off(sitting, conversation, act.task), way=act.way)
    if act.way == "ring":
        add_event(sitting.desk.connection, act.task, "would like to be rung", sitting.desk.now, sitting.person.id)
        _tell_team(sitting, conversation, name, "task ring", act.task)


@carries_out(TellOfABarrier)
def _(act: TellOfABarrier, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    hand_off, now = _hand_off(sitting, conversation, act.task), sitting.desk.now
    unanswered = dict.fromkeys(("we_can", "cannot", "because", "instead", "answered_at", "choice"))
    change_hand_off(sitting.desk.connection, hand_off, barrier=act.words, barrier_at=now, **unanswered)
    add_event(sitting.desk.connection, act.task, "wrote what gets in the way", now, sitting.person.id, act.words)
    _tell_team(sitting, conversation, name, "task barrier", act.task, act.words)


@carries_out(ChooseNext)
def _(act: ChooseNext, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    connection, now = sitting.desk.connection, sitting.desk.now
    hand_off = hand_off_with_id(connection, act.hand_off)
    if hand_off is None:
        return
    if act.choice == "pass-on":
        moves.give_back(connection, hand_off.task_id, sitting.person.id, "handed it back", now)
        _tell_team(sitting, conversation, name, "task back", hand_off.task_id)
    else:
        moves.take_up_again(connection, hand_off.task_id, sitting.person.id, now)
        add_event(connection, hand_off.task_id, f"goes on: {act.choice}", now, sitting.person.id)
    if act.choice == "support":
        _tell_team(sitting, conversation, name, "task support", hand_off.task_id, hand_off.barrier)
    ended = None if act.choice == "support" else now
    change_hand_off(connection, act.hand_off, choice=act.choice, ended_at=ended)


@carries_out(KeepNextTime)
def _(act: KeepNextTime, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    change_hand_off(sitting.desk.connection, act.hand_off, next_time=act.words)


@went_back
def _(sitting: Sitting, conversation: ConversationRecord, names: tuple[str, ...]) -> None:
    connection, now = sitting.desk.connection, sitting.desk.now
    done = {name.partition("#")[0].partition(":")[0] for name in names}
    if AcceptOffer.__name__ in done:
        moves.take_acceptance_back(connection, int(sitting.given(conversation, "offer")), now)
    if ChooseNext.__name__ in done:
        hand_off = hand_off_with_id(connection, int(sitting.given(conversation, "hand_off")))
        if hand_off is not None and hand_off.choice == "pass-on":
            moves.take_up_again(connection, hand_off.task_id, sitting.person.id, now)
        change_hand_off(connection, int(sitting.given(conversation, "hand_off")), choice=None, ended_at=None)
    if KeepNextTime.__name__ in done:
        change_hand_off(connection, int(sitting.given(conversation, "hand_off")), next_time=None)
