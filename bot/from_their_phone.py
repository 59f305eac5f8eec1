"""Who of the team sends an order from their own phone, and what they may see: as at the console, if they sign in there.

What is answered may hold people's names and words, so it is shown to nobody else of the team; see `in_private`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.own_alerts import themselves
from bot.projects.keeping import NotDone
from bot.sitting import Sitting
from storage.accounts import account_called, accounts
from storage.own import Themselves

WITH_PEOPLE = frozenset({"coordinator", "lead", "safeguarding"})  # as `bot.console.visit` has them
NOT_FOR_YOU = "Your account at the console is for no people, or is closed, so there is nobody whom you can write to."


@dataclass(frozen=True)
class Sender:
    """Somebody of the team.

    Attributes:
        name: As volunteers know them.
        projects: Those whose people they may see; None: all.
        them: Themselves, of whom there may be rows as well.
    """

    name: str
    projects: frozenset[int] | None
    them: Themselves


def is_from_staff(sitting: Sitting) -> bool:
    """Whether it comes from an address that the configuration names."""
    return sitting.voice.house.safeguarding.at(sitting.address.channel, sitting.address.value) is not None


def who_sends(sitting: Sitting) -> Sender:
    """Who of the team it is.

    Raises:
        NotDone: Their account may see nobody.
    """
    care = sitting.voice.house.safeguarding
    coordinator = care.at(sitting.address.channel, sitting.address.value)
    name = coordinator.name if coordinator else ""
    return Sender(name, _projects_of(sitting.desk.connection, name), themselves(care, name))


def _projects_of(connection: Connection, name: str) -> frozenset[int] | None:
    """All, for somebody of the rota who has no account, as for an alert; else what their account may see."""
    account = account_called(connection, name)
    if account is None and not any(row.name.casefold() == name.casefold() for row in accounts(connection)):
        return None
    if account is None or account.roles.isdisjoint(WITH_PEOPLE):
        raise NotDone(NOT_FOR_YOU)
    return account.projects


def in_private(sitting: Sitting) -> None:
    """Neither the order nor its answer is shown on the page about whoever sends it."""
    sitting.keep_between_us()
