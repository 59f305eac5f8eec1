"""Meetings: the invitation, a change of mind at any time, the reminders, and what came of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.acts import CloseInvitations, SayWhetherComing
from flows.choosing import the_one_meant
from flows.conversation import Talk, flow
from flows.replies import any_words, one_of

COMING = one_of("coming", "not-coming", "not-sure")
NOTHING = "nothing"
"""What a coordinator writes where nothing is provided: it is never left open."""


@dataclass(frozen=True)
class Meeting:
    """A meeting, as one person is told of it.

    Attributes:
        number: What it is called by.
        version: Goes up whenever it moves.
        project: The project's name.
        what: What it is about.
        day: The day, by the clocks where it is; so are `begins` and `ends`, in words.
        begins: From when: "2pm".
        ends: Until when.
        where: The place.
        getting_there: How to get there.
        who: Who will be there.
        provided: Food, fares, vouchers; or "nothing".
        remote: How to join from elsewhere.
        answer: What this person has said; None: nothing yet.
        stands: Whether it is to come, at the time that this conversation was begun about.
        because: Why it was cancelled.
    """

    number: str
    version: int
    project: str
    what: str
    day: date
    begins: str
    ends: str
    where: str
    getting_there: str
    who: str
    provided: str
    remote: str | None = None
    answer: str | None = None
    stands: bool = True
    because: str = ""


@dataclass(frozen=True)
class Notes:
    """What came of a meeting; None where there is nothing, and the whole notes only where they can be read."""

    what: str
    day: date
    decisions: str | None
    actions: str | None
    notes: str | None
    more: bool


@flow("meeting-invitation", lives_for=timedelta(days=7), facts=("meeting", "has_moved"))
async def meeting_invitation(talk: Talk) -> None:
    """What, when, where, who, what is provided; then whether they come. No reason is asked for."""
    meeting: Meeting = talk.facts["meeting"]
    if not meeting.stands:
        talk.say("changed", what=meeting.what)
        return
    talk.do(CloseInvitations(meeting.number))
    talk.say("moved" if talk.facts["has_moved"] else "invited", project=meeting.project, what=meeting.what)
    _say_when_and_where(talk, meeting)
    talk.say("meeting.getting-there", how=meeting.getting_there)
    if meeting.remote:
        talk.say("meeting.remote", how=meeting.remote)
    talk.say("meeting.who", who=meeting.who)
    if meeting.provided.casefold() == NOTHING:
        talk.say("meeting.nothing-provided")
    else:
        talk.say("meeting.provided", provided=meeting.provided)
    await _will_you_come(talk, meeting)


@flow("meetings", light=True, facts=("meetings", "chosen"))
async def meetings(talk: Talk) -> None:
    """MEETINGS: what is planned, what they have said, and a way to change it."""
    planned: Mapping[str, Meeting] = talk.facts["meetings"]
    for number, each in planned.items():
        talk.say(f"one:{number}", what=each.what, day=each.day, begins=each.begins, where=each.where)
        if each.answer:
            talk.say(f"said-{each.answer}:{number}")
    which = await the_one_meant(talk, "which", {number: each.what for number, each in planned.items()})
    if which is None:
        talk.say("nothing" if planned else "none")
    elif which not in planned:
        talk.say("gone")
    else:
        await _will_you_come(talk, planned[which])


@flow("meeting-reminder", light=True, facts=("meeting", "is_today"))
async def meeting_reminder(talk: Talk) -> None:
    """Said the day before and that morning to whoever comes or is not sure; nothing, where that has changed."""
    meeting: Meeting = talk.facts["meeting"]
    if not meeting.stands or meeting.answer in (None, "not-coming"):
        return
    talk.say("today" if talk.facts["is_today"] else "soon", what=meeting.what)
    _say_when_and_where(talk, meeting)
    talk.say("meeting.getting-there", how=meeting.getting_there)
    if meeting.remote:
        talk.say("meeting.remote", how=meeting.remote)
    talk.say("change")


@flow("meeting-cancelled", light=True, facts=("meeting",))
async def meeting_cancelled(talk: Talk) -> None:
    """A meeting that they were told of does not take place, and why."""
    meeting: Meeting = talk.facts["meeting"]
    talk.do(CloseInvitations(meeting.number))
    talk.say("cancelled", what=meeting.what, day=meeting.day, begins=meeting.begins)
    talk.say("because", because=meeting.because)


@flow("meeting-notes", light=True, facts=("notes",))
async def meeting_notes(talk: Talk) -> None:
    """What came of a meeting, also for those who could not come."""
    notes: Notes = talk.facts["notes"]
    talk.say("of", what=notes.what, day=notes.day)
    if notes.decisions:
        talk.say("decisions", decisions=notes.decisions)
    if notes.actions:
        talk.say("actions", actions=notes.actions)
    if notes.notes:
        talk.say("notes", notes=notes.notes)
    talk.say("more" if notes.more else "end")


def _say_when_and_where(talk: Talk, meeting: Meeting) -> None:
    talk.say("meeting.when", day=meeting.day, begins=meeting.begins, ends=meeting.ends)
    talk.say("meeting.where", where=meeting.where)


async def _will_you_come(talk: Talk, meeting: Meeting) -> None:
    """The question carries the meeting, so that no answer is taken for one about another."""
    coming = await talk.ask(f"coming:{meeting.number}", COMING, what=meeting.what)
    words = talk.heard(f"words:{meeting.number}", any_words)
    if coming is None:
        talk.say("meeting.no-answer")
        return
    talk.do(CloseInvitations(meeting.number), "answered")
    talk.do(SayWhetherComing(meeting.number, meeting.version, coming, words))
    talk.say(f"meeting.thanks-{coming}", day=meeting.day)
    if words:
        talk.say("meeting.passed-on")
