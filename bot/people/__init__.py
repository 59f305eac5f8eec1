"""Finding the person that a coordinator means: by number, Telegram chat or name, or by the key that is listed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from storage.people import people_at, people_called, person_with_key
from storage.searching import which_may_be_seen

LONG = 10**15  # keys are longer than any phone number
CHANNELS = {"sms": "SMS", "telegram": "Telegram"}


class NobodyMeant(Exception):
    """Nobody, or not only one person, is meant; the message says who there is and what to write instead."""


def find_person(connection: Connection, said: str, projects: frozenset[int] | None = None) -> Row[Any]:
    """The one person who is meant.

    Args:
        connection: To read with.
        said: A name, a number, a Telegram chat or a key.
        projects: Only somebody who belongs to one of these; None: anybody. Of the rest nothing is told.

    Returns:
        Their id, called, role, language and joined_at.

    Raises:
        NobodyMeant: There is nobody like that, or several are called so.
    """

    def of_theirs(rows: list[Row[Any]]) -> list[Row[Any]]:
        return _who_may_be_seen(connection, rows, projects)

    found = (
        of_theirs(people_at(connection, _as_addresses(said)))
        or of_theirs(people_called(connection, said))
        or of_theirs(_keyed(connection, said))
    )
    if not found and projects is not None:
        raise NobodyMeant(f"Nobody of your projects is called “{said}”, or has that number.")
    if not found:
        raise NobodyMeant(f"Nobody is called “{said}”, and nobody has that number. `alongside people` lists everybody.")
    if len({row.id for row in found}) > 1:
        known = "; ".join(_shown(row) for row in found)
        raise NobodyMeant(f"Several are meant by “{said}”: {known}. Write the number or the key instead of the name.")
    return found[0]


def _who_may_be_seen(connection: Connection, rows: list[Row[Any]], projects: frozenset[int] | None) -> list[Row[Any]]:
    seen = which_may_be_seen(connection, {row.id for row in rows}, projects) if projects is not None else None
    return [row for row in rows if seen is None or row.id in seen]


def _keyed(connection: Connection, said: str) -> list[Row[Any]]:
    """Somebody by their key, which no other number is as long as."""
    typed = said.strip()
    is_one = typed.isdecimal() and len(typed) < 20 and LONG <= int(typed) < 2**63
    return person_with_key(connection, int(typed)) if is_one else []


def _shown(row: Row[Any]) -> str:
    where = f"{CHANNELS.get(row.channel, row.channel)} {row.value}" if row.value else "no address"
    joined = "" if row.joined_at else ", has not joined"
    return f"{row.called or 'no name'} ({where}{joined}, key {row.id})"


def _as_addresses(said: str) -> list[str]:
    """What was typed as an address: a phone number in any writing, or a Telegram chat's number."""
    from bot.channels.sms import to_e164

    plain = said.strip()
    try:
        return [to_e164(plain), plain]
    except ValueError:
        return [plain]
