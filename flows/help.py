"""HELP: lines that help, places for what somebody needs, and a person if they say so.

HELP alone tells nobody. HELP with words behind it is answered at once. A flow knows no directory: what it must
know of it comes as plain facts, and what was found comes back as the answers that the flow `places` is begun with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from flows.acts import AskForAPerson, LookFor
from flows.conversation import Talk, flow
from flows.replies import Hearing, Understood, any_words, one_of
from flows.signposts import understand_topics
from flows.signposts.places import understand_place
from flows.words import Keyword, Words

MOST_WORDS = 5  # behind HELP; somebody who writes more is telling us something, and a person should read it
NATIONS = ("england", "wales", "scotland", "northern-ireland")
LOOSELY = "HELP WITH"
WRONG_NUMBER = "WRONG NUMBER"
_TELL = "tell"
_A_NUMBER = re.compile(r"(?:number|no|rhif)?\W*([1-9])\W*")


@dataclass(frozen=True)
class TellOrNeed:
    """A wish to tell a person ("1"), or what somebody needs in words that name a topic."""

    choices: tuple[str, ...] = (_TELL,)

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A wish to tell somebody goes first; "food please" is no such wish."""
        told = one_of(*self.choices).understand(text, hearing)
        names_a_topic = bool(understand_topics(text))
        if told and not (names_a_topic and told.rest and text.startswith(told.rest)):
            return told
        return Understood(text.strip()) if names_a_topic else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: nobody is told because of words that came along with others."""

    def check(self, stored: Any) -> str | None:
        """Any words."""
        return any_words.check(stored)

    def store(self, value: str) -> str:
        """The words themselves."""
        return value


tell_or_need = TellOrNeed()


@flow("help", light=True, facts=("when_read", "nhs", "local_topics", "towns"))
async def help_(talk: Talk) -> None:
    """Begun with what they need, if they said so behind the word; the word alone alerts nobody."""
    need = talk.heard("need", any_words) or await _lines_and_offers(talk)
    if need is None:
        return
    topics = understand_topics(need)
    if not topics:
        talk.do(AskForAPerson("asked for help", need))
        talk.say("lines", nhs=talk.facts["nhs"])
        talk.say("unknown", when_read=talk.facts["when_read"])
        return
    town = await _where(talk, need, topics)
    talk.do(LookFor(need, town, await _nation(talk, town)))


async def _lines_and_offers(talk: Talk) -> str | None:
    """The lines, and the offers; returns what they need, or None when that is not what they want."""
    talk.say("lines", nhs=talk.facts["nhs"])
    wanted = await talk.ask("tell", tell_or_need)
    if wanted is None:
        talk.say("told-nobody")
    elif wanted == _TELL:
        talk.do(AskForAPerson("human"))
        talk.say("told", when_read=talk.facts["when_read"])
    else:
        return wanted
    return None


async def _where(talk: Talk, need: str, topics: tuple[str, ...]) -> str | None:
    """Words that tell where they are; they are asked only where a place near them could make a difference."""
    if understand_place(need, talk.facts["towns"]):
        return need
    if talk.facts["local_topics"].isdisjoint(topics):
        return None
    return await talk.ask("town", any_words)


async def _nation(talk: Talk, town: str | None) -> str | None:
    """The nation, asked where the words for the town do not tell it: lines of another nation would not help."""
    if town is None:
        return None
    place, towns = understand_place(town, talk.facts["towns"]), talk.facts["towns"]
    if place is not None and (place.nation is not None or place.name in towns):
        return None
    return await talk.ask("nation", one_of(*NATIONS))


@flow("places", light=True)
async def places(talk: Talk) -> None:
    """Begun with what was found, ready to read, and with the town that they named if it is not known.

    A food bank asks for a voucher, and a number does not say where to get one (trusselltrust.org, Get help).

    Over at once, so that whatever had to wait comes back; "WRONG 2" is understood for a day all the same.
    """
    lines = talk.heard("lines", any_words) or ""
    talk.say("found", lines=lines)
    if "\n" not in lines:
        talk.say("only")
    if talk.heard("about", any_words) == "food":
        talk.say("food")
    if town := talk.heard("unknown-town", any_words):
        talk.say("elsewhere", town=town)
    talk.say("wrong")


class WithWords(NamedTuple):
    """A word of ours with more behind it."""

    keyword: Keyword
    behind: str


def words_behind(text: str, words: Words) -> WithWords | None:
    """What stands behind HELP or WRONG; None: it is no such message.

    A topic right behind the word ("HELP housing Brighton") means us even where any words would be an answer. What is
    put otherwise ("help with my rent") does not: there it is the answer, and the keyword is called `LOOSELY`.
    """
    found = words.keyword_before(text)
    if found is None:
        return None
    keyword, behind = found
    said = behind.split()
    if keyword.name == "HELP" and len(said) <= MOST_WORDS:
        name = "HELP" if understand_topics(said[0]) else LOOSELY
        return WithWords(Keyword(name, keyword.typed), behind)
    if keyword.name == "WRONG" and (number := _A_NUMBER.fullmatch(behind.casefold())):
        return WithWords(Keyword(WRONG_NUMBER, keyword.typed), number[1])
    return None
