"""What flows can know of words on their way between two people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.facts import Given, fact
from flows.relay import ANSWERED_WITHIN, ENOUGH, TEAM, Carried
from storage.nudges import nudges_about
from storage.relay import is_team, number_of, often_asked, passed_on, team_mates_for

if TYPE_CHECKING:
    from bot.sitting import Sitting


A_DAY = timedelta(days=1)


@fact("team_mates")
def _team_mates(sitting: Sitting, given: Given) -> dict[str, str]:
    """Each with the group's name, and the team last; each person once."""
    desk = sitting.desk
    found: dict[str, str] = {}
    for row in team_mates_for(desk.connection, sitting.person.id, desk.now):
        found.setdefault(str(row.person_id), f"{row.called or '?'} ({row.project})")
    return {**found, TEAM: sitting.sentence("ask.the-team")}


@fact("called_mates")
def _called_mates(sitting: Sitting, given: Given) -> dict[str, str]:
    """What each of them is called, and nothing else."""
    desk = sitting.desk
    rows = team_mates_for(desk.connection, sitting.person.id, desk.now)
    return {str(row.person_id): row.called for row in rows if row.called}


@fact("our_team")
def _our_team(sitting: Sitting, given: Given) -> str:
    """The team, inside a sentence."""
    return sitting.sentence("ask.our-team")


@fact("asked_enough")
def _asked_enough(sitting: Sitting, given: Given) -> set[str]:
    """Whom they have asked so often within a day that it is enough."""
    asked = often_asked(sitting.desk.connection, sitting.person.id, sitting.desk.now - A_DAY, ENOUGH)
    return {str(each) for each in asked}


@fact("carried")
def _carried(sitting: Sitting, given: Given) -> Carried:
    desk, nobody = sitting.desk, sitting.sentence("house.no-name")
    row = passed_on(desk.connection, int(given["carried"]))
    if row is None:
        raise LookupError("the question is no longer kept")
    numbers = {each: number_of(desk.connection, each) for each in (row.asker_id, row.asked_id)}
    is_asker = sitting.person.id == row.asker_id
    other_id, other = (row.asked_id, row.asked) if is_asker else (row.asker_id, row.asker)
    both = row.asker_shares and row.asked_shares and numbers[other_id]
    said = [each.settled_at for each in nudges_about(desk.connection, f"asked:{row.id}") if each.state == "said"]
    return Carried(
        id=str(row.id),
        project=row.project,
        asker=row.asker or nobody,
        asked=row.asked or nobody,
        words=row.words,
        answer=row.answer,
        too_late=row.answer is None and bool(said) and desk.now - said[0] > ANSWERED_WITHIN,
        asker_is_team=is_team(desk.connection, row.asker_id, row.project_id),
        asked_is_team=is_team(desk.connection, row.asked_id, row.project_id),
        can_share=all(numbers.values()),
        other=(other or nobody, str(numbers[other_id])) if both else None,
    )
