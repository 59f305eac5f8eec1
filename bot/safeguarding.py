"""Who is told when somebody is in danger, in which order; or that nobody watches. Facts only: it tells nobody."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.rota import Rota


@dataclass(frozen=True)
class Coordinator:
    """Somebody who can be told of an alert, and the one address where that is done.

    Attributes:
        name: As volunteers hear it; one of a kind.
        channel: "sms" or "telegram".
        address: E.164 or a Telegram chat id.
    """

    name: str
    channel: str
    address: str


@dataclass(frozen=True)
class Safeguarding:
    """Who is told, and how long each has. The default is the declared "signpost only": nobody watches.

    Attributes:
        watched: Whether anybody is told at all.
        people: Everybody who can be told.
        rota: Who is on call when.
        lead: The safeguarding lead's name; likewise `deputy` and `manager`.
        acknowledge_within: How long somebody has to acknowledge an alert before the next is told.
    """

    watched: bool = False
    people: tuple[Coordinator, ...] = ()
    rota: Rota = field(default_factory=Rota)
    lead: str = ""
    deputy: str = ""
    manager: str = ""
    acknowledge_within: timedelta = timedelta(minutes=10)

    def named(self, name: str | None) -> Coordinator | None:
        """The coordinator of that name, if there still is one."""
        return next((each for each in self.people if each.name == name), None)

    def at(self, channel: str, address: str) -> Coordinator | None:
        """The coordinator whose address this is."""
        return next((each for each in self.people if (each.channel, each.address) == (channel, address)), None)

    def everybody(self, at: datetime) -> tuple[str, ...]:
        """All who are told in the end, whoever is first coming first."""
        return tuple(dict.fromkeys(name for step in self._steps(at) for name in step))

    def next_told(self, at: datetime, told: Container[str]) -> tuple[str, ...]:
        """Who is told of an alert next, at a moment, when these have been; empty: all have.

        First everybody on call, then the deputy, then the lead and the manager together. In a gap of the rota
        there is nobody to wait for, so it begins with the lead and the deputy together, then the manager.
        """
        waiting = (tuple(name for name in dict.fromkeys(step) if name not in told) for step in self._steps(at))
        return next(filter(None, waiting), ())

    def _steps(self, at: datetime) -> tuple[tuple[str, ...], ...]:
        on_call = self.rota.on_call(at)
        if not on_call:
            return ((self.lead, self.deputy), (self.manager,))
        return (on_call, (self.deputy,), (self.lead, self.manager))
