"""What is taken along from the console as a spreadsheet: no cell of it runs, whatever people call themselves or answer.

A sheet reads its own words only: feedback without a name is in none.
"""

from __future__ import annotations

import csv
import io

import pytest

from bot.simulation import World
from tests.bot.console.cast import Browser, Served
from tests.bot.console.test_every_page import PAGES
from tests.bot.console.test_questionnaires import uploads, version_id
from tests.bot.projects.cast import bo_saves
from tests.bot.questionnaires.answered import ALL, answers

SHEETS = {
    "/reports.csv": "/reports.csv",
    "/work/questionnaires/{name}/results.csv": "/work/questionnaires/cafe/results.csv",
}
RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
STARTS = [*RUNS, " =", "\n=", "\r\n+", "\u00a0@"]


def test_every_sheet_is_known_here() -> None:
    assert {path for method, path in PAGES if method == "GET" and path.endswith(".csv")} == set(SHEETS)


async def cells_of(bo: Browser, path: str) -> list[str]:
    await bo.opens(path)
    assert bo.answer.headers["content-disposition"].startswith("attachment;")
    text = bo.answer.content.decode()
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize("start", STARTS, ids=repr)
async def test_no_name_and_no_answer_is_a_formula_in_any_sheet(console: Served, world: World, start: str) -> None:
    nasty = f"{start}HYPERLINK(1)"
    bo_saves(world, name=f"{nasty} of the garden")
    bo = await console.signed_in("Bo")
    await uploads(bo)
    answers(world, version_id(world), f"{nasty} by name", ALL | {"better": f"{nasty} as an answer"}, named=True)
    found = [cell for path in SHEETS.values() for cell in await cells_of(bo, path)]
    for each in ("of the garden", "by name", "as an answer"):
        assert any(each in cell for cell in found), f"{each} should be in a sheet"
    assert [cell for cell in found if cell.startswith(RUNS) or cell.lstrip().startswith(RUNS)] == []
