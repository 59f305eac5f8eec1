"""When and how often somebody is asked how they are: what is set, and setting it as they said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.facts import Given, fact
from bot.times import due_at
from flows.acts import SetRhythm
from flows.rhythm import DAY, Rhythm
from storage.records import ConversationRecord, PersonRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("rhythm")
def _rhythm(sitting: Sitting, given: Given) -> Rhythm | None:
    """What is set; None where we write nothing first: they have not joined, or it is not safe to text them."""
    person = sitting.person
    if person.joined_at is None or person.safe_to_text is False:
        return None
    return rhythm_of(person, sitting.today)


def rhythm_of(person: PersonRecord, today: date) -> Rhythm:
    """What is set for somebody, on a day of theirs."""
    start, end = person.quiet_until_minute, person.quiet_from_minute
    away, back = person.break_from_minute, person.break_until_minute
    return Rhythm(
        every_days=person.check_in_every_days,
        on=person.check_in_on,
        minute=person.check_in_minute,
        start=start,
        end=end if end > start else end + DAY,
        today=today,
        days=person.check_in_days,
        gap=(away, back) if away is not None and back is not None else None,
    )


@carries_out(SetRhythm)
def _(act: SetRhythm, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk, person = sitting.desk, sitting.person
    desk.change(
        person,
        check_in_every_days=act.every_days,
        check_in_on=act.on,
        check_in_days=act.days,
        check_in_minute=act.minute,
        check_in_waits_for=None,
        quiet_from_minute=act.end % DAY,
        quiet_until_minute=act.start,
        break_from_minute=act.not_from,
        break_until_minute=act.not_until,
    )
    desk.change(person, check_in_due_at=due_at(act.on, act.minute, person) if act.on is not None else None)
