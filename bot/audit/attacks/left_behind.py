"""What deleting has left behind: SQLite's free pages, and its write-ahead log.

`secure_delete` is set for each connection, and the log keeps what was deleted until it is truncated.
"""

from __future__ import annotations

from pathlib import PurePath

from bot.audit.attack import Needs
from bot.audit.loot import Loot

_MAGIC = b"SQLite format 3\0"


class LeftBehind:
    """Free pages that hold anything, and a log of feedback that was not emptied."""

    name = "free pages and write-ahead log"
    looks_at = "every SQLite file, backups too"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """The files that hold what was deleted."""
        found = []
        for path, content in loot.files.items():
            name = PurePath(path).name
            if content.startswith(_MAGIC) and (full := pages_left_full(content)):
                found.append(f"{name}: {full} free pages still hold what was deleted: secure_delete was off")
            folded = loot.files.get(path.removesuffix("-wal"), b"")
            if name.endswith("-wal") and content and (_is_of_feedback(folded) or _is_of_feedback(content)):
                found.append(f"{name}: the log of feedback has not been emptied")
        return found


def pages_left_full(content: bytes) -> int:
    """How many pages of the list of free ones are not blank (https://www.sqlite.org/fileformat.html#the_freelist)."""
    size = int.from_bytes(content[16:18], "big")
    size = 65536 if size == 1 else size
    trunk, full, seen = int.from_bytes(content[32:36], "big"), 0, set[int]()
    while trunk and trunk not in seen:
        seen.add(trunk)
        page = content[(trunk - 1) * size : trunk * size]
        count = min(int.from_bytes(page[4:8], "big"), size // 4 - 2)
        leaves = [int.from_bytes(page[at : at + 4], "big") for at in range(8, 8 + 4 * count, 4)]
        full += any(page[8 + 4 * count :])
        full += sum(any(content[(leaf - 1) * size : leaf * size]) for leaf in leaves)
        trunk = int.from_bytes(page[:4], "big")
    return full


def _is_of_feedback(content: bytes) -> bool:
    return b"CREATE TABLE feedback_reply" in content or b'CREATE TABLE "feedback_reply"' in content
