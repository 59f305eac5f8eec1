"""When somebody is in danger, or may be: the right lines at once, a person told, and a choice. Never counsel.

The order and the rules are in the wellbeing promises: the reply stands alone, says that this is a computer,
gives 999 first where a life is at risk, and claims nobody was told who was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.acts import BeDiscreet, PassOn, RaiseAlert, SpeakFreely
from flows.conversation import Talk, flow
from flows.danger import answer_to_are_you_safe
from flows.replies import Hearing, Understood, any_words, yes_or_no

LIFE_AT_RISK = ("suicide_selfharm", "overdose_drugs", "third_party_risk")
DISCREET = "domestic_abuse"
ARE_YOU_SAFE = "are-you-safe"
TOPICS = (*LIFE_AT_RISK, DISCREET, "homeless_now")


@dataclass(frozen=True)
class AreYouSafe:
    """Are you safe right now? Whatever does not say "safe" counts as not sure."""

    choices: tuple[str, ...] = ("safe", "not safe", "not sure")

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A reply to this very question: always an answer."""
        return Understood(text if text in self.choices else answer_to_are_you_safe(text) or "not sure")

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """Never from other words."""
        return None

    def check(self, stored: Any) -> str | None:
        """A stored answer."""
        return stored if stored in self.choices else None

    def store(self, value: str) -> str:
        """Plain text."""
        return value


are_you_safe = AreYouSafe()


def may_tell(topic: str, sharing: str | None) -> bool:
    """Whether the team is told without asking: where a life is at risk, and where they have agreed."""
    return topic in LIFE_AT_RISK or sharing in (None, "always")


@flow("safety", facts=("sharing", "watched", "seen", "nhs", "abuse_line", "shelter", "council"))
async def safety(talk: Talk) -> None:
    """Begun with what was heard: its tier, its topic and the rule that heard it."""
    tier, topic = talk.heard("tier", any_words), talk.heard("topic", any_words)
    rule = talk.heard("rule", any_words) or ""
    if tier == "ask":
        safe = await talk.ask(ARE_YOU_SAFE, are_you_safe)
        if safe in (None, "safe"):
            talk.say("here")
            return
        rule, topic = f"{rule}, then: {safe}", topic if topic in TOPICS else "suicide_selfharm"
    await _in_danger(talk, topic if topic in TOPICS else "suicide_selfharm", rule)


async def _in_danger(talk: Talk, topic: str, rule: str) -> None:
    """The lines, and a person: at once where a life is at risk or they have agreed, else when they say so.

    Where nobody watches nobody can be told, so it is not offered either: they hear that, and how to ask for a person.
    """
    facts = talk.facts
    may = may_tell(topic, facts["sharing"])
    if may:
        talk.do(RaiseAlert("act", topic, rule, discreet=topic == DISCREET))
    talk.say(topic, **{name: facts[name] for name in ("nhs", "abuse_line", "shelter", "council")})
    if topic == DISCREET:
        if not await talk.ask("safe-here", yes_or_no):
            talk.do(BeDiscreet())
            return  # without a word: whoever reads this phone must not find one
        talk.do(SpeakFreely())
    if not may and not facts["watched"]:
        talk.say("then", seen=facts["seen"])
        return
    if not may:
        if not await talk.ask("tell", yes_or_no):
            talk.say("here")
            return
        talk.do(RaiseAlert("act", topic, rule, discreet=False))
    await _listen_on(talk)


async def _listen_on(talk: Talk) -> None:
    """Whatever they write now goes to a person, until they leave with SKIP or EXIT."""
    number, words = 1, await talk.listen("then", seen=talk.facts["seen"])
    while words is not None:
        talk.do(PassOn(words))
        number += 1
        words = await talk.listen(f"more:{number}", seen=talk.facts["seen"])
    talk.say("here")
