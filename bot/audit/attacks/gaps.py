"""Counters about people in which a number is missing: something came there that was not kept.

Telegram counts a bot's updates, and its messages, in and out. A hash hides nothing of a number that can be tried.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from bot.audit.attack import Needs
from bot.audit.loot import Heap, Loot

ENOUGH = 10  # values, before they may be called a counter
LARGEST_GAP = 50
TRIED = 5_000  # numbers before the last one that we know of
DENSE = 0.6  # of the steps are by one
_NUMBER = re.compile(r"[a-zA-Z_-]{0,4}(\d{1,18})")


class Gaps:
    """Ids that count, ours or a provider's, with some missing."""

    name = "ids and gaps"
    looks_at = "every number in the main database"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The counters in which something is missing."""
        found, tried = [], _tried(loot)
        for heap in loot.on("people"):
            for column in (name for name in heap.columns if name == "id" or name.endswith("_id")):
                for sender, numbers in _numbers(heap, column, tried).items():
                    if missing := gaps(numbers):
                        found.append(f"{heap.name}.{column}{sender}: {missing} numbers are missing from a counter")
        return found + _beside_what_came(loot)


def _numbers(heap: Heap, column: str, tried: Mapping[str, int]) -> dict[str, set[int]]:
    senders = heap.column("sender") or [None] * len(heap.rows)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for sender, value in zip(senders, heap.column(column), strict=True):
        if (number := tried.get(str(value), _number(value))) is not None:
            found[f" of {sender}" if sender else ""].add(number)
    return found


def _tried(loot: Loot) -> dict[str, int]:
    """The numbers before each polling offset by what a hash makes of them, so that they are known again."""
    offsets = [
        value for heap in loot.on("people") if heap.name == "poll_offset" for value in heap.column("next_offset")
    ]
    numbers = {number for offset in offsets for number in range(max(0, offset - TRIED), offset)}
    return {
        form[:length]: number
        for number in numbers
        for form in _hashed(str(number).encode(), loot.secrets)
        for length in (16, 32, 40, 64)
    }


def _hashed(number: bytes, stolen: tuple[bytes, ...]) -> Iterator[str]:
    for name in ("md5", "sha1", "sha256", "blake2b"):
        yield hashlib.new(name, number).hexdigest()
    for secret in stolen:
        yield hmac.digest(secret, number, "sha256").hex()
        yield from (hashlib.blake2b(number, key=secret[:64], digest_size=size).hexdigest() for size in (16, 32))


def _beside_what_came(loot: Loot) -> list[str]:
    """Numbers of messages in and out: those of what we sent, with more between them than came in."""
    came: Counter[Any] = Counter()
    for heap in loot.on("people"):
        if heap.name == "message":
            came.update(heap.column("sender"))
    found = []
    for heap in (each for each in loot.on("people") if each.name == "outbox"):
        for whose, numbers in _numbers(heap, "provider_id", {}).items():
            span, known = max(numbers) - min(numbers) + 1, len(numbers) + came[whose.removeprefix(" of ")]
            if len(numbers) >= ENOUGH and DENSE * span <= known < span:
                found.append(f"outbox.provider_id{whose}: more numbers are missing than messages came in")
    return found


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    counted = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(counted[1]) if counted else None


def gaps(numbers: set[int]) -> int:
    """How many are missing from what is nearly a counter; 0 where it is none."""
    steps = [after - before for before, after in pairwise(sorted(numbers))]
    if len(numbers) < ENOUGH or sum(step == 1 for step in steps) < DENSE * len(steps):
        return 0
    return sum(step - 1 for step in steps if 1 < step <= LARGEST_GAP)
