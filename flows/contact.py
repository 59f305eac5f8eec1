"""CONTACT: how somebody would like us to reach them, and one person they trust, whom we may ring; all by consent.

Only a person in the team ever uses it: nothing here is read by any other flow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flows.acts import ForgetTrusted, PreferWay, TrustSomebody
from flows.conversation import Talk, flow
from flows.replies import Hearing, Understood, any_words, one_of, yes_or_no

WAYS = ("text", "call", "face", "worker")
_A_NUMBER = re.compile(r"\+?[\d ().-]{9,22}")
_DIGITS = (10, 13)


@dataclass(frozen=True)
class Trusted:
    """Somebody they trust: a name, a number, and when we may ring it, in their words."""

    name: str
    number: str
    when: str | None


@dataclass(frozen=True)
class PhoneNumber:
    """A phone number, in whatever writing; it is kept as a plus and digits."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The one number in a reply; its other words are not needed."""
        found = [number for each in _A_NUMBER.findall(text) if (number := _plain(each))]
        return Understood(found[0]) if len(found) == 1 else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a number among other words may be anybody's."""

    def check(self, stored: Any) -> str | None:
        """A plus or none, and digits."""
        return stored if isinstance(stored, str) and _plain(stored) == stored else None

    def store(self, value: str) -> str:
        """The number itself."""
        return value


def _plain(written: str) -> str | None:
    digits = re.sub(r"\D", "", written)
    plus = "+" if written.strip().startswith("+") else ""
    return plus + digits if _DIGITS[0] <= len(digits) <= _DIGITS[1] else None


phone_number = PhoneNumber()


@flow("contact", lives_for=timedelta(days=2), facts=("trusted",), for_others=True)
async def contact(talk: Talk) -> None:
    """The way they like best; then somebody they trust, if they wish to name one, change or remove them."""
    way = await talk.ask("way", one_of(*WAYS))
    if way:
        talk.do(PreferWay(way))
    trusted: Trusted | None = talk.facts["trusted"]
    if trusted is None:
        if await talk.ask("somebody", yes_or_no):
            await _name_somebody(talk)
        else:
            talk.say("thanks")
        return
    talk.say("trusted", name=trusted.name, number=trusted.number)
    what = await talk.ask("trusted-now", one_of("keep", "change", "remove"))
    if what == "change":
        await _name_somebody(talk)
    elif what == "remove":
        talk.do(ForgetTrusted())
        talk.say("removed", name=trusted.name)
    else:
        talk.say("thanks")


async def _name_somebody(talk: Talk) -> None:
    """Whether this person knows of it comes before their number is asked: without a yes nothing of them is kept."""
    name = await talk.ask("name", any_words)
    agreed = await talk.ask("agreed", yes_or_no, name=name) if name else None
    number = await talk.ask("number", phone_number) if agreed else None
    when = await talk.ask("when", any_words) if number else None
    if name and number:
        talk.do(TrustSomebody(name, number, when))
        talk.say("kept", name=name)
    else:
        talk.say("not-kept")
