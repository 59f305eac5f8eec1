"""TODAY, from the address of a coordinator: what needs a person, in one or two text messages, and nobody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.from_their_phone import who_sends
from bot.own_alerts import of_others
from bot.projects.keeping import NotDone
from bot.sitting import Sitting
from bot.today import what_is_due
from bot.waiting import NEEDS_A_PERSON, for_them
from storage.alerts import open_alerts
from storage.inbox import how_many_wait

_TODAY = re.compile(r"\W*(?:today|heddiw)\W*", re.IGNORECASE)
MOST_ALERTS = 5
KINDS = ("ideas", "milestones", "meetings", "notes", "reflections", "unsaid")
"""What can be due, in the order in which it is said."""


def asked_for_today(text: str, sitting: Sitting) -> bool:
    """Answer a coordinator who asks what needs a person; False where it is nothing of the kind, or not one of them."""
    address = sitting.address
    if not _TODAY.fullmatch(text) or sitting.voice.house.safeguarding.at(address.channel, address.value) is None:
        return False
    for line in _lines(sitting):
        sitting.say_text(line)
    return True


def _lines(sitting: Sitting) -> Iterator[str]:
    connection, house = sitting.desk.connection, sitting.voice.house
    yield _alerts(sitting)
    try:
        sender = who_sends(sitting)
    except NotDone:
        return  # alerts are for whoever is on call; the rest is for whoever works with people
    kinds = (for_them(sender.them), for_them(sender.them, NEEDS_A_PERSON))
    waiting, asked = (how_many_wait(connection, sender.projects, each) for each in kinds)
    yield sitting.sentence("alerts.today-waiting", {"count": waiting, "asked": asked})
    due = {
        each.kind: len(each.things) for each in what_is_due(connection, house.zone, sitting.desk.now, sender.projects)
    }
    named = [(sitting.sentence(f"alerts.today-{kind}"), due[kind]) for kind in KINDS if kind in due]
    if named:
        things = ", ".join(f"{name} {count}" for name, count in named)
        yield sitting.sentence("alerts.today-due", {"things": things})


def _who(sitting: Sitting) -> str:
    coordinator = sitting.voice.house.safeguarding.at(sitting.address.channel, sitting.address.value)
    return coordinator.name if coordinator else ""


def _alerts(sitting: Sitting) -> str:
    care, connection = sitting.voice.house.safeguarding, sitting.desk.connection
    found = of_others(connection, care, open_alerts(connection), _who(sitting))
    if not found:
        return sitting.sentence("alerts.today-no-alert")
    nobody = sitting.sentence("alerts.today-nobody")
    shown = [
        f"{each.reference} ({each.has_it if each.state == 'acknowledged' else nobody})" for each in found[:MOST_ALERTS]
    ]
    more = [f"+{len(found) - MOST_ALERTS}"] if len(found) > MOST_ALERTS else []
    return sitting.sentence("alerts.today-alerts", {"alerts": ", ".join([*shown, *more])})
