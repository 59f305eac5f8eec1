"""Telling a flood of messages from a person who writes a lot. In memory only: it is about minutes."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import replace
from datetime import datetime

from bot.channels import Incoming

A_LOT = 30  # messages from one address ...
WITHIN_SECONDS = 60.0
REMEMBERED = 10_000  # addresses; the one that has been quiet longest is forgotten first


class Flood:
    """Marks messages that come too many at a time from one address."""

    def __init__(self) -> None:
        self._recent: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._flooding: set[tuple[str, str]] = set()

    def mark(self, message: Incoming, now: datetime) -> Incoming:
        """The message, marked when it begins a flood or is part of one."""
        who = (message.sender, message.address)
        times = self._recent.setdefault(who, deque(maxlen=A_LOT + 1))
        self._recent.move_to_end(who)
        times.append(now.timestamp())
        if len(self._recent) > REMEMBERED:
            self._flooding.discard(self._recent.popitem(last=False)[0])
        if len(times) <= A_LOT or times[-1] - times[0] > WITHIN_SECONDS:
            self._flooding.discard(who)
            return message
        if who in self._flooding:
            return replace(message, flood="goes on")
        self._flooding.add(who)
        return replace(message, flood="begins")
