"""Guessing codes: through the service, which must slow it down, and in the stolen database, which must make it dear."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from bot.audit.attack import Needs
from bot.audit.loot import Loot

MOST_FROM_ONE, MOST_FROM_ALL = 10, 300  # guesses an hour that are looked up
CODES = 10**14
_FAST = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s")


class CodeGuessing:
    """Guesses that are not slowed down, an answer that tells a waiting feedback, and codes that a fast hash finds."""

    name = "code guessing"
    looks_at = "answers to guesses within an hour, and every lookup id of feedback"
    chance = f"{MOST_FROM_ALL * 24 * 365 / CODES:.0e} a year for each code that is out"
    needs: Needs = "played"

    def findings(self, loot: Loot) -> list[str]:
        """What helps to guess."""
        return [*_through_the_service(loot), *_in_the_database(loot)]


def _through_the_service(loot: Loot) -> Iterator[str]:
    guesses = loot.played.guesses if loot.played is not None else None
    if guesses is None:
        return
    if guesses.from_one > MOST_FROM_ONE:
        yield f"from one phone {guesses.from_one} guesses within an hour were looked up"
    if guesses.from_all > MOST_FROM_ALL:
        yield f"from many phones {guesses.from_all} of {guesses.tried} guesses within an hour were looked up"
    if len(set(guesses.answers)) > 1:
        yield "a code whose feedback waits is answered otherwise than one that nobody has"


def _in_the_database(loot: Loot) -> Iterator[str]:
    """With all that was stolen, a code must cost a slow function: else all of them are soon tried."""
    codes = {code.replace(" ", "") for code in loot.known.codes} if loot.known is not None else set()
    fast = {digest[:16] for code in codes for digest in _fast(code.encode(), loot.secrets)}
    for heap in loot.on("feedback"):
        if any(bytes(value)[:16] in fast for value in heap.column("lookup") if value is not None):
            yield f"{heap.name}.lookup is a fast hash of the code: all codes can be tried"


def _fast(code: bytes, stolen: tuple[bytes, ...]) -> Iterator[bytes]:
    for name in _FAST:
        yield hashlib.new(name, code).digest()
        yield from (hmac.digest(secret, code, name) for secret in stolen)
        yield from (hashlib.new(name, secret + code).digest() for secret in stolen)
