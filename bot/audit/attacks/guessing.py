"""Guessing who wrote: the join of touches on people with times of feedback, over 2,000 weeks of 60 people.

What an intruder may join is measured in the artefacts; only the traffic is a model, since a real week takes seconds.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Any

from bot.audit.attack import OF_FEEDBACK, Needs
from bot.audit.attacks.clocks import Clocks
from bot.audit.loot import Loot
from bot.audit.played import Step, changed

PEOPLE, A_WEEK, TRIALS = 60, 4, 2000
TOO_MANY = 48  # hits of 2,000: by chance fewer than 1 audit in 100
WEEK, DAY = 7 * 86400.0, 86400.0
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True)
class Trace:
    """What a feedback leaves.

    Attributes:
        touches: Whether something about a person changed without a message of theirs to explain it.
        within: How exactly the time of a feedback is known, in seconds.
    """

    touches: bool
    within: float


class Guessing:
    """The best guess that the artefacts allow."""

    name = "guessing the sender"
    looks_at = "people touched without a message, against times of feedback; 60 people, 2,000 trials"
    chance = f"33 of {TRIALS}; {TOO_MANY} are too many (p < 0.01)"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """Whether guessing does better than chance."""
        hits = guesses(trace_in(loot), TRIALS, random.Random(1))
        return [f"{hits} of {TRIALS} senders are found"] if hits >= TOO_MANY else []


def trace_in(loot: Loot) -> Trace:
    """What these artefacts give away."""
    touched = bool(_unexplained(loot)) or any(_touches_people(step) for step in _watched(loot))
    return Trace(touched, _exactness(loot))


def _watched(loot: Loot) -> Sequence[Step]:
    return loot.played.steps if loot.played is not None else ()


def _touches_people(step: Step) -> bool:
    return any(what.startswith(("people.address", "people.person")) for what in changed(step.before, step.after))


def _unexplained(loot: Loot) -> list[Any]:
    """Addresses that were heard from when no message was kept."""
    heard: defaultdict[Any, set[Any]] = defaultdict(set)
    for heap in loot.on("people"):
        if heap.name == "message":
            for address, at in zip(heap.column("address_id"), heap.column("at"), strict=True):
                heard[address].add(_moment(at))
    return [
        its_id
        for heap in loot.on("people")
        if heap.name == "address"
        for its_id, at in zip(heap.column("id"), heap.column("last_heard_at"), strict=True)
        if at is not None and _moment(at) not in heard[its_id]
    ]


def _moment(value: Any) -> str:
    return value.isoformat(" ", "microseconds")[:26] if isinstance(value, datetime) else str(value)


def _exactness(loot: Loot) -> float:
    values = [
        str(v)
        for heap in loot.on("feedback")
        if heap.name in OF_FEEDBACK
        for row in heap.rows
        for v in row
        if not isinstance(v, bytes | memoryview)
    ]
    if any(_SECOND.search(value) for value in values) or any("byte" in found for found in Clocks().findings(loot)):
        return 1.0
    return DAY if any(_DAY.search(value) for value in values) else WEEK


def guesses(trace: Trace, trials: int, dice: random.Random) -> int:
    """In how many weeks the intruder names the writer of one feedback."""
    return sum(_one_week(trace, dice) for _ in range(trials))


def _one_week(trace: Trace, dice: random.Random) -> bool:
    writers = dice.sample(range(PEOPLE), A_WEEK)
    wrote = {who: dice.uniform(0, WEEK) for who in writers}
    touched = wrote if trace.touches else {}
    # A message afterwards explains the touch away; people write about once a week.
    left = {who: at for who, at in touched.items() if dice.random() < exp(at / WEEK - 1)}
    known = wrote[writers[0]] // trace.within
    suspects = [who for who, at in left.items() if at // trace.within == known]
    return dice.choice(suspects or [who for who in range(PEOPLE) if who not in left]) == writers[0]
