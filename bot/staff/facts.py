"""What flows can know of staff: who would talk a thought over with them, and how many answers are promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.facts import Given, fact
from storage.people import called
from storage.suggestions import how_many_promised_by

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("thought")
def _thought(sitting: Sitting, given: Given) -> str:
    return str(given["thought"])


@fact("manager")
def _manager(sitting: Sitting, given: Given) -> str | None:
    """The manager's name; None: there is none who can be told, or it is the very person we talk to."""
    safeguarding = sitting.voice.house.safeguarding
    manager = safeguarding.named(safeguarding.manager)
    if manager is None or (manager.channel, manager.address) == (sitting.address.channel, sitting.address.value):
        return None
    return manager.name


@fact("promised")
def _promised(sitting: Sitting, given: Given) -> int:
    return how_many_promised_by(sitting.desk.connection, sitting.today)


@fact("who")
def _who(sitting: Sitting, given: Given) -> str:
    """What somebody of the staff is called."""
    return called(sitting.desk.connection, int(given["who"])) or sitting.sentence("house.no-name")
