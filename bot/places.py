"""What HELP answers with: the directory as this process knows it, looking for places, and numbers that do not work.

Once for each process the national lines and the charity's own places are put together. Each look asks the database
for one number, in the transaction of the message, and only after an import are the places read again: so no job has
to run, every process sees an import at its next HELP, and nothing is read twice.

That happens on the store thread, before others' messages, so there is a cap on it: `MOST_PLACES`. As many are read
in about 0.1 seconds, once after an import, and searched in less, even if all of them are about the topic.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from flows.acts import LookFor
from flows.opening_hours import NATIONS, Nation
from flows.signposts import Directory, Signpost, as_text, understand_topics
from storage.places import every_place, note_shown, places_version, shown_since

if TYPE_CHECKING:
    from bot.sitting import Sitting

log = logging.getLogger(__name__)
MOST_PLACES = 2_000
SHOWN_FOR = timedelta(days=1)
_JSON = TypeAdapter(Signpost)
_NATIONS: Mapping[str, Nation] = {nation.lower().replace(" ", "-"): nation for nation in NATIONS}


@dataclass(frozen=True)
class Known:
    """A directory, and what a flow must know of it."""

    version: int
    directory: Directory
    local_topics: frozenset[str]

    @classmethod
    def of(cls, version: int, local: Iterable[Signpost], council_number: str) -> Known:
        """The national lines, and these."""
        directory = Directory.of(local, council_number or None)
        near = (entry for entry in directory.entries if entry.is_local)
        return cls(version, directory, frozenset(topic for entry in near for topic in entry.topics))


@dataclass
class Places:
    """The directory of one house, read again when something was imported. Any thread may ask."""

    _known: Known | None = field(default=None)

    def known(self, connection: Connection, council_number: str) -> Known:
        """The directory as it is now."""
        version = places_version(connection)
        known = self._known
        if known is None or known.version != version:
            local = from_json(every_place(connection, MOST_PLACES)) if version else ()
            self._known = known = Known.of(version, local, council_number)
        return known


def to_json(entry: Signpost) -> str:
    """A signpost as it is stored: only what is known of it."""
    return _JSON.dump_json(entry, exclude_defaults=True).decode()


def from_json(contents: Iterable[str]) -> tuple[Signpost, ...]:
    """Stored signposts; one that this version cannot read is left out, and logged."""
    entries: list[Signpost] = []
    for content in contents:
        try:
            entries.append(_JSON.validate_json(content))
        except ValidationError as fault:
            log.error("place unreadable", extra={"problem": fault.errors(include_input=False)[0]["type"]})
    return tuple(entries)


def known_to(sitting: Sitting) -> Known:
    """The directory, for the length of one message."""
    voice = sitting.voice
    return voice.places.known(sitting.desk.connection, voice.house.council_number)


def look_for(sitting: Sitting, act: LookFor) -> None:
    """Find at most three places, one of them there day and night, and go on with the flow that shows them."""
    directory, now = known_to(sitting).directory, sitting.desk.now
    place = directory.understand_place(act.town) if act.town else None
    nation = (place.nation if place else None) or _NATIONS[act.nation or sitting.voice.house.nation]
    found = directory.search(act.need, act.town, nation=nation, at=now, language=sitting.language)
    lines = (f"{number}. {as_text(entry, now, sitting.language)}" for number, entry in enumerate(found, 1))
    note_shown(sitting.desk.connection, sitting.person.id, [_for_the_team(entry) for entry in found], now)
    more = {"unknown-town": act.town} if act.town and place is None else {}
    if "food" in understand_topics(act.need)[:1]:
        more["about"] = "food"
    sitting.go_on_with("places", lines="\n".join(lines), **more)


def report_wrong(sitting: Sitting, number: str) -> bool:
    """Put a place whose number does not work in front of the coordinators; False: nothing was shown for a day."""
    shown = shown_since(sitting.desk.connection, sitting.person.id, sitting.desk.now - SHOWN_FOR)
    if not shown:
        return False
    if number and int(number) <= len(shown):
        sitting.add_to_inbox("a number does not work", shown[int(number) - 1])
        sitting.say("places.reported")
    else:
        sitting.say("places.which")
    return True


def _for_the_team(entry: Signpost) -> str:
    """A place as a coordinator finds it again: its name, its number, its id and where it is from."""
    reach = entry.phone or entry.text or entry.address
    return f"{entry.name}: {reach} ({entry.id}, {entry.source})"
