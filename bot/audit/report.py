"""What the attacks came to: a table for the terminal, and a dated file that an organisation can keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.audit.attack import Result

ALWAYS = (
    "Never covered, and said to everybody before the first word: the networks and providers, whoever holds the phone, "
    "somebody in control of the server while a person writes, their style and what only they know, very small groups.",
    "Known: where Telegram calls a webhook, somebody who steals the main database and the pepper can try which of "
    "Telegram's numbers are missing: about when something came that was not kept, and between whose messages. Polling "
    "has no such trace.",
)


@dataclass(frozen=True)
class Kind:
    """What was attacked.

    Attributes:
        name: Part of the report's file name.
        about: What the report says it is about.
        not_covered: What it cannot show.
    """

    name: str
    about: str
    not_covered: tuple[str, ...]


DEPLOYMENT = Kind(
    "audit",
    "The databases, backups, logs and spool of this deployment.",
    (
        "Not part of this run, since it needs a service that is watched while it runs (alongside audit --simulate): "
        "person rows before and after, the same week with and without one feedback, restarts, error paths, counters, "
        "read receipts and code guessing.",
        *ALWAYS,
    ),
)
SIMULATION = Kind(
    "audit-simulated",
    "A simulated deployment: the real service, simulated people and providers. No data of this organisation.",
    ("Not part of this run: this organisation's own files (alongside audit FOLDERS).", *ALWAYS),
)


def lines(results: Sequence[Result]) -> list[str]:
    """A line for each attack, and below it what it found."""
    told = []
    for each in results:
        told.append(f"{each.verdict:<14} {each.attack.name} (by chance: {each.attack.chance})")
        told += [f"{'':<14} - {finding}" for finding in each.findings]
    return told


def write(folder: Path, results: Sequence[Result], now: datetime, kind: Kind) -> Path:
    """Write the report; it names columns and files, never what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind.name}-{now:%Y-%m-%d}.md"
    rows = [
        f"| {each.attack.name} | {each.attack.looks_at} | {'; '.join(each.findings) or '-'} | {each.attack.chance} "
        f"| {each.verdict} |"
        for each in results
    ]
    found = sum(each.verdict == "FOUND" for each in results)
    head = [f"# Motivated-intruder test, {now:%d %B %Y}", "", kind.about, ""]
    head += [f"{len(results)} attacks, of which {found} found something.", ""]
    table = ["| attack | looks at | result | by chance | verdict |", "|---|---|---|---|---|", *rows]
    told = [line for note in kind.not_covered for line in ("", note)]
    path.write_text("\n".join([*head, *table, *told, ""]), encoding="utf-8")
    return path
