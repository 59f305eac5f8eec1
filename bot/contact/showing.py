"""About one person, for a coordinator who is about to be in touch with them."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.people import find_person
from storage.contact import wish_of
from storage.strengths import strengths_of

WAYS = {"text": "by text", "call": "by phone", "face": "face to face", "worker": "with their support worker"}


def about_lines(connection: Connection, who: str) -> list[str]:
    """How they would like to be reached, whom they trust, and what they say they are good at.

    Raises:
        NobodyMeant: There is nobody like that, or several are called so.
    """
    person = find_person(connection, who)
    wish = wish_of(connection, person.id)
    lines = [f"{person.called or 'Somebody without a name'}"]
    lines.append(f"  likes to be reached {WAYS[wish.way]}" if wish and wish.way else "  has not said how to reach them")
    if wish and wish.trusted_name:
        when = wish.trusted_when or "they did not say when"
        lines.append(f"  trusts {wish.trusted_name}, {wish.trusted_number}, whom you may ring: {when}")
    named = [row.words for row in strengths_of(connection, person.id)]
    return [*lines, *(f"  says: {words}" for words in named)]
