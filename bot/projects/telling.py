"""What a group is told by itself: the card when somebody comes to belong, answers, and what became of ideas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.not_joined import those_not_joined, until_they_join
from storage.nudges import NewNudge, add_nudges
from storage.projects import members_of, projects_of

WORTH_TELLING_FOR = timedelta(days=30)  # what could not be said in that time is old news


@dataclass(frozen=True)
class Hearers:
    """What comes of having people told something.

    Attributes:
        now: How many hear it as soon as it suits them, and had not been told before.
        later: How many more hear it once they have joined.
        not_joined: What those who have not joined are called, also those for whom it waited before.
    """

    now: int
    later: int = 0
    not_joined: tuple[str | None, ...] = ()

    def __add__(self, other: Hearers) -> Hearers:
        """Both."""
        names = dict.fromkeys((*self.not_joined, *other.not_joined))
        return Hearers(self.now + other.now, self.later + other.later, tuple(names))


def tell(
    connection: Connection, people: Iterable[int], about: str, flow: str, given: Mapping[str, str], now: datetime
) -> Hearers:
    """Have these people told something once, as soon as it suits each, and once they have joined."""
    until = now + WORTH_TELLING_FOR
    return plan(connection, [NewNudge(each, about, flow, now, until, given) for each in people])


def plan(connection: Connection, nudges: Sequence[NewNudge]) -> Hearers:
    """Have something said, and see who hears it now and who only once they have joined."""
    waiting = those_not_joined(connection, {each.person_id for each in nudges})
    told = add_nudges(connection, [each for each in nudges if each.person_id not in waiting])
    later = add_nudges(connection, [each for each in nudges if each.person_id in waiting])
    return Hearers(told, later, tuple(waiting.values()))


def will_be_told(told: Hearers) -> str:
    """How many people are told, in words, and who only once they have joined."""
    said = "Nobody new is told."
    if told.now:
        said = f"{told.now} {'person is' if told.now == 1 else 'people are'} told, as soon as it suits them."
    return " ".join([said, *not_before_they_join(told)])


def those_left_out(connection: Connection, project_id: int) -> Hearers:
    """Those of a project who have not joined, of something that is planned for the others by itself."""
    people = [each.person_id for each in members_of(connection, project_id)]
    return Hearers(0, 0, tuple(those_not_joined(connection, people).values()))


def not_before_they_join(told: Hearers) -> list[str]:
    """The sentence about those who have not joined; none where all have."""
    return [until_they_join(told.not_joined)] if told.not_joined else []


def tell_group(
    connection: Connection, project_id: int, about: str, flow: str, given: Mapping[str, str], now: datetime
) -> Hearers:
    """Have everybody who belongs to a project told something once."""
    people = [each.person_id for each in members_of(connection, project_id)]
    return tell(connection, people, about, flow, given, now)


def welcome(connection: Connection, project_id: int, people: Iterable[int], now: datetime) -> Hearers:
    """Tell these people what the project they belong to now is about, unless they have been told."""
    return tell(connection, people, f"project:{project_id}", "project", {"project": str(project_id)}, now)


def welcome_to_all(connection: Connection, person_id: int, now: datetime) -> None:
    """Tell somebody who has joined about each project they belong to."""
    for project in projects_of(connection, person_id, has_joined=True):
        welcome(connection, project.id, [person_id], now)
