"""What flows can know of the thanks that somebody has been given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from bot.facts import Given, fact
from bot.times import zone_of
from flows.thanks import Thanked
from storage.thanks import thanks_of, thanks_with_id

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("thanks")
def _thanks(sitting: Sitting, given: Given) -> tuple[Thanked, ...]:
    return tuple(_thanked(sitting, row) for row in thanks_of(sitting.desk.connection, sitting.person.id))


@fact("thanked")
def _one(sitting: Sitting, given: Given) -> Thanked:
    row = thanks_with_id(sitting.desk.connection, int(given["thanks"]))
    if row is None:
        raise LookupError("the thanks are no longer kept")
    return _thanked(sitting, row)


def _thanked(sitting: Sitting, row: Row[Any]) -> Thanked:
    day = row.at.astimezone(zone_of(sitting.person.zone)).date()
    return Thanked(row.words, row.from_name, day, row.what_for)
