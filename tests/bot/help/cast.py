"""Places that help, as a spreadsheet has them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app

HEADER = "name,topics,phone,hours,town,postcode,checked on\n"
TRUST = "Harbour Housing Trust,housing,0117 496 0400,Mon-Fri 9-5,Brighton,BN1 3XG,2026-02-01\n"
KITCHEN = "Hot Meals,food,0117 496 0111,Mon 9-11,Brighton,BN1 2PA,2025-02-01\n"
TAI = "Cartrefi,tai,029 2018 0540,Mon-Fri 9-5,Abertawe,SA1 1AA,2026-02-01\n"
BAD = "Nowhere,housing,not a number,,,,\n"
MOSTLY_BAD = TAI + "".join(BAD.replace("Nowhere", f"Nowhere {n}") for n in range(2))
LOCAL = HEADER + TRUST + KITCHEN + TAI
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def alongside(path: Path, *arguments: str):
    return CliRunner().invoke(app, [*arguments, "--config", str(path)], env={"COLUMNS": "200"})
