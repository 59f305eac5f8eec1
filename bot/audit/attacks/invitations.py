"""Invitations to few: a request for feedback that went to one person, or a hint of an answer, names the writer."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from bot.audit.attack import Needs
from bot.audit.loot import Loot
from storage.feedback.store import week_of
from storage.tables import Lane

FEWEST = 10
"""Invitations go only to so many or more, says our promise; to everybody where there are fewer."""
_ABOUT_US = re.compile(r"\b(?:FEEDBACK|CODE|ADBORTH|COD)\b")


class FewInvited:
    """Messages of ours about feedback, not answers to anybody, that only some were sent."""

    name = "one-person invitations"
    looks_at = "reminders and broadcasts in the outbox that speak of feedback or codes, by week"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The weeks in which few were told, of those who were written to."""
        told, written_to = defaultdict(set), defaultdict(set)
        for heap in loot.on("people"):
            if heap.name != "outbox":
                continue
            columns = ("lane", "created_at", "person_id", "text")
            for lane, at, person, text in zip(*(heap.column(name) for name in columns), strict=True):
                if lane >= Lane.REMINDER and person is not None:  # staff are told otherwise
                    written_to[_week(at)].add(person)
                    if _ABOUT_US.search(str(text)):
                        told[_week(at)].add(person)
        return [
            f"in one week {len(people)} of {len(written_to[week])} were told of feedback"
            for week, people in sorted(told.items())
            if len(people) < min(FEWEST, len(written_to[week]))
        ]


def _week(at: Any) -> str:
    day = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return week_of(day.date())
