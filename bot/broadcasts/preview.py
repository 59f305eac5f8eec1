"""A look at a broadcast before it goes: as each channel and language will show it, to how many, and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.broadcasts.alike import Alike, alike
from bot.broadcasts.audience import Audience, Meant, who
from bot.broadcasts.cautions import blockers, warnings
from bot.broadcasts.money import Purse, pounds, purse
from bot.broadcasts.wording import LANGUAGES, Office, Wording, segments
from bot.house import House
from bot.people import CHANNELS

MOST_NAMES = 20  # of those left out for one reason


@dataclass(frozen=True)
class Version:
    """What the people of one channel and language will see.

    Attributes:
        channel: "sms" or "telegram".
        language: The language of the words.
        people: How many get it.
        text: What the first of them gets, their name filled in.
        encoding: The alphabet of the text message; empty on Telegram.
        fewest: The parts of the shortest text; 0 on Telegram. Names differ in length.
        most: The parts of the longest.
        parts: The parts of all of them.
    """

    channel: str
    language: str
    people: int
    text: str
    encoding: str
    fewest: int
    most: int
    parts: int


@dataclass(frozen=True)
class Preview:
    """A look at a broadcast.

    Attributes:
        people: How many get it.
        versions: What they will see.
        staff: How many of them are staff.
        who_not: For whom it was meant who does not get it, by reason: their ids, and what they are called.
        parts: The SMS parts of all of it.
        purse: The month's money.
        warnings: What to think about before it goes.
        blockers: Why it can't go.
    """

    people: int
    versions: tuple[Version, ...]
    staff: int
    who_not: tuple[tuple[str, tuple[tuple[int, str | None], ...]], ...]
    parts: int
    purse: Purse
    warnings: tuple[str, ...]
    blockers: tuple[str, ...]

    @property
    def pence(self) -> float:
        """What it costs."""
        return self.purse.pence(self.parts)

    def lines(self, *, with_names: bool = False) -> list[str]:
        """All of it, for a screen without colours; with the names of those left out, or only how many they are."""
        said = [f"It goes to {how_many(self.people)}{self.of_staff}."]
        for each in self.versions:
            where = f"{CHANNELS.get(each.channel, each.channel)}, {LANGUAGES.get(each.language, each.language)}"
            said += ["", f"{where}, {how_many(each.people)}{_parts(each)}:", *_quoted(each.text)]
        if self.left_out:
            said += [
                "",
                "Left out:",
                *(_left_out_line(why, them, with_names=with_names) for why, them in self.who_not),
            ]
        said += ["", self.cost()]
        said += [f"Please look: {each}" for each in self.warnings]
        return said + [f"It can't go: {each}" for each in self.blockers]

    @property
    def left_out(self) -> tuple[tuple[str, int], ...]:
        """How many do not get it, by reason."""
        return tuple((why, len(them)) for why, them in self.who_not)

    @property
    def of_staff(self) -> str:
        """How many of them are staff, to be said behind how many they are; empty, if none is."""
        return f", {self.staff} of them staff" if self.staff else ""

    def cost(self) -> str:
        """What it costs, against the month's money."""
        left = self.purse.left_pence
        of = "" if left is None else f", and {pounds(max(0, left))} is left for texts this month"
        return f"Cost: {self.parts} SMS parts, {pounds(self.pence)}{of}."


def look(
    connection: Connection,
    wording: Wording,
    audience: Audience,
    begins_at: datetime | None,
    office: Office,
    now: datetime,
) -> tuple[Preview, Sequence[Meant]]:
    """A look at a broadcast as it would be now, and everybody for whom it is meant."""
    faults = wording.faults()
    meant = who(connection, audience, office.house, now)
    gets_it = [each.person for each in meant if each.left_out is None]
    texts = [] if faults else alike(gets_it, wording, office)
    versions = _versions(wording, texts, office.house)
    money, parts = purse(connection, office.house, now), sum(each.parts for each in versions)
    at = max(begins_at or now, now)
    preview = Preview(
        people=len(gets_it),
        versions=versions,
        staff=sum(each.role == "coordinator" for each in gets_it),
        who_not=_who_not(meant),
        parts=parts,
        purse=money,
        warnings=tuple(warnings(wording, texts, at, office)),
        blockers=tuple(blockers(faults, texts, parts, money)),
    )
    return preview, meant


def _who_not(meant: Sequence[Meant]) -> tuple[tuple[str, tuple[tuple[int, str | None], ...]], ...]:
    """Who does not get it, by reason, what is commonest first."""
    found: dict[str, list[tuple[int, str | None]]] = {}
    for each in meant:
        if each.left_out is not None:
            found.setdefault(each.left_out, []).append((each.person.id, each.person.called))
    return tuple((why, tuple(them)) for why, them in sorted(found.items(), key=lambda each: -len(each[1])))


def _left_out_line(why: str, them: Sequence[tuple[int, str | None]], *, with_names: bool) -> str:
    if not with_names:
        return f"   {len(them)}  {why}"
    named = [called or "no name" for _, called in them[:MOST_NAMES]]
    more = [f"{len(them) - MOST_NAMES:,} more"] if len(them) > MOST_NAMES else []
    return f"   {len(them)}  {why}: {', '.join([*named, *more])}"


def _versions(wording: Wording, texts: Sequence[Alike], house: House) -> tuple[Version, ...]:
    found: dict[tuple[str, str], list[Alike]] = {}
    for each in texts:
        kind = (each.person.channel or "", wording.spoken_to(each.person.language, house))
        found.setdefault(kind, []).append(each)
    return tuple(_version(channel, language, found[channel, language]) for channel, language in sorted(found))


def _version(channel: str, language: str, texts: Sequence[Alike]) -> Version:
    people, first = sum(each.people for each in texts), texts[0].text
    if channel != "sms":
        return Version(channel, language, people, first, "", 0, 0, 0)
    parts = [segments(each.text).parts for each in texts]
    in_all = sum(number * each.people for number, each in zip(parts, texts, strict=True))
    return Version(channel, language, people, first, segments(first).encoding, min(parts), max(parts), in_all)


def _parts(version: Version) -> str:
    if not version.encoding:
        return ""
    number = str(version.fewest) if version.fewest == version.most else f"{version.fewest} to {version.most}"
    return f", {number} part{'' if number == '1' else 's'} each ({version.encoding})"


def _quoted(text: str) -> list[str]:
    return [f"   | {line}" for line in text.splitlines()]


def how_many(people: int) -> str:
    """A number of people, in words."""
    return f"{people:,} {'person' if people == 1 else 'people'}"
