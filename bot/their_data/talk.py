"""MYDATA and FORGET: what these conversations must know of a person, and how somebody is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.facts import Given, fact
from bot.their_data.in_short import in_short
from flows.acts import Forget
from flows.safety import DISCREET
from storage.forgetting import alerts_about, erase, forget_later, what_holds
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting


@carries_out(Forget)
def _(act: Forget, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.write_rows_now()
    if what_holds(desk.connection, person.id):
        desk.change(person, check_in_every_days=None, check_in_on=None, check_in_due_at=None)
        forget_later(desk.connection, person.id, desk.now)
        sitting.add_to_inbox("asked to be forgotten", conversation_id=conversation.id, name=name)
    else:
        desk.forget(person, lambda: erase(desk.connection, person.id, desk.now))


@fact("kept")
def _kept(sitting: Sitting, given: Given) -> str:
    """What is kept about them, in a few short sentences."""
    sitting.desk.write_rows_now()
    person, words = sitting.person, sitting.voice.words
    spoken = words.label(sitting.language, "language.which", person.language or sitting.language)
    return " ".join(in_short(sitting.desk.connection, person, sitting.today, sitting.sentence, spoken))


@fact("looked_after")
def _looked_after(sitting: Sitting, given: Given) -> bool:
    sitting.desk.write_rows_now()
    return what_holds(sitting.desk.connection, sitting.person.id)


@fact("had_an_alert")
def _had_an_alert(sitting: Sitting, given: Given) -> bool:
    return bool(alerts_about(sitting.desk.connection, sitting.person.id))


@fact("discreetly")
def _discreetly(sitting: Sitting, given: Given) -> bool:
    """Whether whoever else reads this phone must not learn of an alert."""
    talks_of_it = (each for each in sitting.desk.open_conversations(sitting.person) if each.flow == "safety")
    if any(sitting.given(each, "topic") == DISCREET for each in talks_of_it):
        return True
    return DISCREET in alerts_about(sitting.desk.connection, sitting.person.id)


@fact("has_stopped")
def _has_stopped(sitting: Sitting, given: Given) -> bool:
    return any(address.stopped_at is not None for address in sitting.desk.addresses_of(sitting.person))


@fact("tells_of_danger")
def _tells_of_danger(sitting: Sitting, given: Given) -> bool:
    """Whether they are a coordinator who is told when somebody is in danger: that list is the configuration's."""
    safeguarding = sitting.voice.house.safeguarding
    return any(safeguarding.at(each.channel, each.value) for each in sitting.desk.addresses_of(sitting.person))


@fact("safety_lines")
def _safety_lines(sitting: Sitting, given: Given) -> str:
    """The lines for somebody in danger, while they may be; empty: they are not."""
    talks_of_it = any(each.flow == "safety" for each in sitting.desk.open_conversations(sitting.person))
    if not talks_of_it and not _looked_after(sitting, given):
        return ""
    return sitting.sentence("safety.again")
