"""Finding the person that a coordinator means: by number, Telegram chat or name, or by the key that is listed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from storage.people import people_at, people_called, person_with_key

LONG = 10**15  # keys are longer than any phone number
CHANNELS = {"sms": "SMS", "telegram": "Telegram"}


class NobodyMeant(Exception):
    """Nobody, or not only one person, is meant; the message says who there is and what to write instead."""


def find_person(connection: Connection, said: str) -> Row[Any]:
    """The one person who is meant.

    Returns:
        Their id, called, role, language and joined_at.

    Raises:
        NobodyMeant: There is nobody like that, or several are called so.
    """
    found = people_at(connection, _as_addresses(said)) or people_called(connection, said) or _keyed(connection, said)
    if not found:
        raise NobodyMeant(f"Nobody is called “{said}”, and nobody has that number. `alongside people` lists everybody.")
    if len({row.id for row in found}) > 1:
        known = "; ".join(_shown(row) for row in found)
        raise NobodyMeant(f"Several are meant by “{said}”: {known}. Write the number or the key instead of the name.")
    return found[0]


def _keyed(connection: Connection, said: str) -> list[Row[Any]]:
    """Somebody by their key, which no other number is as long as."""
    typed = said.strip()
    return person_with_key(connection, int(typed)) if typed.isdecimal() and LONG <= int(typed) < 2**63 else []


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
