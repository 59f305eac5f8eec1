"""What coordinators can send about an alert, from the address that the configuration names: ACK 4821, READ, TAKE, ...

To everybody else these are ordinary words. What each does is in `bot.alert_orders`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.alert_desk import DID, NOT_SAID
from bot.alert_orders import ORDERS, Order
from bot.own_alerts import of_others
from bot.sitting import Sitting
from storage import accounts, alerts
from storage.alert_tests import acknowledge_test
from storage.tables import Lane

# Phones put "ask", "act" or "back" where somebody typed ACK in a hurry.
_COMMAND = re.compile(
    r"\W*(ack|acknowledged?|ask|act|back|ok|read|take|reply|give|give back|close)\W*(\d{4})(?!\d)[\s.,:;-]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ACK_ALONE = re.compile(r"\W*ack(?:nowledged?)?\W*", re.IGNORECASE)
_ACK = {"ack", "acknowledge", "acknowledged", "ask", "act", "back", "ok"}
_MEANS = dict.fromkeys(_ACK, "acknowledge") | {"give back": "give"}


def is_for_us(text: str, sitting: Sitting) -> bool:
    """Whether this is something that only a coordinator can send, from the address of one.

    Asked before danger is listened for: the words of REPLY and CLOSE are about somebody else.
    """
    return _coordinator(sitting) is not None and is_command(text)


def is_command(text: str) -> bool:
    """Whether this is ACK or another word about an alert, if a coordinator sends it."""
    return bool(_COMMAND.fullmatch(text) or _ACK_ALONE.fullmatch(text))


def coordinator_said(text: str, sitting: Sitting) -> bool:
    """Carry out what a coordinator sent about an alert; False where it is nothing of the kind."""
    if not is_for_us(text, sitting):
        return False
    sitting.lane = Lane.DANGER
    found = _COMMAND.fullmatch(text)
    if found is None:
        sitting.say("alerts.which")
        return True
    word, reference, words = found[1].casefold(), int(found[2]), found[3].strip()
    desk = sitting.desk
    if word in _ACK and acknowledge_test(desk.connection, sitting.address.id, reference, desk.now):
        sitting.say("alerts.test-thanks")
        return True
    alert, name = alerts.open_alert_with(desk.connection, reference), _coordinator(sitting) or ""
    care = sitting.voice.house.safeguarding
    if alert is None or not of_others(desk.connection, care, [alert], name):
        sitting.say("alerts.no-such", reference=reference)  # nor is it told that one is about them
    else:
        giver = _AtTheirPhone(sitting, name)
        order = _MEANS.get(word, word)
        ORDERS[order](Order(desk, sitting.voice, giver, alert, words))
        if NOT_SAID.keys().isdisjoint(giver.said):
            accounts.record(desk.connection, name, DID[order], desk.now, f"alert:{alert.id}")
    return True


def _coordinator(sitting: Sitting) -> str | None:
    found = sitting.voice.house.safeguarding.at(sitting.address.channel, sitting.address.value)
    return found.name if found else None


@dataclass(frozen=True)
class _AtTheirPhone:
    """A coordinator who sent an order: the answer goes where it came from, and so does what the person writes."""

    sitting: Sitting
    name: str
    said: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.sitting.language

    @property
    def reads_at(self) -> int | None:
        return self.sitting.person.id

    @property
    def message_id(self) -> int | None:
        return self.sitting.message_id

    def say(self, key: str, **values: Any) -> None:
        self.said.append(key)
        self.sitting.say(f"alerts.{key}", **values)
