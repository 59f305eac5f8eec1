"""The house: who is on call, and what is set up. Both are read from the configuration, and changed there.

A setting is named here one by one, so that none is shown because somebody added it; no secret, no number, no address of
anybody is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from starlette.responses import Response

from bot.checking import notes, problems_here
from bot.console.visit import ADMIN, EVERYBODY, Room, Visit
from bot.times import zone_of
from flows.rota import Stretch, stretches

if TYPE_CHECKING:
    from bot.config import Config

room = Room()
READERS = frozenset({ADMIN})
DAYS_AHEAD = 8


@room.shows("/rota", EVERYBODY)
def rota(visit: Visit) -> Response:
    """Who is on call now and in the days to come, and who is told where nobody is."""
    house = visit.console.house
    who, zone = house.safeguarding, zone_of(house.zone)
    today = datetime.combine(visit.today, time(), zone)
    coming = [part for each in _days(today) for part in stretches(who.rota, each, each + timedelta(days=1))]
    days = [(day, list(parts)) for day, parts in groupby(coming, lambda part: part.start.date())]
    return visit.page(
        "house/rota.html",
        watched=who.watched,
        now=who.rota.on_call(visit.now),
        first=who.next_told(visit.now, ()),
        then=who.everybody(visit.now),
        days=[(day, [(_hours(part), part.who) for part in parts]) for day, parts in days],
        minutes=round(who.acknowledge_within.total_seconds() / 60),
        people=who,
    )


@room.shows("/settings", READERS)
def settings(visit: Visit) -> Response:
    """What is set up, and what `alongside check` says that can be seen from here."""
    config: Config | None = visit.console.config
    if config is None:
        return visit.page("house/settings.html", parts={}, wrong=[], worth=[])
    return visit.page(
        "house/settings.html",
        parts=_parts(config),
        wrong=problems_here(config),
        worth=notes(config, visit.now),
    )


def _days(first: datetime) -> Iterator[datetime]:
    """Midnights by the clock of the house, also where one of the days is an hour shorter."""
    return (first + timedelta(days=number) for number in range(DAYS_AHEAD))


def _hours(part: Stretch) -> str:
    last = part.end.strftime("%H:%M")
    return f"{part.start:%H:%M}–{'24:00' if last == '00:00' else last}"


def _parts(config: Config) -> Mapping[str, Mapping[str, str]]:
    about, web, danger, ours = config.organisation, config.web, config.safeguarding, config.feedback
    sms, telegram = config.sms, config.telegram
    return {
        "Organisation": {
            "name": about.name,
            "language": about.language,
            "time zone": about.zone,
            "nation": about.nation,
            "own words": str(about.words or "none, besides those of the console"),
        },
        "Channels": {
            "text messages": f"on, {sms.parts_per_second:g} parts a second" if sms else "off",
            "Telegram": f"on, by {telegram.way_in}" if telegram else "off",
            "address of this service": web.public_url or f"http://{web.listen}:{web.port}",
        },
        "What is kept": {
            "database": make_url(config.database.url).get_backend_name(),
            "messages are kept for": f"{config.database.keep_days} days",
        },
        "Danger": {
            "mode": danger.mode or "not set",
            "council": danger.council_name or "not set",
            "the next is told after": f"{danger.acknowledge_minutes} minutes",
        },
        "Feedback without a name": {
            "offered": "yes" if ours else "no",
            **({"opened": f"{ours.release_day} at {ours.release_hour}:00", "inbox": ours.inbox} if ours else {}),
        },
    }
