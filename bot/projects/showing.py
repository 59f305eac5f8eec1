"""Projects' lists, as a coordinator reads them in a terminal."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.suggestions import suggestions_waiting


def suggestion_lines(connection: Connection) -> list[str]:
    """The suggestions that wait, the first promised first."""
    lines: list[str] = []
    for each in suggestions_waiting(connection):
        who, about = each.called or "somebody without a name", f", for {each.project}" if each.project else ""
        lines += [f"{each.number}  from {who}{about}; promised by {each.promised_on:%a %d %b}", f"   “{each.words}”"]
    if not lines:
        return ["No suggestion waits for an answer."]
    return [*lines, "", 'Answer one:  alongside suggestion answer 1 --as "not now" --because "..." --by Sam']
