"""What every attack has in common, and the attacks that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from bot.audit.loot import Loot

Needs: TypeAlias = Literal["nothing", "words", "arrived", "played"]
FIXED = {"inbox", "status", "release_week", "closed_week", "week", "text"}
"""Columns of feedback that hold one of a few words, or plain text by their purpose: no value in them is anybody's."""
OF_FEEDBACK = ("feedback", "feedback_reply", "said_did")


class Attack(Protocol):
    """One way to find out more than one should.

    Attributes:
        name: What the report calls it.
        looks_at: Which artefacts it is run against.
        chance: What it finds by chance alone.
        needs: What must be known of what was really said, or in which order, to try it at all.
    """

    name: str
    looks_at: str
    chance: str
    needs: Needs

    def findings(self, loot: Loot) -> list[str]:
        """One sentence for each thing found, which never repeats a value."""


@dataclass(frozen=True)
class Result:
    """What became of an attack."""

    attack: Attack
    findings: tuple[str, ...]
    verdict: Literal["nothing found", "FOUND", "not tried"]


def try_all(loot: Loot, attacks: tuple[Attack, ...]) -> list[Result]:
    """Every attack, one after the other."""
    return [_tried(attack, loot) for attack in attacks]


def _tried(attack: Attack, loot: Loot) -> Result:
    if attack.needs == "words" and not (loot.known and loot.known.words):
        return Result(attack, ("only with words that are known: --known",), "not tried")
    if attack.needs == "arrived" and not (loot.known and loot.known.arrived):
        return Result(attack, ("only where the order of writing is known: in our own tests",), "not tried")
    if attack.needs == "played" and loot.played is None:
        return Result(attack, ("only where it was watched while it ran: --simulate",), "not tried")
    found = tuple(attack.findings(loot))
    return Result(attack, found, "FOUND" if found else "nothing found")
