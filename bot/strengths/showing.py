"""Who named what, for a coordinator who looks for somebody to ask."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.strengths import every_strength, who_named


def strength_lines(connection: Connection, words: str | None) -> list[str]:
    """Everybody's strengths; with words, those that share one with them."""
    rows = who_named(connection, words) if words else every_strength(connection)
    lines = [f"{row.called or 'somebody without a name'}: {row.words}" for row in rows]
    if not lines:
        return [f"Nobody has named anything like “{words}”." if words else "Nobody has named a strength yet."]
    return lines
