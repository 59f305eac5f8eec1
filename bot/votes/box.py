"""The box of a secret vote: how many chose each so far, and nothing else; it has no order, no names and no times.

It is rewritten whole with every vote, always at the same length, and closed with a key that lies apart from the
database. So neither the database nor its dead rows, journals and backups tell what the vote that came last was for.
Whoever has both the key and the database as it was before and after a vote can tell.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nacl.secret import SecretBox

KEY_SIZE = 32  # bytes, of NaCl's secret boxes; the library is loaded by the first secret vote
SIZE = 240  # bytes before it is closed; six choices and a million voters need less
SHORTEST_SECRET = 32  # letters


class BoxStaysClosed(LookupError):
    """There is no key for it, or not the one it was closed with; trying again helps once the key is back."""


def ballot_key(secret: str) -> bytes | None:
    """The key that a configured secret stands for; None: it is too short to be one."""
    return blake2b(secret.encode(), digest_size=KEY_SIZE).digest() if len(secret) >= SHORTEST_SECRET else None


def close_box(key: bytes | None, vote_id: int, counts: Counter[str]) -> bytes:
    """A box with these counts in it; raises `BoxStaysClosed` without a key."""
    inside = json.dumps({"vote": vote_id, "counts": counts}).encode().ljust(SIZE)
    if len(inside) > SIZE:
        raise ValueError("more votes than fit into a box")
    return bytes(_with(key).encrypt(inside))


def open_box(key: bytes | None, vote_id: int, box: bytes) -> Counter[str]:
    """What is in a vote's box; raises `BoxStaysClosed`."""
    from nacl.exceptions import CryptoError

    try:
        inside = json.loads(_with(key).decrypt(box))
    except CryptoError:
        raise BoxStaysClosed("the box was closed with another key") from None
    if inside["vote"] != vote_id:
        raise BoxStaysClosed("this is the box of another vote")
    return Counter(inside["counts"])


def _with(key: bytes | None) -> SecretBox:
    from nacl.secret import SecretBox

    if key is None:
        raise BoxStaysClosed("there is no key for secret votes")
    return SecretBox(key)
