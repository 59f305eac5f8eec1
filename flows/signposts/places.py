"""Where people say that they are: a town that the directory knows, or a postcode or the beginning of one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flows.opening_hours import Nation
from flows.signposts.topics import understand_topics

if TYPE_CHECKING:
    from flows.signposts.signpost import Signpost

SLIPS_FROM = 5
TOWN_SLIPS_FROM = 7  # letters of a town that no entry names
_POSTCODE = re.compile(r"\b([A-Z]{1,2})(\d[A-Z\d]?)(?:\s*\d[A-Z]{2})?\b")
# Postcode areas by the nation of all or nearly all their addresses. CH, HR, SY and TD lie in two nations.
_SCOTLAND = re.compile("AB|DD|DG|EH|FK|G|HS|IV|KA|KW|KY|ML|PA|PH|ZE")
_WALES = re.compile("CF|LD|LL|NP|SA")
_ENGLAND = re.compile(
    "AL|B|BA|BB|BD|BH|BL|BN|BR|BS|CA|CB|CM|CO|CR|CT|CV|CW|DA|DE|DH|DL|DN|DT|DY|E|EC|EN|EX|FY|GL|GU|HA|HD|HG|HP|HU|"
    "HX|IG|IP|KT|L|LA|LE|LN|LS|LU|M|ME|MK|N|NE|NG|NN|NR|NW|OL|OX|PE|PL|PO|PR|RG|RH|RM|S|SE|SG|SK|SL|SM|SN|SO|SP|SR|"
    "SS|ST|SW|TA|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO"
)


@dataclass(frozen=True)
class Place:
    """Where somebody is, as far as they said.

    Attributes:
        name: The town, as the directory writes it, in lower case.
        district: The first half of a postcode, "BN1".
        areas: The letters that it begins with, "BN"; for a town, those of the directory's places in it.
        country: The nation of a town that we know by its name only; None: other nations have one of that name too.
    """

    name: str | None = None
    district: str | None = None
    areas: frozenset[str] = frozenset()
    country: Nation | None = None

    @property
    def nation(self) -> Nation | None:
        """The nation it is in; None: neither its name nor its postcode area tells."""
        if self.country:
            return self.country
        nations = {nation_of(area) for area in self.areas}
        return nations.pop() if len(nations) == 1 else None


def nation_of(postcode: str) -> Nation | None:
    """The nation of a postcode, or of its first letters; None: its area lies in two nations, or nowhere."""
    match = re.match(r"[A-Z]{1,2}", postcode.upper())
    area = match[0] if match else ""
    if _ENGLAND.fullmatch(area):
        return "England"
    if _SCOTLAND.fullmatch(area):
        return "Scotland"
    if _WALES.fullmatch(area):
        return "Wales"
    return "Northern Ireland" if area == "BT" else None


def district_of(postcode: str | None) -> str | None:
    """The first half of a postcode; None: there is none in it."""
    match = _POSTCODE.search((postcode or "").upper())
    return match[1] + match[2] if match else None


def area_of(postcode: str | None) -> str | None:
    """The letters that a postcode begins with; None: there is no postcode in it."""
    match = _POSTCODE.search((postcode or "").upper())
    return match[1] if match else None


def understand_place(text: str, known: Mapping[str, Set[str]]) -> Place | None:
    """Where these words say that somebody is; None: nowhere that is known, and no postcode.

    Names that the directory knows go before the towns that ship with the product.

    Args:
        text: "brighton", "im in brigton", "BN1 4GQ", "bn1", "BN".
        known: The names that can be understood; see `known_places`.
    """
    if district := district_of(text):
        return Place(district=district, areas=frozenset({area_of(text) or ""}))
    letters = text.strip().upper()
    if re.fullmatch(r"[A-Z]{2}", letters) and nation_of(letters):
        return Place(areas=frozenset({letters}))
    phrases = _phrases(text)
    if name := next((phrase for phrase in phrases if phrase in known), None):
        return Place(name=name, areas=frozenset(known[name]))
    if town := next((phrase for phrase in phrases if phrase in _towns()), None):
        return Place(name=town, country=_towns()[town])
    if name := _with_slips(phrases, known):
        return Place(name=name, areas=frozenset(known[name]))
    town = _town_with_a_slip(phrases)
    return Place(name=town, country=_towns()[town]) if town else None


def known_places(entries: Iterable[Signpost]) -> dict[str, set[str]]:
    """The names of the towns and areas of these entries, and the postcode areas they lie in."""
    known: dict[str, set[str]] = {}
    for entry in entries:
        for name in filter(None, (entry.place, *entry.areas)):
            known.setdefault(plain(name), set())
        if entry.place and (area := area_of(entry.postcode)):
            known[plain(entry.place)].add(area)
    known.pop("", None)
    return known


def _phrases(text: str) -> list[str]:
    """Everything in a text that may be a name, the longest first."""
    words = plain(text[:200]).split()
    phrases = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 5, len(words) + 1))]
    return sorted(phrases, key=len, reverse=True)


def _with_slips(phrases: Iterable[str], known: Mapping[str, Set[str]]) -> str | None:
    long_names = [name for name in known if len(name) >= SLIPS_FROM]
    for phrase in phrases:
        if len(phrase) >= SLIPS_FROM:
            slips = 2 if len(phrase) >= 8 else 1
            if nearest := process.extractOne(phrase, long_names, scorer=OSA.distance, score_cutoff=slips):
                return nearest[0]
    return None


def _town_with_a_slip(phrases: Iterable[str]) -> str | None:
    """A town, one letter wrong in a long name; the first letter is right, or "working" would be Worthing soon."""
    long_names = [name for name in _towns() if len(name) >= TOWN_SLIPS_FROM]
    for phrase in phrases:
        if len(phrase) >= TOWN_SLIPS_FROM - 1 and not understand_topics(phrase):
            alike = [name for name in long_names if name[0] == phrase[0]]
            if nearest := process.extractOne(phrase, alike, scorer=OSA.distance, score_cutoff=1):
                return nearest[0]
    return None


@cache
def _towns() -> Mapping[str, Nation | None]:
    """The towns that ship with the product, and the nation of each; None: more than one has a town of that name."""
    content = tomllib.loads(files("flows.signposts").joinpath("towns.toml").read_text("utf-8"))
    towns: dict[str, Nation | None] = {
        plain(name): nation for nation, names in content["towns"].items() for name in names
    }
    return {**towns, **dict.fromkeys(map(plain, content["unclear"]))}


def plain(name: str) -> str:
    """A place's name to compare: lower case, words only."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
