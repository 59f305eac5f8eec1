"""One place that helps, and the national lines that come with the product."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from flows.opening_hours import Nation, Schedule, bank_holidays, is_open, is_round_the_clock
from flows.opening_hours import presume_bank_holidays as presume

UK = ZoneInfo("Europe/London")
CHECKED_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Signpost:
    """A place or a line that helps, as far as it is known.

    Attributes:
        id: Unique in a directory.
        name: As people would say it, short enough for a text.
        nations: The nations that it serves; empty: not stated, as with most local places.
        topics: Names from `TOPICS`, the main one first.
        phone: Grouped for reading; None: it has none.
        how: What to do after dialling ("press 2").
        text: What to text, and where to ("SHOUT to 85258"); None: it takes no texts.
        hours: In plain words, for when `schedules` does not know better.
        schedules: What is known of the hours; empty: nothing, and "open now" is never said.
        place: The town it is in; None: it is not bound to a place.
        areas: Names of the areas whose people it serves; empty: it does not ask.
        address: Where to walk to.
        postcode: Of the address; only its first half is used.
        min_age: The youngest age that it helps.
        max_age: The oldest age that it helps.
        eligibility: Who it is for, in a few plain words; None: anyone.
        cost: What it costs, in a few plain words; None: free, or not known.
        access: What is said of wheelchairs, loops and the like.
        languages: Codes ("cy") or names of languages spoken; empty: English.
        checked_on: The day somebody last read the official page; None: not known.
        confidence: For national lines, A or B as `uk_signposts.json` explains.
        source: The official page, or the feed it came from.
        note: For coordinators: doubts and traps. Never sent.
    """

    id: str
    name: str
    nations: tuple[Nation, ...] = ()
    topics: tuple[str, ...] = ()
    phone: str | None = None
    how: str | None = None
    text: str | None = None
    hours: str | None = None
    schedules: tuple[Schedule, ...] = ()
    place: str | None = None
    areas: tuple[str, ...] = ()
    address: str | None = None
    postcode: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    eligibility: str | None = None
    cost: str | None = None
    access: str | None = None
    languages: tuple[str, ...] = ()
    checked_on: date | None = None
    confidence: str | None = None
    source: str | None = None
    note: str | None = None

    @property
    def is_reachable(self) -> bool:
        """Whether somebody with a simple phone can do anything with it."""
        return bool(self.phone or self.text or self.address)

    @property
    def is_local(self) -> bool:
        """Whether it is there for one area only."""
        return bool(self.place or self.areas or self.postcode)

    @property
    def is_day_and_night_line(self) -> bool:
        """Whether a person anywhere can ring or text it at any hour to talk: 999 is not for that."""
        reaches = (self.phone or self.text) and not self.is_local and "emergency" not in self.topics
        return bool(reaches) and is_round_the_clock(self.schedules)

    @property
    def nation(self) -> Nation:
        """Whose bank holidays it keeps: lines for several nations are taken to sit in England."""
        return self.nations[0] if len(self.nations) == 1 else "England"

    def helps_at_age(self, age: int) -> bool:
        """Whether somebody of this age is welcome."""
        return (self.min_age or 0) <= age and (self.max_age is None or age <= self.max_age)

    def speaks(self, language: str) -> bool:
        """Whether somebody who speaks this is understood."""
        return language in (self.languages or ("en",))

    def is_open(self, at: datetime) -> bool | None:
        """Whether it is open at this moment; None: its hours are not known."""
        return is_open(self.schedules, at, UK, bank_holidays(self.nation)) if self.schedules else None


def stale(entries: Iterable[Signpost], today: date) -> list[Signpost]:
    """Those that nobody has checked for 90 days, as far as is known; the longest ago first."""
    old = [entry for entry in entries if not entry.checked_on or today - entry.checked_on > CHECKED_FOR]
    return sorted(old, key=lambda entry: (entry.checked_on or date.min, entry.id))


def digits(number: str) -> str:
    """A phone number without its grouping, to compare."""
    return "".join(sign for sign in number if sign.isdigit())


@cache
def uk_signposts() -> tuple[Signpost, ...]:
    """The national lines that come with the product."""
    return tuple(_signpost(entry) for entry in _uk_file()["entries"])


@cache
def wrong_numbers() -> Mapping[str, str]:
    """Numbers that are printed somewhere and must not be given out, as digits, and why."""
    return MappingProxyType({digits(known["number"]): known["why"] for known in _uk_file()["do_not_use"]})


@cache
def _uk_file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("flows").joinpath("uk_signposts.json").read_text("utf-8"))
    return content


def _signpost(entry: Mapping[str, Any]) -> Signpost:
    return Signpost(
        id=entry["id"],
        name=entry["name"],
        nations=tuple(entry["nations"]),
        topics=tuple(entry["topics"]),
        phone=entry.get("phone"),
        how=entry.get("how"),
        text=entry.get("text"),
        hours=entry.get("hours"),
        schedules=presume([_schedule(line) for line in entry.get("schedule", ())]),
        min_age=entry.get("min_age"),
        max_age=entry.get("max_age"),
        eligibility=entry.get("who"),
        cost=entry.get("cost"),
        languages=tuple(entry.get("languages", ())),
        checked_on=_first_day(entry["official_page_checked_on"]),
        confidence=entry["confidence"],
        source=entry["official_url"],
        note=entry.get("note"),
    )


def _schedule(line: Mapping[str, str]) -> Schedule:
    return Schedule(
        opens=time.fromisoformat(line["opens"]),
        closes=time.fromisoformat(line["closes"]),
        byday=tuple(line["byday"].split(",")),
    )


def _first_day(said: str | None) -> date | None:
    """The first of September for "2026-09": a doubt makes an entry older, never younger."""
    return date.fromisoformat((said + "-01-01")[:10]) if said else None
