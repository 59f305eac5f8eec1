"""Where sealed feedback waits: memory-backed disk until the full hour, then one file of slots that never changes size.

At every instant each feedback is whole in at least one of the two, so that a crash loses nothing; the machine's death
loses the last hour. Nothing here opens a seal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from storage.feedback.sealing import Sealed

When: TypeAlias = Literal["release", "next hour"]


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
        raise NotImplementedError

    def put(self, sealed: bytes, when: When) -> None:
        """Keep `Sealed.to_bytes()`; when it returns, a crash of this process cannot lose it.

        Raises:
            SpoolFull: Nothing was kept.
        """
        raise NotImplementedError

    def fold(self) -> None:
        """Every full hour, whether or not anything came: write the file of slots anew and empty the memory."""
        raise NotImplementedError

    def waiting(self, when: When | None = None) -> list[Waiting]:
        """What waits, each once, in no order; only that which waits for `when`, if given."""
        raise NotImplementedError

    def clear_released(self, ids: Collection[bytes]) -> None:
        """Forget these, and write the file anew even if there are none."""
        raise NotImplementedError
