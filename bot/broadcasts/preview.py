"""A look at a broadcast before it goes: as each channel and language will show it, to how many, and for how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.broadcasts.audience import Audience, Meant, who
from bot.broadcasts.cautions import blockers, warnings
from bot.broadcasts.money import Purse, pounds, purse
from bot.broadcasts.wording import LANGUAGES, Office, Wording, segments
from bot.people import CHANNELS


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
        left_out: For how many it was meant who do not get it, by reason.
        parts: The SMS parts of all of it.
        purse: The month's money.
        warnings: What to think about before it goes.
        blockers: Why it can't go.
    """

    people: int
    versions: tuple[Version, ...]
    left_out: tuple[tuple[str, int], ...]
    parts: int
    purse: Purse
    warnings: tuple[str, ...]
    blockers: tuple[str, ...]

    @property
    def pence(self) -> float:
        """What it costs."""
        return self.purse.pence(self.parts)

    def lines(self) -> list[str]:
        """All of it, for a screen without colours."""
        said = [f"It goes to {how_many(self.people)}."]
        for each in self.versions:
            where = f"{CHANNELS.get(each.channel, each.channel)}, {LANGUAGES.get(each.language, each.language)}"
            said += ["", f"{where}, {how_many(each.people)}{_parts(each)}:", *_quoted(each.text)]
        if self.left_out:
            said += ["", "Left out:", *(f"   {count}  {why}" for why, count in self.left_out)]
        said += ["", self.cost()]
        said += [f"Please look: {each}" for each in self.warnings]
        return said + [f"It can't go: {each}" for each in self.blockers]

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
    texts = [] if faults else [(each, wording.to_person(each, office)) for each in gets_it]
    versions = _versions([(each.channel or "", wording.spoken_to(each.language, office.house), t) for each, t in texts])
    money, parts = purse(connection, office.house, now), sum(each.parts for each in versions)
    at = max(begins_at or now, now)
    preview = Preview(
        people=len(gets_it),
        versions=versions,
        left_out=tuple(Counter(each.left_out for each in meant if each.left_out).most_common()),
        parts=parts,
        purse=money,
        warnings=tuple(warnings(wording, texts, at, office)),
        blockers=tuple(blockers(faults, texts, parts, money)),
    )
    return preview, meant


def _versions(texts: Sequence[tuple[str, str, str]]) -> tuple[Version, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for channel, language, text in texts:
        found.setdefault((channel, language), []).append(text)
    return tuple(_version(channel, language, found[channel, language]) for channel, language in sorted(found))


def _version(channel: str, language: str, texts: Sequence[str]) -> Version:
    if channel != "sms":
        return Version(channel, language, len(texts), texts[0], "", 0, 0, 0)
    taken = [segments(each) for each in texts]
    parts = [each.parts for each in taken]
    return Version(channel, language, len(texts), texts[0], taken[0].encoding, min(parts), max(parts), sum(parts))


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
