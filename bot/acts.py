"""Carrying out what flows want done: each act, in the transaction of the message that led to it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import singledispatch
from typing import TYPE_CHECKING

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


@_carry_out.register(RecordCheckIn)
def _(act: RecordCheckIn, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.add_check_in(
        conversation.id,
        person_id=sitting.person.id,
        mood=act.mood,
        note=act.note,
        wants_a_call=act.wants_a_call,
    )


@_carry_out.register(AskForAPerson)
def _(act: AskForAPerson, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.add_to_inbox(act.why, act.note, conversation_id=conversation.id, name=name)


@_carry_out.register(LookFor)
def _(act: LookFor, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    places.look_for(sitting, act)


@_carry_out.register(AddANote)
def _(act: AddANote, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.add_note(conversation.id, act.note)


@_carry_out.register(TakeBack)
def _(act: TakeBack, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.take_back(conversation.id, act.names)
    if any(name.startswith(RecordCheckIn.__name__) for name in act.names):
        sitting.desk.take_check_in_back(conversation.id)
    alerts.went_back(sitting, act.names)


@_carry_out.register(Join)
def _(act: Join, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.change(person, joined_at=person.joined_at or desk.now, safe_to_text=act.safe_to_text)
    if act.safe_to_text is False:
        desk.change(person, check_in_every_days=None, check_in_on=None, check_in_due_at=None)
    else:
        plan_check_in(desk, person, every_days=person.check_in_every_days or 7)


@_carry_out.register(CallThem)
def _(act: CallThem, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, called=act.name)


@_carry_out.register(Speak)
def _(act: Speak, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, language=act.language)


@_carry_out.register(SetTimeOfDay)
def _(act: SetTimeOfDay, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.change(person, check_in_minute=PARTS_OF_DAY[act.part])
    if person.check_in_every_days is not None:
        plan_check_in(desk, person, every_days=person.check_in_every_days)


@_carry_out.register(Pause)
def _(act: Pause, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, paused_until=_end_of_pause(act, sitting))


def _end_of_pause(act: Pause, sitting: Sitting) -> datetime:
    """A day begins at midnight where they are, so that a check-in of that very day can come."""
    if act.until is not None:
        return datetime.combine(act.until, time(), zone_of(sitting.person.zone)).astimezone(UTC)
    return FOR_EVER if act.days is None else sitting.desk.now + timedelta(days=act.days)


@_carry_out.register(LeaveAlone)
def _(act: LeaveAlone, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    desk.change(sitting.address, closed_at=desk.now, closed_reason="somebody else may have this number")


@_carry_out.register(Begin)
def _(act: Begin, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.go_on_with(act.flow)


@_carry_out.register(ShareDanger)
def _(act: ShareDanger, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.desk.change(sitting.person, sharing=act.when)


@_carry_out.register(RaiseAlert)
def _(act: RaiseAlert, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    alerts.raise_alert(sitting, conversation.id, name, act)


@_carry_out.register(PassOn)
def _(act: PassOn, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    sitting.add_to_inbox("said in danger", act.words, conversation_id=conversation.id, name=name)
    alerts.pass_on(sitting)


@_carry_out.register(BeDiscreet)
def _(act: BeDiscreet, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    desk.change(sitting.person, safe_to_text=False, check_in_every_days=None, check_in_on=None, check_in_due_at=None)


@_carry_out.register(SpeakFreely)
def _(act: SpeakFreely, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    alerts.may_speak(sitting)
