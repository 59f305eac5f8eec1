"""The organisation's own words as they are kept: which are said, and which wait for the safeguarding lead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.tables import OwnWording, new_id, table_of

WORDING = table_of(OwnWording)
Parts = Mapping[str, Any]
"""As a file has them: text, sms, again, label."""


@dataclass(frozen=True)
class Own:
    """A sentence in the organisation's own words.

    Attributes:
        said: What goes before the files; None: nothing does.
        waiting: What will, once the safeguarding lead has agreed.
        by: Who changed it last.
        at: When.
    """

    language: str
    key: str
    said: Parts | None = field(repr=False)
    waiting: Parts | None = field(repr=False)
    by: str
    at: datetime


def words_version(connection: Connection) -> int:
    """Another number after every change; 0 where nothing has been changed."""
    return connection.execute(select(func.max(WORDING.c.version))).scalar() or 0


def own_words(connection: Connection) -> list[Own]:
    """All of them, by language and key."""
    return [_own(row) for row in connection.execute(select(WORDING).order_by(WORDING.c.language, WORDING.c.key))]


def own_wording(connection: Connection, language: str, key: str) -> Own | None:
    """One of them."""
    row = connection.execute(select(WORDING).where(*_is(language, key))).one_or_none()
    return None if row is None else _own(row)


def keep_wording(
    connection: Connection, language: str, key: str, by: str, now: datetime, **parts: Parts | None
) -> None:
    """Keep `said` or `waiting`, or both; what is not given stays. A row stays also with both None: that is a change."""
    written = {name: None if value is None else json.dumps(value, ensure_ascii=False) for name, value in parts.items()}
    values: dict[str, Any] = {**written, "version": new_id(), "changed_by": by, "changed_at": now}
    if connection.execute(update(WORDING).where(*_is(language, key)).values(**values)).rowcount == 0:
        connection.execute(insert(WORDING).values(language=language, key=key, **values))


def _own(row: Row[Any]) -> Own:
    said, waiting = (None if part is None else json.loads(part) for part in (row.said, row.waiting))
    return Own(row.language, row.key, said, waiting, row.changed_by, row.changed_at)


def _is(language: str, key: str) -> tuple[Any, Any]:
    return WORDING.c.language == language, WORDING.c.key == key
