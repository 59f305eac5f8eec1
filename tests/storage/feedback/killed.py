"""What is killed: a service in small, that seals, spools, folds and releases, and says what it has promised.

Prints "kept N" once feedback N is kept, and "folded" once everything kept before it is on the real disk.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from pathlib import Path

from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import public_key
from storage.feedback.sealing import Words, seal
from storage.feedback.spool import Spool, SpoolFull
from storage.feedback.store import release_waiting

INBOX, OUTER_KEY, CANARY, WEEK = "organisation", b"o" * 32, "nobody must ever see this", "2026-W19"


def the_spool(folder: Path) -> Spool:
    """As the child and whoever comes after it open it."""
    return Spool(folder / "memory", folder / "spool", OUTER_KEY, 400)


def say(line: str) -> None:
    """In one piece: two threads speak, and a line must not begin in the middle of another."""
    os.write(1, f"{line}\n".encode())


def keep_on_releasing(db: FeedbackDatabase, spool: Spool, chance: random.Random) -> None:
    """A clock that has gone mad."""
    while True:
        if chance.random() < 0.5:
            spool.fold()
            say("folded")
        else:
            release_waiting(db, spool, WEEK)


def _was_put(spool: Spool, sealed: bytes) -> bool:
    """Whether there was room; on a slow machine the releases fall behind."""
    try:
        spool.put(sealed, "release")
    except SpoolFull:
        return False
    return True


def main(url: str, folder: Path, first: int) -> None:
    """Until it is killed."""
    db, spool = FeedbackDatabase(url), the_spool(folder)
    key = public_key(db, INBOX)
    threading.Thread(target=keep_on_releasing, args=(db, spool, random.Random(first)), daemon=True).start()
    for number in range(first, first + 10_000):
        sealed = seal(Words(f"{CANARY} {number}", "sms", "en"), INBOX, key, None)
        while not _was_put(spool, sealed.to_bytes()):
            time.sleep(0.005)
        say(f"kept {number}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
