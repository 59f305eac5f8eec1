"""What the bot says about the organisation: its name, who reads what people write, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.broadcasts.spending import Spending
from bot.safeguarding import Safeguarding


@dataclass(frozen=True)
class House:
    """Facts of the organisation that sentences mention.

    Attributes:
        name: The organisation's name as volunteers know it.
        who_reads: Who can read messages, by language ("Bo and Sam"); English is the fallback.
        when_read: When they read them, by language ("on weekdays from 9 to 5").
        language: The language for people who have not chosen one.
        zone: The time zone for people who have not told theirs.
        nation: "england", "wales", "scotland" or "northern-ireland": which lines of help are the right ones.
        council_name: The council that people here turn to.
        council_number: Its homelessness number out of hours.
        safeguarding: Who is told when somebody is in danger.
        spending: What broadcasts may cost.
    """

    name: str = "our charity"
    who_reads: Mapping[str, str] = field(default_factory=lambda: {"en": "Our team", "cy": "Ein tim"})
    when_read: Mapping[str, str] = field(
        default_factory=lambda: {"en": "on weekdays from 9 to 5", "cy": "yn ystod yr wythnos, 9 tan 5"}
    )
    language: str = "en"
    zone: str = "Europe/London"
    nation: str = "england"
    council_name: str = ""
    council_number: str = ""
    safeguarding: Safeguarding = field(default_factory=Safeguarding)
    spending: Spending = field(default_factory=Spending)

    def in_language(self, said: Mapping[str, str], language: str) -> str:
        """A sentence's part in this language, or in English."""
        return said.get(language) or said["en"]
