"""Reading the patterns of danger in a second process, while this one loads its libraries.

Each takes most of a second: side by side the service hears its first message half a second sooner
(`tests/bench/bench_starting.py`).
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable

from flows.danger import already_read
from flows.danger_words.book import built_in_book


def read_ahead() -> Callable[[], None]:
    """Begin.

    Returns:
        What makes them known here, and waits for them if need be. If the second process died, or there is none, they
        are read by this one when it listens for the first time.
    """
    if threading.active_count() > 1:  # a second process would begin with locks that nobody opens
        return lambda: None
    ours, theirs = os.pipe()
    reader = os.fork()
    if reader == 0:
        os.close(ours)  # so that nobody reads any more once the parent is gone, and writing ends too
        _read_for(theirs)
    os.close(theirs)
    return lambda: _take_over(ours, reader)


def _take_over(ours: int, reader: int) -> None:
    with os.fdopen(ours, "rb") as read:
        whole = read.read()
    _, status = os.waitpid(reader, 0)
    if status == 0:
        already_read(pickle.loads(whole))  # noqa: S301 - our own child wrote it


def _read_for(parent: int) -> None:
    """Never returns: what the parent has begun is its own to end."""
    status = 1
    try:
        with os.fdopen(parent, "wb") as told:
            pickle.dump(built_in_book(), told, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
