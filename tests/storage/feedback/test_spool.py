"""Where sealed feedback waits: never lost, never of another size, and never in the order in which it came."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.feedback import spool as spooling
from storage.feedback.sealing import SLOT_BYTES, Sealed
from storage.feedback.spool import SLOTS, Spool, SpoolFull, SpoolUnreadable

KEY = b"k" * 32


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return another_spool(tmp_path)


def another_spool(folder: Path, key: bytes = KEY, slots: int = 8) -> Spool:
    """As after a restart."""
    return Spool(folder / "memory", folder / "spool", key, slots)


def a_slot(number: int = 0) -> bytes:
    body = os.urandom(SLOT_BYTES)
    whole = Sealed.from_bytes(body[:16] + b"\4ours" + body[21:])
    return Sealed(number.to_bytes(16, "big"), "ours", whole.body, whole.lookup, whole.reply_key).to_bytes()


def put(spool: Spool, *numbers: int, when="release") -> dict[int, bytes]:
    slots = {number: a_slot(number) for number in numbers}
    for slot in slots.values():
        spool.put(slot, when)
    return slots


def waits(spool: Spool, when=None) -> set[int]:
    found = [int.from_bytes(one.sealed.id, "big") for one in spool.waiting(when)]
    assert len(found) == len(set(found))
    return set(found)


def slots_file(folder: Path) -> bytes:
    return (folder / "spool" / SLOTS).read_bytes()


def test_what_was_put_waits_before_and_after_the_full_hour_and_a_restart(spool, tmp_path):
    slots = put(spool, 1, 2, 3)

    assert waits(another_spool(tmp_path)) == {1, 2, 3}
    spool.fold()
    put(spool, 4)
    assert waits(another_spool(tmp_path)) == {1, 2, 3, 4}
    kept = {int.from_bytes(one.sealed.id, "big"): one.sealed.to_bytes() for one in spool.waiting()}
    assert {number: kept[number] for number in slots} == slots


def test_what_may_go_at_the_next_full_hour_is_known(spool):
    put(spool, 1, when="release")
    put(spool, 2, when="next hour")
    for _ in range(2):
        assert (waits(spool, "release"), waits(spool, "next hour")) == ({1}, {2})
        spool.fold()


def test_what_was_released_is_forgotten_wherever_it_lies(spool):
    put(spool, 1, 2)
    spool.fold()
    put(spool, 3, 4)

    spool.clear_released([number.to_bytes(16, "big") for number in (1, 3, 99)])

    assert waits(spool) == {2, 4}


def test_the_file_has_one_size_and_is_another_every_hour_whether_or_not_anything_came(spool, tmp_path):
    seen = []
    for numbers in ((), (), (1,), (2, 3, 4), ()):
        put(spool, *numbers)
        spool.fold()
        seen.append(slots_file(tmp_path))
    spool.clear_released([])
    seen.append(slots_file(tmp_path))

    assert {len(content) for content in seen} == {len(seen[0])}
    assert len({content[start : start + 32] for content in seen for start in (0, 5000, 50000)}) == 3 * len(seen)


def test_neither_folder_shows_a_slot_or_a_count_after_the_full_hour(spool, tmp_path):
    slot = put(spool, 1)[1]
    assert all(slot[:16] not in path.name.encode() for path in (tmp_path / "memory").iterdir())
    on_disk = b"".join(path.read_bytes() for path in (tmp_path / "memory").iterdir())
    assert not any(slot[at : at + 16] in on_disk for at in (0, 100, 5000))

    spool.fold()

    assert [path.name for path in (tmp_path / "memory").iterdir()] == ["lock"]
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [SLOTS]
    assert not any(slot[at : at + 16] in slots_file(tmp_path) for at in (0, 100, 5000))


def test_slots_stand_in_no_order(spool):
    """Even somebody with the outer key must not see who came first."""
    orders = set()
    put(spool, *range(5))
    for _ in range(12):
        spool.fold()
        orders.add(tuple(spool._folded()))

    assert len(orders) > 6


def test_the_old_file_is_overwritten_before_the_disk_gets_it_back(spool, tmp_path):
    put(spool, 1)
    spool.fold()
    os.link(tmp_path / "spool" / SLOTS, tmp_path / "what the disk keeps")
    before = slots_file(tmp_path)

    spool.fold()

    kept = (tmp_path / "what the disk keeps").read_bytes()
    assert len(kept) == len(before)
    assert sum(a == b for a, b in zip(kept, before, strict=True)) < len(before) / 100


@pytest.mark.parametrize("folded", [True, False])
def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path, folded):
    spool = another_spool(tmp_path, slots=3)
    put(spool, 1, 2, 3)
    if folded:
        spool.fold()

    with pytest.raises(SpoolFull):
        spool.put(a_slot(4), "release")
    assert waits(spool) == {1, 2, 3}
    spool.clear_released([(1).to_bytes(16, "big")])
    put(spool, 5)
    with pytest.raises(SpoolFull):
        another_spool(tmp_path, slots=3).put(a_slot(6), "release")
    assert waits(spool) == {2, 3, 5}


def test_a_full_memory_is_a_full_spool(spool, monkeypatch):
    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spooling.os, "fsync", no_space)
    with pytest.raises(SpoolFull):
        spool.put(a_slot(1), "release")
    monkeypatch.undo()
    assert waits(spool) == set()


def test_a_full_disk_loses_nothing(spool, monkeypatch):
    put(spool, 1)
    spool.fold()
    put(spool, 2)

    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spooling.os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        spool.fold()
    monkeypatch.undo()

    assert waits(spool) == {1, 2}
    spool.fold()
    assert waits(spool) == {1, 2}


def test_fewer_slots_than_before_lose_nothing(spool, tmp_path):
    put(spool, *range(6))
    spool.fold()
    smaller = another_spool(tmp_path, slots=2)

    smaller.fold()

    assert waits(smaller) == set(range(6))


def test_a_wrong_outer_key_changes_nothing(spool, tmp_path):
    put(spool, 1)
    spool.fold()
    put(spool, 2)
    wrong = another_spool(tmp_path, b"w" * 32)

    for act in (wrong.fold, wrong.waiting, lambda: wrong.clear_released([]), lambda: wrong.put(a_slot(3), "release")):
        with pytest.raises(SpoolUnreadable):
            act()

    assert waits(spool) == {1, 2}


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: b"", lambda c: c[:40] + bytes([c[40] ^ 1]) + c[41:]])
def test_a_damaged_file_is_left_as_it_is(spool, tmp_path, damage):
    put(spool, 1)
    spool.fold()
    damaged = damage(slots_file(tmp_path))
    (tmp_path / "spool" / SLOTS).write_bytes(damaged)

    with pytest.raises(SpoolUnreadable):
        spool.fold()

    assert slots_file(tmp_path) == damaged


def test_what_a_crash_left_half_written_is_swept_away(spool, tmp_path):
    put(spool, 1)
    half = tmp_path / "memory" / f"0{spooling.ARRIVED}{spooling.UNFINISHED}"
    half.write_bytes(b"half")
    (tmp_path / "spool" / f"{SLOTS}{spooling.UNFINISHED}").write_bytes(b"half")

    assert waits(spool) == {1}
    spool.fold()

    assert not half.exists()
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [SLOTS]


def test_what_others_keep_in_memory_is_none_of_its_business(spool, tmp_path):
    put(spool, 1)
    (tmp_path / "memory" / "composing").write_bytes(b"somebody's half sentence")

    spool.fold()

    assert (tmp_path / "memory" / "composing").exists()
    assert waits(spool) == {1}


def test_nobody_else_may_look_into_its_folders(spool, tmp_path):
    put(spool, 1)
    spool.fold()
    put(spool, 2)

    for name in ("memory", "spool"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / name).iterdir())


def test_a_short_outer_key_and_a_short_slot_are_refused(spool, tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        another_spool(tmp_path, b"short")
    with pytest.raises(ValueError, match="not a sealed feedback"):
        spool.put(b"short", "release")


def test_a_machine_has_a_key_of_its_own_until_it_is_switched_off(tmp_path):
    def spool(machine: str) -> Spool:
        return Spool(tmp_path / machine, tmp_path / "folder", b"o" * 32, 10)

    key = spool("one").key_of_this_machine()
    assert len(key) == 32
    assert spool("one").key_of_this_machine() == key != spool("another").key_of_this_machine()
    assert not any(key in path.read_bytes() for path in (tmp_path / "folder").glob("*"))
    assert (tmp_path / "one" / "machine").stat().st_mode & 0o077 == 0
