"""Whoever was invited and has not joined: nothing goes to them but their invitation, whatever a coordinator does.

This is the one place for that rule and for its sentence. `bot.nudges` and broadcasts keep to it; whoever plans
something for people says it with `until_they_join`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from storage.people import NOT_JOINED, who_has_not_joined

__all__ = ["NOT_JOINED", "has_not_joined", "those_not_joined", "until_they_join"]
THEN_THEY_HEAR = "They hear this once they have joined, if there is still time."
THEN_ASK = "Once they have joined, you can do it again."
_NAMED = 10


def has_not_joined(person: Any) -> bool:
    """Whether nothing may go to somebody but their invitation; `person` is their row or record."""
    return person.joined_at is None and person.role == "volunteer"


def those_not_joined(connection: Connection, people: Iterable[int]) -> dict[int, str | None]:
    """Whoever of these has not joined, and what they are called (None: nobody knows)."""
    return who_has_not_joined(connection, list(people))


def until_they_join(names: Sequence[str | None], then: str = THEN_THEY_HEAR) -> str:
    """What a coordinator is told of people who have not joined; `then` is what comes of it once they have."""
    named = [each or "somebody without a name" for each in names]
    shown = [*named[:_NAMED], *([f"{len(named) - _NAMED} more"] if len(named) > _NAMED else [])]
    who = " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
    have = "have" if len(named) > 1 else "has"
    said = f"{who} {have} not joined yet: nothing goes to them but their invitation. {then}"
    return f"{said[0].upper()}{said[1:]}"
