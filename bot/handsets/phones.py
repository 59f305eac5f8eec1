"""What a simulated phone shows, and which of them are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.channels import Button
from bot.channels.handset import Line
from bot.simulation import Person, World
from bot.times import zone_of

FIRST_SHOWN = ("Ada", "Dee", "Leo", "Sam")
MOST_LINES = 24  # on one screen; what was before is still there, as on a phone where nobody scrolls


@dataclass(frozen=True)
class Shown:
    """A line on a screen.

    Attributes:
        text: What it says.
        is_theirs: Whether the phone's holder wrote it.
        clock: The time of day.
        day: The day, where it is another than that of the line before; None: the same.
        cost: What it costs, on SMS.
        buttons: What can be tapped below it now.
    """

    text: str
    is_theirs: bool
    clock: str
    day: date | None
    cost: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Phone:
    """A phone as the page shows it.

    Attributes:
        name: Whose it is.
        key: The same as part of an address.
        channel: "sms" or "telegram".
        address: Their number or chat.
        is_staff: Whether they are of the team.
        lines: What is on the screen, the newest last.
        is_shown: Whether it stands among the others now.
        news: How many messages have come since it was last looked at.
    """

    name: str
    key: str
    channel: str
    address: str
    is_staff: bool
    lines: tuple[Shown, ...]
    is_shown: bool
    news: int


class Shelf:
    """All phones, and how much of each has been looked at.

    Args:
        world: Whose phones they are.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[str, int] = {}

    def look(self, names: Sequence[str]) -> list[Phone]:
        """Every phone, those of volunteers first; those that are asked for have been seen with it."""
        people = sorted(self._world.people.values(), key=self._is_staff)
        shown = {name.casefold() for name in names} or {name.casefold() for name in FIRST_SHOWN}
        return [self._phone(each, each.name.casefold() in shown) for each in people]

    def all_seen(self) -> None:
        """What has come so far is no news."""
        for person in self._world.people.values():
            self._seen[person.name] = len(self._came(person))

    def owner(self, key: str) -> Person | None:
        """Whose phone it is."""
        return next((each for each in self._world.people.values() if each.name.casefold() == key.casefold()), None)

    def _phone(self, person: Person, is_shown: bool) -> Phone:
        came = len(self._came(person))
        if is_shown:
            self._seen[person.name] = came
        return Phone(
            person.name,
            person.name.casefold(),
            person.channel,
            person.address,
            self._is_staff(person),
            self._lines(person) if is_shown else (),
            is_shown,
            came - self._seen.get(person.name, 0),
        )

    def _is_staff(self, person: Person) -> bool:
        return self._world.service.voice.house.safeguarding.at(person.channel, person.address) is not None

    def _came(self, person: Person) -> list[Line]:
        return [line for line in self._screen(person) if line.bubble is not None]

    def _screen(self, person: Person) -> list[Line]:
        return self._world.handsets[person.channel].screens[person.address]

    def _lines(self, person: Person) -> tuple[Shown, ...]:
        lines = self._screen(person)[-MOST_LINES:]
        with_buttons = next((line for line in reversed(lines) if line.bubble and line.bubble.buttons), None)
        shown, before = [], None
        for line in lines:
            at = self._here(line.at)
            buttons = line.bubble.buttons if line is with_buttons and line.bubble else ()
            day = at.date() if at.date() != before else None
            shown.append(Shown(line.text, line.bubble is None, f"{at:%H:%M}", day, _cost(person, line), buttons))
            before = at.date()
        return tuple(shown)

    def _here(self, at: datetime) -> datetime:
        return at.astimezone(zone_of(self._world.service.voice.house.zone))


def _cost(person: Person, line: Line) -> str:
    """What a text costs the organisation; nothing on Telegram, and what people send they pay themselves."""
    if person.channel != "sms" or line.bubble is None:
        return ""
    return line.bubble.cost
