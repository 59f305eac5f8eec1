"""Who is found for what: three signposts at most, one of them day and night, and the fixed lines for danger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from flows.opening_hours import NATIONS, Nation
from flows.signposts.places import Place, area_of, district_of, known_places, plain, understand_place
from flows.signposts.signpost import Signpost, digits, uk_signposts
from flows.signposts.topics import understand_topics

DangerTopic: TypeAlias = Literal[
    "suicide_selfharm", "domestic_abuse", "overdose_drugs", "homeless_now", "third_party_risk"
]
DANGER_TOPICS: tuple[DangerTopic, ...] = get_args(DangerTopic)
MOST = 3
COUNCIL = "council-homeless"
_MENTAL_HEALTH: Mapping[Nation | None, str] = {
    "England": "nhs111-eng",
    "Wales": "nhs111-wal",
    "Scotland": "nhs24-sco",
}
_ABUSE: Mapping[Nation | None, str] = {
    "England": "refuge",
    "Wales": "livefearfree",
    "Scotland": "sdafmh",
    "Northern Ireland": "dsahelpline",
}
_HOMELESS: Mapping[Nation | None, str] = {
    "England": "shelter-eng",
    "Wales": "shelter-cym",
    "Scotland": "shelter-sco",
    "Northern Ireland": "housingrights-ni",
}


@dataclass(frozen=True)
class Directory:
    """The national lines, and the charity's own places; `Directory.of` makes one."""

    entries: tuple[Signpost, ...]

    @classmethod
    def of(cls, local: Iterable[Signpost] = (), council_phone: str | None = None) -> Directory:
        """The directory of a charity.

        Args:
            local: Its own places; none of them can take the id of a national line.
            council_phone: Its council's number for people who are homeless tonight; None: not filled in.
        """
        national = tuple(
            replace(entry, phone=council_phone) if entry.id == COUNCIL else entry for entry in uk_signposts()
        )
        taken = {entry.id for entry in national}
        return cls(national + tuple(entry for entry in local if entry.id not in taken))

    def search(
        self,
        topic: str,
        place: str | None = None,
        age: int | None = None,
        nation: Nation | None = None,
        *,
        at: datetime,
        language: str = "en",
        limit: int = MOST,
    ) -> list[Signpost]:
        """Who can help, what is open now first; always with a line that is there day and night.

        Args:
            topic: A topic's name, or what the person typed; where none is understood, those who listen.
            place: What they typed; None or not understood: local places are left out.
            age: None: not known; those for one age then come later.
            nation: None: as the place tells; if that does not either, lines of single nations are left out.
            at: Now, with a time zone.
            language: Their own; lines that speak only another one are left out.
            limit: How many at most; never more than three.
        """
        where = self.understand_place(place) if place else None
        asker = _Asker(understand_topics(topic), where, age, nation, at, language)
        fitting = (entry for entry in self.entries if asker.topics_met(entry) and asker.can_use(entry))
        found = sorted(fitting, key=asker.rank)
        most = max(1, min(limit, MOST))
        chosen = _one_of_each(found)[:most]
        if any(map(asker.can_always_use, chosen)):
            return chosen
        return [*chosen[: most - 1], next(filter(asker.can_always_use, found), _listener())]

    def for_danger(self, topic: DangerTopic, nation: Nation | None) -> tuple[Signpost, ...]:
        """The fixed lines for a danger, the first to call first; only lines that came with the product.

        Args:
            topic: What kind of danger.
            nation: Where the person is; None: only lines that answer in the whole of the UK.
        """
        national = {entry.id: entry for entry in uk_signposts()}
        lines = (self._council() if id_ == COUNCIL else national[id_] for id_ in _danger_lines(topic, nation))
        return tuple(line for line in lines if line.phone or line.text)

    def understand_place(self, text: str) -> Place | None:
        """Where these words say that somebody is; None: nowhere that this directory knows, and no postcode."""
        return understand_place(text, self.towns)

    @cached_property
    def towns(self) -> Mapping[str, Set[str]]:
        """The names of towns and areas that it understands, each with the postcode areas that it lies in."""
        return known_places(self.entries)

    def _council(self) -> Signpost:
        return next(entry for entry in self.entries if entry.id == COUNCIL)


@dataclass(frozen=True)
class _Asker:
    """Somebody who looks for help: what they need, and what is known of them."""

    topics: tuple[str, ...]
    place: Place | None
    age: int | None
    nation: Nation | None
    at: datetime
    language: str

    def can_use(self, entry: Signpost) -> bool:
        """Whether this is there for them at all, whatever it is about."""
        return (
            entry.is_reachable
            and (self.age is None or entry.helps_at_age(self.age))
            and (entry.speaks("en") or entry.speaks(self.language))
            and self._is_in_nation(entry)
            and self._nearness(entry) is not None
        )

    def topics_met(self, entry: Signpost) -> list[int]:
        """Which of their topics it is about, as positions; those who listen where nothing was understood."""
        wanted = self.topics or ("listening", "crisis", "text")
        return [number for number, topic in enumerate(wanted) if topic in entry.topics]

    def rank(self, entry: Signpost) -> tuple[int | str, ...]:
        """What to put first: open now, near, about the main topic, in their language, for anyone."""
        met = self.topics_met(entry)
        return (
            {True: 0, None: 1, False: 2}[entry.is_open(self.at)],
            self._nearness(entry) or 0,
            self._is_narrow(entry),
            met[0],
            not entry.speaks(self.language),
            len(entry.nations),
            -len(met),
            entry.confidence or "",
            entry.name,
        )

    def can_always_use(self, entry: Signpost) -> bool:
        """Whether this is their line for day and night: about their main topic, or for anyone."""
        is_for_them = not self._is_narrow(entry) or (0 in self.topics_met(entry) and self._knows_age_for(entry))
        return entry.is_day_and_night_line and is_for_them

    def _is_narrow(self, entry: Signpost) -> bool:
        """Whether it is for some people only, and nobody knows if they are one of them."""
        return bool(entry.eligibility) or not self._knows_age_for(entry)

    def _knows_age_for(self, entry: Signpost) -> bool:
        return self.age is not None or (entry.min_age is None and entry.max_age is None)

    def _is_in_nation(self, entry: Signpost) -> bool:
        if entry.is_local or not entry.nations:
            return True
        nation = self.nation or (self.place.nation if self.place else None)
        return nation in entry.nations if nation else len(entry.nations) == len(NATIONS)

    def _nearness(self, entry: Signpost) -> int | None:
        """0: in their town or district; 1: in their postcode area; 2: not bound to a place; None: elsewhere."""
        if not entry.is_local:
            return 2
        if self.place is None:
            return None
        names = {plain(name) for name in (entry.place, *entry.areas) if name}
        district = district_of(entry.postcode)
        if self.place.name in names or (district and district == self.place.district):
            return 0
        return 1 if area_of(entry.postcode) in self.place.areas else None


def _listener() -> Signpost:
    """Samaritans, who can always be talked to, whatever it is about."""
    return next(entry for entry in uk_signposts() if entry.id == "samaritans")


def _one_of_each(entries: Iterable[Signpost]) -> list[Signpost]:
    """Without what is the same line twice, as when a feed lists a national one again."""
    seen: set[str] = set()
    different: list[Signpost] = []
    for entry in entries:
        number = digits(entry.phone or "") or entry.id
        if number not in seen:
            seen.add(number)
            different.append(entry)
    return different


def _danger_lines(topic: DangerTopic, nation: Nation | None) -> Iterable[str]:
    """The ids of the lines, in the order in which they are worth a try."""
    if topic == "suicide_selfharm":
        # Northern Ireland has no mental health option on 111: Lifeline is its number.
        first = ("lifeline-ni",) if nation == "Northern Ireland" else ()
        ids = ("emergency", *first, "samaritans", "shout", _MENTAL_HEALTH.get(nation))
    elif topic == "domestic_abuse":
        ids = ("emergency", "silent-999", _ABUSE.get(nation, "samaritans"))
    elif topic == "overdose_drugs":
        ids = ("emergency", "dan247" if nation == "Wales" else "frank")
    elif topic == "homeless_now":
        ids = (COUNCIL, _HOMELESS.get(nation), "emergency")
    else:
        ids = ("emergency", "samaritans", "shout")
    return (id_ for id_ in ids if id_)
