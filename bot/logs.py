"""Logs: one line a turn or a send, an action word and ids. Never text, names, numbers or tokens."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

KEPT = ("sender", "state", "reason", "count", "problem", "code", "job", "port", "row", "console")
QUIET = (
    "uvicorn.access",
    "httpx",
    "httpcore",
    "telegram",
    "twilio",
    "twilio.http_client",
    "twilio.async_http_client",
    "apscheduler",
)


def where(problem: BaseException) -> str:
    """An error without its text, which could carry somebody's words: its kind, and where it happened."""
    frames = traceback.extract_tb(problem.__traceback__)
    last = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(problem).__name__} at {last}"


class OneLine(logging.Formatter):
    """A record as one line: JSON when a machine reads it, plain when a person does."""

    def __init__(self, *, for_people: bool) -> None:
        super().__init__()
        self._for_people = for_people

    def format(self, record: logging.LogRecord) -> str:
        """Only what is known to identify nobody."""
        own = record.name.startswith("bot") or record.name == "__main__"
        said = record.getMessage() if own else record.name
        fields = {name: getattr(record, name) for name in KEPT if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            fields["problem"] = where(record.exc_info[1])
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        if self._for_people:
            return " ".join([at[11:19], record.levelname.lower(), said, *(f"{k}={v}" for k, v in fields.items())])
        return json.dumps({"at": at, "level": record.levelname.lower(), "did": said, **fields})


def set_up_logs() -> None:
    """Log to standard error, one line a thing; libraries that log addresses or tokens only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(for_people=sys.stderr.isatty()))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
