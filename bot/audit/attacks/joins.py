"""Every column of feedback against every column about people: the same value, written or hashed, is a link."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bot.audit.attack import FIXED, OF_FEEDBACK, Needs
from bot.audit.loot import Heap, Loot

LEAST = 6  # bytes: what is shorter is the same by chance
_HASHES = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s")


class Joins:
    """A value on both sides: as it is, as text of it, as its hash, or as its hash under a stolen secret."""

    name = "joins of every pair of columns"
    looks_at = "every column of both databases"
    chance = "less than 1 in 1,000,000 a pair"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """Which columns share something."""
        feedback = dict(_values(heap, column) for heap in loot.on("feedback") for column in _telling(heap))
        lengths = {len(value) for values in feedback.values() for value in values}
        found = []
        for heap in loot.on("people"):
            for column in heap.columns:
                theirs = {
                    form
                    for value in heap.column(column)
                    for plain in _forms(value)
                    for form in _disguised(plain, loot.secrets, lengths)
                }
                found += [
                    f"{where} holds values of {heap.name}.{column}" for where, ours in feedback.items() if ours & theirs
                ]
        return found + _written_together(loot)


def _telling(heap: Heap) -> list[str]:
    return [name for name in heap.columns if heap.name in OF_FEEDBACK and name not in FIXED | {"xmin"}]


def _values(heap: Heap, column: str) -> tuple[str, set[bytes]]:
    return f"{heap.name}.{column}", {form for value in heap.column(column) for form in _forms(value)}


def _forms(value: Any) -> Iterator[bytes]:
    """A value as bytes, in every way that it may have been written."""
    if isinstance(value, bytes | memoryview):
        yield bytes(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (str(value).encode(), (value % 2**64).to_bytes(8, "big"), (value % 2**64).to_bytes(8, "little"))
    elif value is not None and len(str(value)) >= LEAST:
        yield str(value).encode()
        yield str(value).encode().lstrip(b"+")
        with suppress(ValueError):
            yield bytes.fromhex(str(value))


def _disguised(plain: bytes, secrets: tuple[bytes, ...], lengths: set[int]) -> Iterator[bytes]:
    if len(plain) < LEAST:
        return
    yield plain
    yield plain.rjust(16, b"\0")
    hashed = [hashlib.new(name, plain).digest() for name in _HASHES]
    hashed += [hmac.digest(secret, plain, name) for secret in secrets for name in ("sha1", "sha256", "sha512")]
    for each in hashed:
        yield from (each[:length] for length in lengths if LEAST <= length <= len(each))
        yield from (each.hex()[:length].encode() for length in lengths if LEAST <= length <= 2 * len(each))


def _written_together(loot: Loot) -> list[str]:
    """PostgreSQL tells of each row which transaction wrote it."""
    theirs = {value for heap in loot.on("people") if heap.name != "alembic_version" for value in heap.column("xmin")}
    ours = [heap for heap in loot.on("feedback") if heap.name in OF_FEEDBACK]
    return [
        f"{heap.name} was written in one transaction with people" for heap in ours if theirs & set(heap.column("xmin"))
    ]
