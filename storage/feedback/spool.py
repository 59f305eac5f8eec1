"""Where sealed feedback waits: memory-backed disk until the full hour, then one file of slots that never changes size.

At every instant each feedback is whole in at least one of the two, so that a crash loses nothing; the machine's death
loses the last hour. Nothing here opens a seal.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from storage.feedback.codes import LEAST_SECRET
from storage.feedback.sealing import SLOT_BYTES, Sealed

When: TypeAlias = Literal["release", "next hour"]
SLOTS = "slots"  # the file's name in `folder`
ARRIVED = ".sealed"  # how names of files in `memory` end
MACHINE = "machine"  # the name of a key's file in `memory`
UNFINISHED = ".unfinished"  # how names of files end that a crash may leave half written
_MARKS: dict[When, bytes] = {"release": b"\1", "next hour": b"\2"}
_WHENS = {mark: when for when, mark in _MARKS.items()}
_DUMMY = b"\0"
_RECORD_BYTES = 1 + SLOT_BYTES
_shuffle = secrets.SystemRandom().shuffle


class SpoolFull(Exception):
    """Every slot is taken until the next release. Nothing was kept; say so to who wrote."""


class SpoolUnreadable(Exception):
    """What waits cannot be opened with this outer key. It is left as it is: put the right key back."""


@dataclass(frozen=True)
class Waiting:
    """A sealed feedback that waits, and for what."""

    sealed: Sealed
    when: When


class Spool:
    """The waiting room. Several processes on one machine may share it. All its methods block: call them in a thread.

    Args:
        memory: A folder on memory-backed disk (tmpfs), made if it is missing.
        folder: A folder on a real disk, excluded from backups, made if it is missing.
        outer_key: At least 32 bytes that lie neither beside the folder nor in a backup.
        slots: How many can wait between two releases.
    """

    def __init__(self, memory: Path, folder: Path, outer_key: bytes, slots: int) -> None:
        if len(outer_key) < LEAST_SECRET:
            raise ValueError(f"the outer key needs {LEAST_SECRET} bytes")
        self._memory, self._folder, self._slots = memory, folder, slots
        self._box = SecretBox(hashlib.blake2b(outer_key, digest_size=32, person=b"alongside spool").digest())
        self._counted: tuple[tuple[int, ...], int] | None = None

    def key_of_this_machine(self) -> bytes:
        """32 random bytes that are nowhere but in this machine's memory: the same until it is switched off.

        So no thief of disks, backups or the environment has them.
        """
        path = self._memory / MACHINE
        with self._alone():
            if not path.exists():
                _write_whole(path, secrets.token_bytes(32))
            return path.read_bytes()

    def put(self, sealed: bytes, when: When) -> Path:
        """Keep `Sealed.to_bytes()`; when it returns, a crash of this process cannot lose it.

        Returns:
            Where it lies until the next full hour; for `replace`.

        Raises:
            SpoolFull: Nothing was kept.
        """
        _require_slot(sealed)
        with self._alone():
            if self._count_folded() + len(self._arrived()) >= self._slots:
                raise SpoolFull
            return self._keep(_MARKS[when] + sealed)

    def replace(self, earlier: Path, sealed: bytes, when: When) -> Path:
        """Keep this in place of what `put` kept; if that was folded meanwhile, or we crash between, beside it.

        Raises:
            SpoolFull: There is no room beside it; what was kept stays.
        """
        _require_slot(sealed)
        with self._alone():
            path = self._keep(_MARKS[when] + sealed)
            earlier.unlink(missing_ok=True)
            return path

    def fold(self) -> None:
        """Every full hour, whether or not anything came: write the file of slots anew and empty the memory."""
        with self._alone():
            arrived = self._arrived()
            self._write_slots((self._folded() | self._read_arrived(arrived)).values())
            _remove(arrived)

    def waiting(self, when: When | None = None) -> list[Waiting]:
        """What waits, each once, in no order; only that which waits for `when`, if given."""
        with self._alone():
            records = self._folded() | self._read_arrived(self._arrived())
        found = [Waiting(Sealed.from_bytes(record[1:]), _WHENS[record[:1]]) for record in records.values()]
        _shuffle(found)
        return [one for one in found if when in (None, one.when)]

    def clear_released(self, ids: Collection[bytes]) -> None:
        """Forget these, and write the file anew even if there are none."""
        gone = set(ids)
        with self._alone():
            arrived = self._arrived()
            records = self._folded() | self._read_arrived(arrived)
            self._write_slots(record for its_id, record in records.items() if its_id not in gone)
            _remove(arrived)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else, thread or process, touches the spool meanwhile; the system lets go for a process that dies."""
        for folder in (self._memory, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._memory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _keep(self, record: bytes) -> Path:
        # Not under its id: the name of the file must say nothing that is found again after the release.
        path = self._memory / f"{secrets.token_hex(16)}{ARRIVED}"
        try:
            _write_whole(path, self._box.encrypt(record))
        except OSError as fault:
            if fault.errno != errno.ENOSPC:
                raise
            raise SpoolFull from None
        return path

    def _arrived(self) -> list[Path]:
        """What came since the last fold; away with what a crash left half written, which nobody was told is kept."""
        _remove(self._memory.glob(f"*{ARRIVED}{UNFINISHED}"))
        return list(self._memory.glob(f"*{ARRIVED}"))

    def _read_arrived(self, paths: Iterable[Path]) -> dict[bytes, bytes]:
        return _by_id(self._opened(path.read_bytes()) for path in paths)

    def _folded(self) -> dict[bytes, bytes]:
        try:
            inside = self._opened((self._folder / SLOTS).read_bytes())
        except FileNotFoundError:
            return {}
        return _by_id(inside[start : start + _RECORD_BYTES] for start in range(0, len(inside), _RECORD_BYTES))

    def _count_folded(self) -> int:
        """How many slots are taken; the file is opened only when it is another than last time."""
        try:
            its = (self._folder / SLOTS).stat()
        except FileNotFoundError:
            return 0
        same = (its.st_ino, its.st_mtime_ns, its.st_size)
        if self._counted is None or self._counted[0] != same:
            self._counted = (same, len(self._folded()))
        return self._counted[1]

    def _opened(self, locked: bytes) -> bytes:
        try:
            inside = self._box.decrypt(locked)
        except (CryptoError, ValueError):
            raise SpoolUnreadable("What waits cannot be opened with this outer key; it is left as it is.") from None
        if len(inside) % _RECORD_BYTES:
            raise SpoolUnreadable("What waits was kept by another version; it is left as it is.")
        return inside

    def _write_slots(self, taken: Iterable[bytes]) -> None:
        """All of them, dummies in the empty ones, in no order, under a fresh nonce: nothing of the last file remains.

        Should fewer slots be configured than are taken, the file grows rather than lose one.
        """
        records = list(taken)
        records += [_DUMMY + secrets.token_bytes(SLOT_BYTES) for _ in range(self._slots - len(records))]
        _shuffle(records)
        path = self._folder / SLOTS
        before = os.open(path, os.O_RDWR) if path.exists() else None
        try:
            _write_whole(path, self._box.encrypt(b"".join(records)))
            if before is not None:
                _burn(before)
        finally:
            if before is not None:
                os.close(before)


def _require_slot(sealed: bytes) -> None:
    if len(sealed) != SLOT_BYTES:
        raise ValueError("not a sealed feedback")


def _by_id(records: Iterable[bytes]) -> dict[bytes, bytes]:
    """Those that are no dummies, each once: a crash between two writes leaves one in both places."""
    return {record[1:17]: record for record in records if record[:1] != _DUMMY}


def _write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, and on its disk when this returns."""
    unfinished = path.with_name(path.name + UNFINISHED)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _burn(descriptor: int) -> None:
    """Overwrite a file that has lost its name, so that the disk does not keep hour upon hour of them.

    As far as the disk allows: file systems and disks that never write in place keep what they keep, under the outer
    key.
    """
    os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
    os.fsync(descriptor)
