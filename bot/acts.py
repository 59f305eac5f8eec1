"""Carrying out what flows want done: each act, in the transaction of the message that led to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import singledispatch
from typing import TYPE_CHECKING, TypeAlias

from bot import alerts, places
from bot.times import PARTS_OF_DAY, plan_check_in, zone_of
from flows.acts import (
    AddANote,
    AskForAPerson,
    BeDiscreet,
    Begin,
    CallThem,
    Join,
    LeaveAlone,
    LookFor,
    PassOn,
    Pause,
    RaiseAlert,
    RecordCheckIn,
    SetTimeOfDay,
    ShareDanger,
    Speak,
    SpeakFreely,
)
from flows.conversation import Do, TakeBack
from storage.broadcasts import withdraw_from
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def carry_out(sitting: Sitting, conversation: ConversationRecord, do: Do) -> None:
    """Do it; doing the same act (by name) of a conversation again replaces what it did before."""
    _carry_out(do.act, sitting, conversation, do.name)


@singledispatch
def _carry_out(act: object, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    raise TypeError(f"nobody knows how to carry out {type(act).__name__}")


carries_out = _carry_out.register
"""Makes a function the one that carries out a kind of act, in a file beside what it is about."""

WentBack: TypeAlias = "Callable[[Sitting, ConversationRecord, tuple[str, ...]], None]"
_went_back: list[WentBack] = []
_joined: list[Callable[[Sitting], None]] = []


def joined(tell: Callable[[Sitting], None]) -> Callable[[Sitting], None]:
    """Make a function be told when somebody has joined."""
    _joined.append(tell)
    return tell


def went_back(undo: WentBack) -> WentBack:
    """Make a function be told of what somebody has gone BACK over: the names of the acts of a conversation."""
    _went_back.append(undo)
    return undo


@carries_out(RecordCheckIn)
def _(act: RecordCheckIn, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.add_check_in(
        conversation.id,
        person_id=sitting.person.id,
        mood=act.mood,
        note=act.note,
        wants_a_call=act.wants_a_call,
    )


@carries_out(AskForAPerson)
def _(act: AskForAPerson, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.add_to_inbox(act.why, act.note, conversation_id=conversation.id, name=name)


@carries_out(LookFor)
def _(act: LookFor, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    places.look_for(sitting, act)


@carries_out(AddANote)
def _(act: AddANote, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.add_note(conversation.id, act.note)


@carries_out(TakeBack)
def _(act: TakeBack, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.take_back(conversation.id, act.names)
    if any(name.startswith(RecordCheckIn.__name__) for name in act.names):
        sitting.desk.take_check_in_back(conversation.id)
    alerts.went_back(sitting, act.names)
    for undo in _went_back:
        undo(sitting, conversation, act.names)


@carries_out(Join)
def _(act: Join, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.change(person, joined_at=person.joined_at or desk.now, safe_to_text=act.safe_to_text)
    if act.safe_to_text is False:
        desk.change(person, check_in_every_days=None, check_in_on=None, check_in_due_at=None)
    else:
        plan_check_in(desk, person, every_days=person.check_in_every_days or 7)
    for tell in _joined:
        tell(sitting)


@carries_out(CallThem)
def _(act: CallThem, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, called=act.name)


@carries_out(Speak)
def _(act: Speak, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, language=act.language)


@carries_out(SetTimeOfDay)
def _(act: SetTimeOfDay, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.change(person, check_in_minute=PARTS_OF_DAY[act.part])
    if person.check_in_every_days is not None:
        plan_check_in(desk, person, every_days=person.check_in_every_days)


@carries_out(Pause)
def _(act: Pause, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    desk.change(sitting.person, paused_until=_end_of_pause(act, sitting))
    withdraw_from(desk.connection, sitting.person.id, "paused")


def _end_of_pause(act: Pause, sitting: Sitting) -> datetime:
    """A day begins at midnight where they are, so that a check-in of that very day can come."""
    if act.until is not None:
        return datetime.combine(act.until, time(), zone_of(sitting.person.zone)).astimezone(UTC)
    return FOR_EVER if act.days is None else sitting.desk.now + timedelta(days=act.days)


@carries_out(LeaveAlone)
def _(act: LeaveAlone, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    desk.change(sitting.address, closed_at=desk.now, closed_reason="somebody else may have this number")


@carries_out(Begin)
def _(act: Begin, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.go_on_with(act.flow)


@carries_out(ShareDanger)
def _(act: ShareDanger, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, sharing=act.when)


@carries_out(RaiseAlert)
def _(act: RaiseAlert, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    alerts.raise_alert(sitting, conversation.id, name, act)


@carries_out(PassOn)
def _(act: PassOn, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.add_to_inbox("said in danger", act.words, conversation_id=conversation.id, name=name)
    alerts.pass_on(sitting)


@carries_out(BeDiscreet)
def _(act: BeDiscreet, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    desk.change(sitting.person, safe_to_text=False, check_in_every_days=None, check_in_on=None, check_in_due_at=None)


@carries_out(SpeakFreely)
def _(act: SpeakFreely, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    alerts.may_speak(sitting)
