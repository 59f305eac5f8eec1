"""The audit log in sentences: one table of what can stand in it, and what each thing is called, for who may see that.

The log keeps ids, never names ("person:123"). Names are looked up when it is shown, and only for whoever works with
volunteers and may see those people and projects; to anybody else they are "a volunteer" and "a project".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from flows.suggestion import ANSWERS
from storage.accounts import ACCOUNT
from storage.alerts import ALERT
from storage.desk import INBOX, PERSON
from storage.meetings import meeting_numbered
from storage.projects import project_with_id
from storage.searching import belongs_to_one_of
from storage.suggestions import suggestion_numbered
from storage.tasks import task_numbered
from storage.votes import vote_numbered

IT = "{it}"
SENTENCES: Mapping[str, str] = {
    # the door
    "signed in": "signed in",
    "signed out": "signed out",
    "chose a password": "chose a password",
    "changed their password": "changed their password",
    "set up codes": "set up codes from their phone",
    "signed a browser out": "signed another browser of theirs out",
    # the team
    "invited somebody": "invited somebody to the team",
    "changed somebody's rights": "changed what {it} may do",
    "signed somebody out": "signed {it} out everywhere",
    "closed an account": "closed the account of {it}",
    # people
    "looked at somebody": "looked at the page of {it}",
    "saw what they wrote": "saw in the inbox what {it} wrote",
    "marked as done what waited": "marked as done what {it} waited with",
    "took back that it was done": "took back that what {it} waited with was done",
    "took a conversation over": "took over the conversation with {it}",
    "gave a conversation back": "gave the conversation with {it} back to the bot",
    "wrote to somebody": "wrote to {it}",
    "wrote a note": "wrote a note about {it}",
    "read the notes": "read the notes about {it}",
    "made two records one": "made two records of {it} one",
    # alerts
    "saw the words of an alert": "saw the words of {it}",
    "acknowledged an alert": "acknowledged {it}",
    "read the words of an alert": "read the words of {it}",
    "took over after an alert": "took over the conversation after {it}",
    "replied to somebody in danger": "wrote to whoever {it} is about",
    "gave back to the bot after an alert": "gave the conversation of {it} back to the bot",
    "closed an alert": "closed {it}",
    # broadcasts
    "wrote a broadcast": "wrote a broadcast",
    "wrote a broadcast again to those it failed for": "wrote {it} again, to those it did not reach",
    "sent a broadcast to try it": "tried {it} on their own phone",
    "confirmed a broadcast": "let {it} go",
    "took a broadcast back": "took {it} back before anybody had it",
    "paused a broadcast": "paused {it}",
    "let a broadcast go on": "let {it} go on",
    "stopped a broadcast": "stopped {it}",
    "looked at who got a broadcast and what they answered": "looked at who got {it}, and what they answered",
    # work
    "began a project": "began a project",
    "changed a project's card": "changed the card of {it}",
    "let somebody belong to a project": "added somebody to {it}",
    "took somebody out of a project": "took somebody out of {it}",
    "said that a milestone is done": "said that a milestone of {it} is done",
    "looked at what a group said of a milestone": "looked at what the group of {it} said of a milestone",
    "told a group how it looked back": "told the group of {it} how it looked back",
    "looked at what was done with ideas": "looked at what was done with ideas in {it}",
    "looked at ideas": "looked at the ideas",
    "looked at an idea": "looked at {it}",
    **{f"answered: {each}": "answered {it}: " + each for each in ANSWERS},
    "told the group what was done": "told the group what was done with {it}",
    "looked at a task": "looked at {it}",
    "wrote a brief": "wrote a new task in {it}",
    "changed a brief": "changed what is written of {it}",
    "offered a task": "offered {it} to somebody",
    "took an offer back": "took back an offer of {it}",
    "answered a question": "answered a question about {it}",
    "answered what gets in the way": "answered what gets in the way of {it}",
    "said what is still needed": "said what is still needed for {it}",
    "said thank you for a task": "said thank you for {it}",
    "took a task off the list": "took {it} off the list",
    "planned a meeting": "planned a meeting of {it}",
    "changed a meeting": "changed {it}",
    "cancelled a meeting": "cancelled {it}",
    "sent what came of a meeting": "sent what came of {it}",
    "looked at who comes to a meeting": "looked at who comes to {it}",
    "called a vote": "called a vote in {it}",
    "closed a vote before its time": "closed {it} before its time",
    "saved a questionnaire": "saved the questionnaire {it}",
    "shared what came of a questionnaire": "shared what came of the questionnaire {it}",
    "looked at what can be shared of a questionnaire": "looked at what can be shared of the questionnaire {it}",
    "sent a questionnaire": "sent the questionnaire {it}",
    "took along what was answered, as a spreadsheet": "took along the answers to {it}, as a spreadsheet",
    "took along what was answered, as Flow Results": "took along the answers to {it}, as Flow Results",
    # the house
    "opened the feedback inbox": "opened the feedback inbox in this week",
    "imported signposts": "took in signposts",
    "removed signposts": "removed signposts",
    "changed a sentence": "changed the sentence {it}",
    "took our words for a sentence again": "took our own words again for the sentence {it}",
    "signed off a sentence": "signed off the sentence {it}",
    "left a sentence as it was": "left the sentence {it} as it was",
    "signed off a part of the words": "signed off all sentences of {it}",
}
"""What the log says of everything that can stand in it, behind a name; `{it}` is what it was about."""
IS_A_KEY = "inbox:"
"""How a note begins that only tells one thing from another."""


@dataclass(frozen=True)
class Thing:
    """What a line is about: what it is called for whoever reads it, and the page of it, if they may open one."""

    called: str
    page: str | None = None


@dataclass(frozen=True)
class Reader:
    """Who reads the log.

    Attributes:
        connection: To read with.
        projects: The projects whose people they may see; None: all.
        works_with_people: Whether they may see any.
    """

    connection: Connection
    projects: frozenset[int] | None
    works_with_people: bool

    def may_see(self, project_id: int | None) -> bool:
        """Whether they may see what belongs to this project; None: to none."""
        return self.works_with_people and (self.projects is None or project_id in self.projects)


def in_words(what: str) -> tuple[str, str, str]:
    """What a line says before what it is about, whether it says that at all, and what after it."""
    return SENTENCES.get(what, f"{what} {IT}").partition(IT)


def things(reader: Reader, abouts: Iterable[str]) -> dict[str, Thing]:
    """What each of these is called: "person:123" is Ada."""
    return {about: _thing(reader, *about.partition(":")[::2]) for about in set(abouts)}


def _thing(reader: Reader, kind: str, key: str) -> Thing:
    named = _NAMED.get(kind)
    return named(reader, key) if named is not None else Thing(f"{kind} {key}".strip())


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else -1


def _person(reader: Reader, key: str) -> Thing:
    query = select(PERSON.c.called).where(PERSON.c.id == _number(key), belongs_to_one_of(reader.projects))
    row = reader.connection.execute(query).first() if reader.works_with_people else None
    return Thing("a volunteer") if row is None else Thing(row.called or "somebody without a name", f"/people/{key}")


def _waited(reader: Reader, key: str) -> Thing:
    about = reader.connection.execute(select(INBOX.c.person_id).where(INBOX.c.id == _number(key))).scalar()
    return Thing("somebody") if about is None else Thing(_person(reader, str(about)).called)


def _alert(reader: Reader, key: str) -> Thing:
    row = reader.connection.execute(
        select(ALERT.c.reference, ALERT.c.person_id).where(ALERT.c.id == _number(key))
    ).first()
    if row is None or _person(reader, str(row.person_id)).page is None:
        return Thing("an alert")
    return Thing(f"alert {row.reference}", f"/alerts/{row.reference}")


def _project(reader: Reader, key: str) -> Thing:
    row = project_with_id(reader.connection, _number(key))
    seen = row is not None and reader.may_see(row.id)
    return Thing(row.name, f"/work/{key}") if row is not None and seen else Thing("a project")


def _of_a_project(find: Callable[..., object], kind: str, of: str, name: str, reader: Reader, key: str) -> Thing:
    """Something with a number and a name, in a project."""
    row = find(reader.connection, _number(key)) if _number(key) < 2**31 else None
    if row is None or not reader.may_see(row.project_id):  # type: ignore[attr-defined]
        return Thing(f"{kind} {key}")
    called = f", “{getattr(row, name)}”" if name else ""
    return Thing(f"{kind} {key}{called}", f"/work/{of}/{key}")


def _account(reader: Reader, key: str) -> Thing:
    name = reader.connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.id == _number(key))).scalar()
    return Thing(name or "somebody of the team")


def _words(reader: Reader, key: str) -> Thing:
    language, _, its_key = key.partition(":")
    return Thing(f"“{its_key}”{' in Welsh' if language == 'cy' else ''}")


_NAMED: Mapping[str, Callable[[Reader, str], Thing]] = {
    "person": _person,
    "inbox": _waited,
    "alert": _alert,
    "project": _project,
    "broadcast": lambda reader, key: Thing(f"broadcast {key}", f"/broadcasts/{key}"),
    "task": partial(_of_a_project, task_numbered, "task", "tasks", "name"),
    "meeting": partial(_of_a_project, meeting_numbered, "meeting", "meetings", "what"),
    "vote": partial(_of_a_project, vote_numbered, "vote", "votes", "question"),
    "suggestion": partial(_of_a_project, suggestion_numbered, "idea", "suggestions", ""),
    "questionnaire": lambda reader, key: Thing(f"“{key}”"),
    "account": _account,
    "words": _words,
}
"""Every kind of thing that a line can be about."""
