"""What has just come from an address: to tell a flood from a person, and to join a text message cut in two.

In memory only, for minutes: it is never written down.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.channels import Incoming

A_LOT = 30  # messages from one address ...
WITHIN_SECONDS = 60.0
PARTS_WITHIN_SECONDS = 120.0  # the parts of a long text can arrive so far apart
REMEMBERED = 10_000  # addresses; the one that has been quiet longest is forgotten first


@dataclass
class _Address:
    times: deque[float] = field(default_factory=lambda: deque(maxlen=A_LOT + 1))
    flooding: bool = False
    said: str = ""


class Recent:
    """Marks messages with what came just before them."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[tuple[str, str], _Address] = OrderedDict()

    def mark(self, message: Incoming, now: datetime) -> Incoming:
        """The message, with the words just before it, and marked when it begins a flood or is part of one."""
        who = (message.sender, message.address)
        address = self._addresses.setdefault(who, _Address())
        self._addresses.move_to_end(who)
        if len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)
        at, times = now.timestamp(), address.times
        before = address.said if times and at - times[-1] <= PARTS_WITHIN_SECONDS else ""
        address.said = message.text if message.channel == "sms" else ""
        times.append(at)
        if before:
            message = replace(message, before=before)
        return self._mark_flood(message, address)

    def _mark_flood(self, message: Incoming, address: _Address) -> Incoming:
        times = address.times
        if len(times) <= A_LOT or times[-1] - times[0] > WITHIN_SECONDS:
            address.flooding = False
            return message
        flood: Literal["begins", "goes on"] = "goes on" if address.flooding else "begins"
        address.flooding = True
        return replace(message, flood=flood)
