"""The tables and columns that there may be, written out a second time from "Columns" of our promise."""

from __future__ import annotations

from sqlmodel import SQLModel

import storage.tables as every_table  # noqa: F401 - so that SQLModel's metadata knows them
from bot.audit.attack import Needs
from bot.audit.loot import Loot

ALLOWED = {
    "feedback": {"id", "inbox", "release_week", "body", "lookup", "reply_key", "status", "closed_week"},
    "feedback_reply": {"id", "feedback", "release_week", "to_sender", "to_inbox"},
    "inbox": {"name", "key"},
    "inbox_key": {"id", "inbox", "public", "key_before", "key_before_sealed"},
    "inbox_key_wrap": {
        *("inbox", "coordinator", "salt", "rounds", "memory_bytes", "public", "private_locked"),
        *("inbox_key_sealed", "proof"),
    },
    "said_did": {"text", "week"},
    "alembic_version": {"version_num"},
}


class Schema:
    """Tables, columns, times and counters that should not be there."""

    name = "schema allow-list"
    looks_at = "the tables of both databases"
    chance = "0"
    needs: Needs = "nothing"

    def findings(self, loot: Loot) -> list[str]:
        """What is there beyond the list."""
        found = [f"feedback: {name} counts, or acts by itself" for name in loot.sequences]
        for heap in loot.on("feedback"):
            extra = set(heap.columns) - ALLOWED.get(heap.name, set()) - {"xmin"}
            found += [f"feedback: {heap.name}.{name} is not on the list" for name in sorted(extra)]
            for name, kind in zip(heap.columns, heap.kinds, strict=True):
                if "TIME" in kind or kind.startswith("DATE"):
                    found.append(f"feedback: {heap.name}.{name} is a {kind}")
        ours = {*SQLModel.metadata.tables, "alembic_version"}
        return found + [
            f"people: the table {heap.name} is not ours" for heap in loot.on("people") if heap.name not in ours
        ]
