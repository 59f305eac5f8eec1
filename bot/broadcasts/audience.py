"""For whom a broadcast is meant, and why somebody it is meant for does not get it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.broadcasts.wording import LANGUAGES
from bot.channels import REASONS
from bot.house import House
from bot.not_joined import NOT_JOINED, has_not_joined
from bot.projects.keeping import side_of
from bot.times import zone_of
from bot.writing_first import SILENT_FOR
from storage.audiences import Candidate, candidates
from storage.forgetting import ASKED_TO_BE_FORGOTTEN
from storage.projects import members_of, projects
from storage.strengths import who_named

BY_HAND = "left out by hand"
MOST_BY_ID = 5_000  # beyond, a database takes the keys no longer, and one look at everybody is as quick
ONE_PHONE = "shares a phone with somebody who gets it"
_ONLY = {
    "volunteer": "only volunteers",
    "staff": "only staff",
    "sms": "only by text message",
    "telegram": "only on Telegram",
}
_STORED = ("projects", "role", "channel", "language", "good_at", "answered_within_days", "silent_for_days", "within")


@dataclass(frozen=True)
class Audience:
    """Whom a coordinator means; what is not said leaves nobody out.

    Attributes:
        projects: The ids of projects; whoever belongs to one of them.
        role: "volunteer" or "staff".
        channel: "sms" or "telegram": where they would be written to.
        language: "en" or "cy".
        good_at: What they have named among their strengths, in any words.
        answered_within_days: They have written to us in these last days.
        silent_for_days: They have not written to us for so many days.
        within: The ids of the projects that whoever made it may reach; None: all people.
        picked: People's ids; empty: not picked by hand.
        but_not: The ids of people who are left out by hand.
        only_picked: Whether nobody else is meant, also once all who were picked have been forgotten.
    """

    projects: tuple[int, ...] = ()
    role: str | None = None
    channel: str | None = None
    language: str | None = None
    good_at: str | None = None
    answered_within_days: int | None = None
    silent_for_days: int | None = None
    within: tuple[int, ...] | None = None
    picked: frozenset[int] = field(default=frozenset())
    but_not: frozenset[int] = field(default=frozenset())
    only_picked: bool = False

    def to_json(self) -> str:
        """As it is stored; people are kept elsewhere, so that they can be forgotten."""
        stored = asdict(self)
        said = {name: stored[name] for name in _STORED if stored[name] not in (None, ())}
        if self.within is not None:
            said["within"] = self.within  # none at all is not the same as all
        return json.dumps(said | ({"only_picked": True} if self.picked or self.only_picked else {}))

    @classmethod
    def from_json(cls, stored: str, picks: Mapping[int, bool]) -> Audience:
        """As it was stored, with who was picked (False) and left out by hand (True)."""
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(stored).items()
        }
        picked = frozenset(each for each, out in picks.items() if not out)
        return cls(**said, picked=picked, but_not=frozenset(picks) - picked)


@dataclass(frozen=True)
class Meant:
    """Somebody for whom a broadcast is meant, and why they do not get it; None: they do."""

    person: Candidate
    left_out: str | None


def for_whom(connection: Connection, audience: Audience) -> str:
    """Whom it is meant for, as a coordinator said it: "Garden, only volunteers"."""
    names = [each.name for each in projects(connection) if each.id in audience.projects]
    nobody_said = "everybody" if audience.within is None else "everybody in your projects"
    said = [" and ".join(names) or nobody_said]
    said += [words for words in (_ONLY.get(audience.role or ""), _ONLY.get(audience.channel or "")) if words]
    said += [f"only those who are written to in {LANGUAGES[audience.language]}"] if audience.language else []
    said += [f"who named {audience.good_at}"] if audience.good_at else []
    said += [f"who wrote in the last {audience.answered_within_days} days"] if audience.answered_within_days else []
    said += [f"who have not written for {audience.silent_for_days} days"] if audience.silent_for_days else []
    said += [f"only {len(audience.picked)} picked by name"] if audience.picked or audience.only_picked else []
    said += [f"without {len(audience.but_not)} left out by hand"] if audience.but_not else []
    return ", ".join(said)


def who(connection: Connection, audience: Audience, house: House, now: datetime) -> list[Meant]:
    """Everybody for whom it is meant, in the order in which they came."""
    phones: set[int] = set()
    meant = []
    for person in _addressed(connection, audience, house, now):
        why = BY_HAND if person.id in audience.but_not else why_not(person, now)
        if why is None and person.address_id in phones:
            why = ONE_PHONE
        if why is None and person.address_id is not None:
            phones.add(person.address_id)
        meant.append(Meant(person, why))
    return meant


def why_not(person: Candidate, now: datetime) -> str | None:
    """Why somebody can't be written to first now; None: they can."""
    if has_not_joined(person):
        return NOT_JOINED
    if person.is_leaving:
        return ASKED_TO_BE_FORGOTTEN
    if person.stopped:
        return "said STOP"
    if person.address_id is None:
        return "has no address"
    if person.closed_reason is not None:
        return f"cannot be reached: {in_words(person.closed_reason)}"
    if person.safe_to_text is False:
        return "it is not safe to text them"
    if person.paused_until is not None and person.paused_until > now:
        return _paused(person.paused_until, person.zone)
    if person.in_hard_moment:
        return "this is not a good moment for them"  # no more: who looks after whom is not told here
    if person.role == "volunteer" and person.known_since is not None and now - person.known_since > SILENT_FOR:
        return f"not heard from for {SILENT_FOR.days} days"
    return None


def in_words(reason: str) -> str:
    """A stored reason why something could not be sent, for a coordinator."""
    known = {each.value: words for each, words in REASONS.items()}
    return known.get(reason, reason)


def _paused(until: datetime, zone: str) -> str:
    return "paused" if until.year > 9000 else f"paused until {until.astimezone(zone_of(zone)):%d %b %Y}"


def _addressed(connection: Connection, audience: Audience, house: House, now: datetime) -> Iterator[Candidate]:
    """Whom the coordinator means, whether they can be reached or not."""
    tests = list(_tests(connection, audience, house, now))
    sides = _sides(connection, audience.projects)
    for person in candidates(connection, now, _at_most(connection, audience, sides)):
        belongs = not has_not_joined(person)
        named = person.id in audience.picked or person.id in sides
        if (belongs or named) and all(test(person) for test in tests):
            yield person


def _at_most(connection: Connection, audience: Audience, sides: Mapping[int, str]) -> Collection[int] | None:
    """Those among whom all are who are meant; None: everybody, or so many that it is as quick to look at all."""
    found = set(sides) if audience.projects else None
    if audience.picked or audience.only_picked:
        found = set(audience.picked) if found is None else found & audience.picked
    if audience.within is not None and found is None:
        found = set(_sides(connection, audience.within))
    return found if found is not None and len(found) <= MOST_BY_ID else None


def _tests(
    connection: Connection, audience: Audience, house: House, now: datetime
) -> Iterator[Callable[[Candidate], bool]]:
    sides = _sides(connection, audience.projects)
    if audience.projects:
        yield lambda person: person.id in sides
    if audience.within is not None:
        within = _sides(connection, audience.within)
        yield lambda person: person.id in within
    if audience.picked or audience.only_picked:
        yield lambda person: person.id in audience.picked
    if audience.role is not None:
        yield lambda person: sides.get(person.id, _side(person)) == audience.role
    if audience.channel is not None:
        yield lambda person: person.channel == audience.channel
    if audience.language is not None:
        yield lambda person: (person.language or house.language) == audience.language
    if audience.good_at is not None:
        good = {row.person_id for row in who_named(connection, audience.good_at)}
        yield lambda person: person.id in good
    if audience.answered_within_days is not None:
        since = now - timedelta(days=audience.answered_within_days)
        yield lambda person: person.last_heard_at is not None and person.last_heard_at >= since
    if audience.silent_for_days is not None:
        before = now - timedelta(days=audience.silent_for_days)
        yield lambda person: person.last_heard_at is None or person.last_heard_at < before


def _sides(connection: Connection, projects: Collection[int]) -> dict[int, str]:
    """Who belongs to one of these projects, as staff or as a volunteer."""
    members = (each for project in projects for each in members_of(connection, project))
    return {each.person_id: side_of(each) for each in members}


def _side(person: Candidate) -> str:
    return "staff" if person.role == "coordinator" else "volunteer"
