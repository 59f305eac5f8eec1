"""The log of a played deployment: written as `alongside run` writes it, and read without its times."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from bot.logs import QUIET, OneLine


class LogFile:
    """The log as `alongside run` writes it, in a file.

    Args:
        path: Where it goes; its folder is there when it is opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> None:
        """Begin to write."""
        self._handler = logging.FileHandler(self._path, encoding="utf-8")
        self._handler.setFormatter(OneLine(for_people=False))
        self._level = logging.root.level
        logging.root.addHandler(self._handler)
        logging.root.setLevel(logging.INFO)
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)

    def close(self) -> None:
        """End."""
        logging.root.removeHandler(self._handler)
        logging.root.setLevel(self._level)
        self._handler.close()

    def lines(self) -> tuple[str, ...]:
        """Every line without its time."""
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return tuple(json.dumps({k: v for k, v in json.loads(line).items() if k != "at"}) for line in lines)
