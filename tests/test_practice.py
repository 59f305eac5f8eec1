"""The practice's table names, for each point, a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "practice.md").read_text(encoding="utf-8")


def test_every_point_of_the_practice_is_lived_through():
    rows = re.findall(r"^\| (\d+) \|.*\| `(test_point_(\d+)_\w+)` \|$", TABLE, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 23))
    assert all(int(number) == int(named) for number, _, named in rows)
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "practice").glob("*.py"))
    there_are = set(re.findall(r"async def (test_point_\w+)\(", written))
    assert {name for _, name, _ in rows} == there_are
