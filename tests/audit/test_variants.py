"""The same mistake in other clothes: ids that carry a clock, and lookups that are made of a number, in many ways."""

from __future__ import annotations

import hashlib
import hmac
import random
import struct
import time
import uuid
from dataclasses import replace

import pytest

from bot.audit.attacks.clocks import Clocks
from bot.audit.attacks.joins import Joins
from bot.audit.stage import SECRETS
from tests.audit.conftest import found
from tests.audit.leaky import kept_with

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
NUMBER = "+447700900901"
NOW = time.time()


def at(number: int) -> float:
    return NOW - 600_000 + 4711 * number


def uuid7(moment: float) -> uuid.UUID:
    return uuid.UUID(int=(int(moment * 1000) << 80) | (7 << 76) | (2 << 62) | random.getrandbits(60))


def uuid1(moment: float) -> uuid.UUID:
    ticks = int((moment + 12_219_292_800) * 1e7)
    return uuid.UUID(fields=(ticks & 0xFFFFFFFF, (ticks >> 32) & 0xFFFF, (ticks >> 48) | 0x1000, 0x80, 1, 2**40))


@pytest.fixture
def kept(ours, tmp_path):
    """The loot of ours, with feedback that was kept otherwise."""

    def with_feedback(**how):
        people = [heap for heap in ours.heaps if heap.side == "people"]
        return replace(ours, heaps=(*people, *kept_with(tmp_path, **how)), secrets=SECRETS)

    return with_feedback


@pytest.mark.parametrize(
    "its_id",
    [
        lambda moment: uuid7(moment).bytes,
        lambda moment: uuid1(moment).bytes,
        lambda moment: int(moment * 1000).to_bytes(6, "big") + random.randbytes(10),  # a ULID
        lambda moment: b"\x80" + struct.pack(">Q", int(moment)) + random.randbytes(7),  # Fernet
        lambda moment: random.randbytes(9) + struct.pack("<I", int(moment)) + random.randbytes(3),
        lambda moment: struct.pack(">Q", int(moment * 1_000_000)) + random.randbytes(8),
        lambda moment: struct.pack(">I", int(moment)) + random.randbytes(12),  # a MongoDB ObjectId
    ],
    ids=["uuid7", "uuid1", "ulid", "fernet", "seconds inside", "microseconds", "object id"],
)
def test_a_clock_in_an_id_is_found(kept, its_id):
    assert "feedback.id" in found(Clocks(), kept(its_id=lambda number: its_id(at(number))))


def test_random_ids_carry_no_clock(kept):
    assert found(Clocks(), kept()) == ""


@pytest.fixture
def number(ours):
    """The number of somebody in the main database."""
    (addresses,) = [heap for heap in ours.heaps if heap.name == "address"]
    return next(value for value in addresses.column("value") if value.startswith("+44"))


@pytest.mark.parametrize(
    "disguise",
    [
        lambda number: number.encode().rjust(16, b"\0"),
        lambda number: hashlib.sha256(number.encode()).digest()[:16],
        lambda number: hashlib.md5(number.encode()).digest(),
        lambda number: hashlib.sha1(number.lstrip("+").encode()).digest()[:16],
        lambda number: hashlib.blake2b(number.encode()).digest()[:16],
        lambda number: hmac.digest(SECRETS[0], number.encode(), "sha256")[:16],
        lambda number: hmac.digest(SECRETS[1], number.lstrip("+").encode(), "sha512")[:16],
        lambda number: hashlib.sha256(number.encode()).hexdigest()[:16].encode(),
    ],
    ids=["plain", "sha256", "md5", "sha1", "blake2b", "pepper", "outer key", "hex"],
)
def test_a_number_and_its_hashes_are_found(kept, number, disguise):
    loot = kept(lookup=lambda at: disguise(number) if at == 3 else random.randbytes(16))
    assert "feedback.lookup holds values of address.value" in found(Joins(), loot)


def test_a_persons_id_is_found(kept, ours):
    (people,) = [heap for heap in ours.heaps if heap.name == "person"]
    its_id = people.column("id")[2].to_bytes(8, "big")
    loot = kept(lookup=lambda at: hashlib.sha256(its_id).digest()[:16] if at == 3 else random.randbytes(16))
    assert "feedback.lookup holds values of person.id" in found(Joins(), loot)


def test_nothing_random_is_a_join(kept):
    assert found(Joins(), kept()) == ""
