"""What the attacks came to: a table for the terminal, and a dated file that an organisation can keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.audit.attack import Result

NOT_COVERED = (
    "Not part of this run: the running service itself (restart in mid-feedback, error paths, read receipts, "
    "the same week with and without one feedback), the providers' records, and the server's memory.",
)


def lines(results: Sequence[Result]) -> list[str]:
    """A line for each attack, and below it what it found."""
    told = []
    for each in results:
        told.append(f"{each.verdict:<14} {each.attack.name} (by chance: {each.attack.chance})")
        told += [f"{'':<14} - {finding}" for finding in each.findings]
    return told


def write(folder: Path, results: Sequence[Result], now: datetime) -> Path:
    """Write the report; it names columns and files, never what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audit-{now:%Y-%m-%d}.md"
    rows = [
        f"| {each.attack.name} | {each.attack.looks_at} | {'; '.join(each.findings) or '-'} | {each.attack.chance} "
        f"| {each.verdict} |"
        for each in results
    ]
    head = [f"# Motivated-intruder test, {now:%d %B %Y}", "", "| attack | looks at | result | by chance | verdict |"]
    path.write_text("\n".join([*head, "|---|---|---|---|---|", *rows, "", *NOT_COVERED, ""]), encoding="utf-8")
    return path
