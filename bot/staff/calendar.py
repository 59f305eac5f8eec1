"""When staff are nudged: a thought every other week, and on weekday mornings the answers they have promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.house import House
from bot.staff.people import person_of
from bot.times import end_of, own_time, zone_of
from flows.staff import THOUGHTS
from storage.desk import Desk
from storage.nudges import NewNudge, add_nudges, people_told
from storage.projects import staff_not_nudged
from storage.suggestions import how_many_promised_by

THURSDAY, SATURDAY = 3, 5  # as `date.weekday` counts
NINE_THIRTY = time(9, 30)
IN_PEACE_DAYS = 3
A_DAY = timedelta(days=1)


def offer_a_thought(connection: Connection, now: datetime, limit: int) -> int:
    """Every other week, on a Thursday, each of the staff of any project gets a thought to reflect on."""
    today = now.date()
    fortnight, day = divmod(today.toordinal() - 1, 14)  # 1 January of the year 1 was a Monday
    if not THURSDAY - 1 <= day <= THURSDAY + 1:  # everybody's Thursday, wherever they are
        return 0
    thursday = date.fromordinal(fortnight * 14 + THURSDAY + 1)
    about = f"staff-reflection:{thursday}"
    given = {"thought": str(fortnight % THOUGHTS + 1)}
    return add_nudges(
        connection,
        [
            NewNudge(
                each.id,
                about,
                "staff-reflection",
                own_time(each, thursday, thursday, now),
                end_of(thursday + 3 * A_DAY, each),
                given,
            )
            for each in staff_not_nudged(connection, about, limit)
        ],
    )


def remind_of_promises(connection: Connection, house: House, now: datetime) -> int:
    """On weekdays at half past nine, if answers are promised for today or earlier; not again for three days.

    It goes to the people of `[[safeguarding.person]]`, and never to those who wait for an answer.
    """
    local = now.astimezone(zone_of(house.zone))
    today = local.date()
    at = datetime.combine(today, NINE_THIRTY, zone_of(house.zone)).astimezone(UTC)
    if local.weekday() >= SATURDAY or not at - timedelta(hours=1) < now <= at + timedelta(hours=1):
        return 0
    if how_many_promised_by(connection, today) == 0:
        return 0
    until = at + timedelta(hours=8)
    new = [NewNudge(each, f"promised:{today}", "promised", at, until) for each in _staff(connection, house, now)]
    told = people_told(connection, [f"promised:{today - A_DAY * days}" for days in range(1, IN_PEACE_DAYS)])
    return add_nudges(connection, [each for each in new if each.person_id not in told])


def _staff(connection: Connection, house: House, now: datetime) -> list[int]:
    desk = Desk(connection, now)
    ids = [person_of(desk, each) for each in house.safeguarding.people]
    desk.put_away()
    return list(dict.fromkeys(ids))
