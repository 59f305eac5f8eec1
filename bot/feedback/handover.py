"""What a clean stop leaves for the next start: where people are in giving feedback, for ten minutes.

It lies on memory-backed disk under the outer key, and is gone once it was read. Where it is missing although the
service has run before, we broke down, and somebody may be in the middle of feedback.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from flows.feedback import Composing

FILE = "handover"
RAN = "ran"
Left: TypeAlias = tuple[tuple[str, str], Composing, datetime]


class Handover:
    """The handing over from one run of the service to the next.

    Args:
        memory: A folder on memory-backed disk.
        folder: A folder on a real disk, which remembers only that the service has run.
        outer_key: The spool's.
    """

    def __init__(self, memory: Path, folder: Path, outer_key: bytes) -> None:
        self._path = memory / FILE
        self._ran = folder / RAN
        self._box = SecretBox(hashlib.blake2b(outer_key, digest_size=32, person=b"alongside hands").digest())

    def has_run_before(self) -> bool:
        """Whether this is not the first run; from now on it is not."""
        before = self._ran.exists()
        self._ran.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ran.touch(mode=0o600)
        return before

    def leave(self, everybody: Sequence[Left]) -> None:
        """Leave where everybody is."""
        told = [(*who, asdict(composing), since.isoformat()) for who, composing, since in everybody]
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(self._box.encrypt(json.dumps(told).encode()))
        self.has_run_before()

    def take_up(self) -> list[Left] | None:
        """What the last stop left, once; None: it left nothing, or nothing that can be read."""
        try:
            locked = self._path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            self._path.unlink()
        try:
            told = json.loads(self._box.decrypt(locked))
            return [
                ((sender, address), Composing(**composing), datetime.fromisoformat(since))
                for sender, address, composing, since in told
            ]
        except (CryptoError, ValueError, TypeError):
            return None
