"""What coordinators do: thank somebody, in their own words, for what it was that made a difference."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.people import find_person
from bot.projects.keeping import NotDone
from bot.projects.telling import not_before_they_join, tell
from storage.projects import milestones_of, projects
from storage.suggestions import suggestion_numbered
from storage.thanks import add_thanks, thanks_of

KINDS = "suggestion:3 or milestone:the plan is on paper"


def thank(connection: Connection, who: str, words: str, by: str, about: str | None, now: datetime) -> list[str]:
    """Thank somebody; they hear it as soon as it suits them, and can see it again with THANKS.

    Args:
        connection: A transaction.
        who: Their number, or what they are called.
        words: What you thank them for, as they will read it.
        by: Whose thanks they are, as volunteers know them.
        about: "suggestion:3" or "milestone:its name"; None: for no one thing.
        now: When it is.

    Raises:
        NotDone: There is nothing like that, or they have been thanked in these very words.
    """
    person, said = find_person(connection, who), words.strip()
    if not said:
        raise NotDone("Thanks need words of yours: say what made a difference.")
    what_for = _what_for(connection, about) if about else None
    known = thanks_of(connection, person.id)
    if any((each.words, each.from_name, each.about) == (said, by, about) for each in known):
        raise NotDone(f"{person.called or 'This person'} has been thanked in these very words already.")
    row = {"person_id": person.id, "words": said, "from_name": by, "about": about, "what_for": what_for, "at": now}
    thanks_id = add_thanks(connection, **row)
    told = tell(connection, [person.id], f"thanks:{thanks_id}", "thanks-given", {"thanks": str(thanks_id)}, now)
    return not_before_they_join(told) or [f"{person.called or 'This person'} hears it as soon as it suits them."]


def _what_for(connection: Connection, about: str) -> str:
    """What it was for, in words."""
    kind, _, which = about.partition(":")
    if kind == "suggestion" and which.isdecimal() and (row := suggestion_numbered(connection, int(which))):
        return str(row.words)
    if kind == "milestone":
        steps = [step for project in projects(connection) for step in milestones_of(connection, project.id)]
        for step in steps:
            if step.name.casefold() == which.strip().casefold():
                return str(step.name)
    raise NotDone(f"There is nothing like “{about}” to thank for. Write it like {KINDS}.")
