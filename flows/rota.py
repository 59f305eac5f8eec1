"""Who is on call at a moment, and when somebody next will be. It has no clock and tells nobody."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from flows.opening_hours import DAYS, Schedule, is_open, next_open

QUARTER = timedelta(minutes=15)
END_OF_DAY = time(23, 59)  # how a `Schedule` writes midnight at the end of a day


@dataclass(frozen=True)
class Shift:
    """One line of a rota: somebody's hours, in the zone of the clock they look at."""

    who: str
    hours: Schedule
    zone: tzinfo


@dataclass(frozen=True)
class Rota:
    """The lines of a rota. Where two of them overlap, both people are on call.

    Attributes:
        shifts: In the order in which people are told.
        holidays: Bank holidays, on which only the lines hold that say so.
    """

    shifts: tuple[Shift, ...] = ()
    holidays: Container[date] = ()

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Everybody who is on call at a moment; empty in a gap."""
        here = (shift.who for shift in self.shifts if is_open((shift.hours,), at, shift.zone, self.holidays))
        return tuple(dict.fromkeys(here))

    def next_on_call(self, at: datetime) -> datetime | None:
        """When somebody next is, in UTC: `at` itself if somebody is; None: nobody within a year."""
        starts = (next_open((shift.hours,), at, shift.zone, self.holidays) for shift in self.shifts)
        return min((start.astimezone(UTC) for start in starts if start is not None), default=None)


def shift(who: str, days: str | Sequence[str], start: str, end: str, zone: tzinfo, on_bank_holidays: bool) -> Shift:
    """A line of a rota as it is written down.

    Args:
        who: Whose hours these are.
        days: "MO-FR", "SA, SU", "FR-MO", or a list of such.
        start: "09:00".
        end: "17:00"; earlier than `start` is the next morning, "24:00" is midnight.
        zone: The zone of these times.
        on_bank_holidays: Whether they are on call then too.

    Raises:
        ValueError: It can't be understood; the reason is in plain words.
    """
    hours = Schedule(_clock(start), _clock(end), byday=_days(days), on_bank_holidays=on_bank_holidays)
    return Shift(who, hours, zone)


def _days(written: str | Sequence[str]) -> tuple[str, ...]:
    parts = written.split(",") if isinstance(written, str) else written
    days = [day for part in parts for day in _span(part.strip().upper())]
    if not days:
        raise ValueError("it has no days; for example MO-FR")
    return tuple(dict.fromkeys(days))


def _span(part: str) -> Sequence[str]:
    first, dash, last = (word.strip() for word in part.partition("-"))
    last = last if dash else first
    if first not in DAYS or last not in DAYS:
        raise ValueError(f"{part!r} is not a day; days are {', '.join(DAYS)}, and MO-FR for several")
    start, end = DAYS.index(first), DAYS.index(last)
    return [DAYS[number % 7] for number in range(start, start + (end - start) % 7 + 1)]


def _clock(written: str) -> time:
    if written.strip() == "24:00":
        return END_OF_DAY
    try:
        return datetime.strptime(written.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        raise ValueError(f"{written!r} is not a time; for example 09:00") from None


@dataclass(frozen=True)
class Stretch:
    """From when until when the same people are on call; `who` is empty in a gap."""

    start: datetime
    end: datetime
    who: tuple[str, ...]


def stretches(rota: Rota, start: datetime, end: datetime) -> list[Stretch]:
    """Who is on call between two moments, in order and without a hole; to the quarter of an hour."""
    found: list[Stretch] = []
    at = start
    while at < end:
        until = min(end, at + QUARTER - (at - datetime.min.replace(tzinfo=at.tzinfo)) % QUARTER)
        who = rota.on_call(at)
        if found and found[-1].who == who:
            found[-1] = Stretch(found[-1].start, until, who)
        else:
            found.append(Stretch(at, until, who))
        at = until
    return found
