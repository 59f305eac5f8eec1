"""The `[safeguarding]` part of the configuration: everything that is missing or wrong in it is told at once."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.safeguarding import Coordinator, Safeguarding
from flows.rota import Rota, Shift, shift

if TYPE_CHECKING:
    from flows.danger import Listener

HOW_TO_DECLARE = 'or declare that nobody watches: mode = "signpost only"'


class PersonConfig(BaseModel):
    """A `[[safeguarding.person]]`: somebody who can be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=20)
    channel: Literal["sms", "telegram"]
    address: str

    def wrong_address(self) -> str | None:
        """What is wrong with the address, if anything."""
        from bot.channels.sms import to_e164

        if self.channel == "telegram":
            return None if self.address.isdecimal() else "must be their Telegram id, a number"
        try:
            to_e164(self.address)
        except ValueError as fault:
            return str(fault)
        return None

    def coordinator(self) -> Coordinator:
        """The person, with the address as the channel writes it."""
        from bot.channels.sms import to_e164

        return Coordinator(self.name, self.channel, to_e164(self.address) if self.channel == "sms" else self.address)


class RotaConfig(BaseModel):
    """A `[[safeguarding.rota]]`: a line of the rota."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str
    who: str
    days: str | list[str]
    from_: str = Field(alias="from")
    until: str
    zone: str | None = None
    bank_holidays: bool = False

    def shift(self, zone: str) -> Shift:
        """The line; `zone` is the organisation's. Raises `ValueError` with what is wrong."""
        try:
            clock = ZoneInfo(self.zone or zone)
        except (KeyError, ValueError):
            raise ValueError(f"there is no time zone {self.zone!r}; for example: Europe/London") from None
        return shift(self.who, self.days, self.from_, self.until, clock, self.bank_holidays)


class SafeguardingConfig(BaseModel):
    """Who is told when somebody is in danger, or the declaration that nobody is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["watched", "signpost only"] | None = None
    lead: str = ""
    deputy: str = ""
    manager: str = ""
    acknowledge_minutes: int = Field(default=10, ge=1, le=120)
    council_name: str = ""
    council_number: str = ""
    signed_off: Path = Path("signed_off.toml")
    danger_patterns: Path | None = None
    person: list[PersonConfig] = []
    rota: list[RotaConfig] = []

    def faults(self, channels: Container[str], zone: str) -> list[str]:
        """Everything that is missing or wrong, as "key: what to do".

        Args:
            channels: The channels that are set up.
            zone: The organisation's zone.
        """
        found = self._wrong_patterns()
        if self.mode is None:
            found.append(
                f'safeguarding.mode: is not set. Say who is told of danger: mode = "watched"; {HOW_TO_DECLARE}.'
            )
        if self.mode == "watched":
            found += [*self._missing(), *self._wrong_people(channels), *self._wrong_rota(zone)]
        return found

    def listener(self) -> Listener:
        """What hears danger: the built-in patterns, and the organisation's own beside them.

        Raises:
            BookProblems: with everything that is wrong in their file.
        """
        from flows.danger import Listener
        from flows.danger_words.book import BookProblems

        try:
            return Listener.load(self.danger_patterns)
        except (AttributeError, TypeError, KeyError) as fault:  # a text where a table belongs, and the like
            what = f"{self.danger_patterns}: is not written as config.example.toml shows ({type(fault).__name__})"
            raise BookProblems([what]) from None

    def safeguarding(self, zone: str, holidays: Container[date]) -> Safeguarding:
        """What the service works with, once there are no faults."""
        if self.mode != "watched":
            return Safeguarding()
        return Safeguarding(
            watched=True,
            people=tuple(each.coordinator() for each in self.person),
            rota=Rota(tuple(line.shift(zone) for line in self.rota), holidays),
            lead=self.lead,
            deputy=self.deputy,
            manager=self.manager,
            acknowledge_within=timedelta(minutes=self.acknowledge_minutes),
        )

    def _wrong_patterns(self) -> list[str]:
        from flows.danger_words.book import BookProblems

        if self.danger_patterns is None:
            return []
        try:
            self.listener()
        except BookProblems as wrong:
            return [f"safeguarding.danger_patterns: {problem}" for problem in wrong.problems]
        return []

    def _missing(self) -> Iterator[str]:
        names = {each.name for each in self.person}
        for role in ("lead", "deputy", "manager"):
            name = getattr(self, role)
            if not name:
                yield f"safeguarding.{role}: is missing; name one of the people, {HOW_TO_DECLARE}."
            elif name not in names:
                yield f"safeguarding.{role}: there is no [[safeguarding.person]] called {name!r}."
        if self.lead and self.lead == self.deputy:
            yield "safeguarding.deputy: must be somebody else than the lead."
        for key in ("council_name", "council_number"):
            if not getattr(self, key):
                yield f"safeguarding.{key}: is missing; who people call when they have nowhere to sleep tonight."
        if not self.rota:
            yield f"safeguarding.rota: is missing; add a [[safeguarding.rota]], {HOW_TO_DECLARE}."

    def _wrong_people(self, channels: Container[str]) -> Iterator[str]:
        seen: set[str] = set()
        addresses: set[tuple[str, str]] = set()
        for number, each in enumerate(self.person):
            where = f"safeguarding.person.{number}"
            if each.name.casefold() in seen:
                yield f"{where}.name: there are two people called {each.name!r}; add a surname's letter."
            seen.add(each.name.casefold())
            if each.channel not in channels:
                yield f"{where}.channel: [{each.channel}] is not set up, so they could not be told."
            if wrong := each.wrong_address():
                yield f"{where}.address: {wrong}"
                continue
            address = (each.channel, each.coordinator().address)
            if address in addresses:
                yield f"{where}.address: somebody else has it too; each person needs an address of their own."
            addresses.add(address)

    def _wrong_rota(self, zone: str) -> Iterator[str]:
        names = {each.name for each in self.person}
        for number, line in enumerate(self.rota):
            where = f"safeguarding.rota.{number}"
            if line.who not in names:
                yield f"{where}.who: there is no [[safeguarding.person]] called {line.who!r}."
            try:
                line.shift(zone)
            except ValueError as fault:
                yield f"{where}: {fault}"
