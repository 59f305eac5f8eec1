"""Times hidden in values: UUIDs of version 1, 6 and 7, ULIDs, Fernet's, and plain seconds at any place in a value."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias
from uuid import UUID

from bot.audit.attack import FIXED, OF_FEEDBACK, Needs
from bot.audit.loot import Heap, Loot

YEARS = 2
WEEKS = ("release_week", "closed_week", "week")
SURE = 1e-6  # the most that a finding may be by chance
_A_YEAR = 365.25 * 86400
_A_WEEK = re.compile(r"\d{4}-W\d\d")
_A_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{1,2}:\d\d")
_UUID_EPOCH = 12_219_292_800  # seconds from 1582 to 1970
_CROCKFORD = {letter: number for number, letter in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}

Seconds: TypeAlias = Callable[[bytes], float]


class Clocks:
    """A place at which every value of a column reads as a time of the last two years."""

    name = "clocks hidden in values"
    looks_at = "every value of feedback and replies, at every place in it"
    chance = "less than 1 in 1,000,000 a column"
    needs: Needs = "nothing"

    def __init__(self, now: float | None = None) -> None:
        self._now = now

    def findings(self, loot: Loot) -> list[str]:
        """The columns that carry a time."""
        now = self._now or time.time()
        found = []
        for heap in loot.on("feedback"):
            for column in heap.columns:
                if heap.name in OF_FEEDBACK and column in WEEKS:
                    found += _finer_than_a_week(heap, column)
                elif heap.name in OF_FEEDBACK and column not in FIXED | {"xmin"}:
                    found += [f"{heap.name}.{column}: {how}" for how in _clock_in(heap, column, now)]
        return found


def _finer_than_a_week(heap: Heap, column: str) -> list[str]:
    others = [value for value in heap.column(column) if value is not None and not _A_WEEK.fullmatch(str(value))]
    return [f"{heap.name}.{column}: {len(others)} values that are no week"] if others else []


def _clock_in(heap: Heap, column: str, now: float) -> list[str]:
    values = [value for value in heap.column(column) if value is not None]
    if any(_A_DAY.search(value) for value in values if isinstance(value, str)):
        return ["a date or a time of day"]
    plain = [form for value in values if (form := _plain(value))]
    shortest = min(map(len, plain), default=0)
    for name, size, likely, seconds in _readings(now):
        places = shortest - size + 1
        if places < 1 or len(set(plain)) < 2 or places * likely ** len(set(plain)) > SURE:
            continue
        for at in range(places):
            if all(now - YEARS * _A_YEAR <= seconds(value[at : at + size]) <= now + 86400 for value in plain):
                return [f"{name} from byte {at}"]
    return []


def _plain(value: Any) -> bytes | None:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, int | float):
        return int(value).to_bytes(16, "big", signed=True)
    if not isinstance(value, str):
        return None
    if len(value) == 26 and all(letter in _CROCKFORD for letter in value.upper()):  # a ULID
        number = 0
        for letter in value.upper():
            number = number * 32 + _CROCKFORD[letter]
        return (number % 2**128).to_bytes(16, "big")
    try:
        return UUID(value).bytes
    except ValueError:
        return value.encode()


def _readings(now: float) -> Iterator[tuple[str, int, float, Seconds]]:
    """How a stretch of bytes may be read: its name, its length, how likely random bytes pass, and the seconds."""
    window = YEARS * _A_YEAR + 86400
    for order in ("big", "little"):
        for unit, per_second in (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6)):
            for size in (4, 5, 6, 8):
                if now * per_second < 2 ** (8 * size):
                    likely = window * per_second / 2 ** (8 * size)
                    yield f"{unit}", size, likely, _reader(order, per_second)
    yield "a UUID of version 1", 8, window * 1e7 / 2**60, _version_1


def _reader(order: Any, per_second: int) -> Seconds:
    return lambda stretch: int.from_bytes(stretch, order) / per_second


def _version_1(stretch: bytes) -> float:
    low, middle, high = stretch[:4], stretch[4:6], bytes([stretch[6] & 0x0F, stretch[7]])
    return int.from_bytes(high + middle + low, "big") / 1e7 - _UUID_EPOCH
