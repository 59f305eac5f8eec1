"""Times of day in a person's own zone, and when their next check-in is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger

from flows.named_days import next_named
from storage.audiences import Candidate
from storage.desk import Desk
from storage.records import PersonRecord

PARTS_OF_DAY = {"morning": 10 * 60, "afternoon": 14 * 60, "evening": 18 * 60}
zone_of = lru_cache(maxsize=None)(ZoneInfo)
HasQuietHours: TypeAlias = PersonRecord | Candidate


def next_day(every_days: int, zone: str, after: date) -> date:
    """The next day of a rhythm; days are counted on the person's calendar, not in hours."""
    # Asked for noon: the trigger drops a day on which its time does not exist, and noon always does.
    rhythm = CalendarIntervalTrigger(days=every_days, hour=12, timezone=zone_of(zone), start_date=after)
    noon = datetime.combine(after, time_of_day(12), zone_of(zone))
    following = rhythm.get_next_fire_time(noon, noon)
    return following.date()  # type: ignore[no-any-return]


def due_at(day: date, minute: int, person: PersonRecord) -> datetime:
    """A local day and minute as a moment in UTC, moved out of the person's quiet hours.

    A time that the clocks skip in spring is an hour later; one that comes twice in autumn is the first.
    """
    zone = zone_of(person.zone)
    wanted = datetime.combine(day, time_of_day(minute // 60, minute % 60), zone).astimezone(UTC)
    return after_quiet_hours(wanted, person)


def own_time(person: PersonRecord, first: date, last: date, now: datetime) -> datetime:
    """When their own time of day is next, on the first of these days or one up to the last; now, where it is past."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    times = (due_at(day, person.check_in_minute, person) for day in days)
    return next((time for time in times if time >= now), now)


def end_of(day: date, person: PersonRecord) -> datetime:
    """The midnight that ends a day where they are."""
    return datetime.combine(day + timedelta(days=1), time_of_day(), zone_of(person.zone)).astimezone(UTC)


def after_quiet_hours(moment: datetime, person: HasQuietHours) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    spans = _quiet(person)
    for start, end in (*spans, *spans):  # the end of the one may lie in the other
        moment = _after(moment, person.zone, start, end)
    return moment


def next_quiet_hours(moment: datetime, person: HasQuietHours) -> tuple[datetime, datetime] | None:
    """When the person's next quiet hours begin and end, from a moment outside of them; None: they have none."""
    begins = min((_next(moment, person.zone, start) for start, _ in _quiet(person)), default=None)
    return (begins, after_quiet_hours(begins, person)) if begins is not None else None


def _quiet(person: HasQuietHours) -> list[tuple[int, int]]:
    """From which minute of the day until which: the night, and a break in the day."""
    spans = [(person.quiet_from_minute, person.quiet_until_minute)]
    if person.break_from_minute is not None and person.break_until_minute is not None:
        spans.append((person.break_from_minute, person.break_until_minute))
    return [(start, end) for start, end in spans if start != end]


def _after(moment: datetime, zone: str, start: int, end: int) -> datetime:
    local = moment.astimezone(zone_of(zone))
    minute = local.hour * 60 + local.minute
    if not is_between(minute, start, end):
        return moment
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    then = datetime.combine(day, time_of_day(end // 60, end % 60), zone_of(zone)).astimezone(UTC)
    return max(moment, then)  # in an hour that comes twice in autumn it may be over already


def _next(moment: datetime, zone: str, start: int) -> datetime:
    """When it is this minute of the day next."""
    local = moment.astimezone(zone_of(zone))
    day = local.date() + timedelta(days=1 if local.hour * 60 + local.minute >= start else 0)
    return datetime.combine(day, time_of_day(start // 60, start % 60), zone_of(zone)).astimezone(UTC)


def is_between(minute: int, start: int, end: int) -> bool:
    """Whether a minute of the day lies in a span that may run over midnight; `end` itself does not."""
    return start <= minute < end if start < end else minute >= start or minute < end


def plan_check_in(desk: Desk, person: PersonRecord, every_days: int) -> None:
    """Set a person's next check-in: the next day of their rhythm after today, at their time of day."""
    today = desk.now.astimezone(zone_of(person.zone)).date()
    day = person.check_in_on or today
    while day <= today:
        days = person.check_in_days
        day = next_named(days, today) if days is not None else next_day(every_days, person.zone, day)
    desk.change(
        person,
        check_in_every_days=every_days,
        check_in_on=day,
        check_in_due_at=due_at(day, person.check_in_minute, person),
        check_in_waits_for=None,
    )
