"""The report at the console: counts with charts, of the projects alone that one may see, and harmless anywhere."""

import re

from bot.console import reports
from bot.projects import keeping
from bot.simulation import World
from tests.bot.cast import volunteer
from tests.bot.console.cast import Served
from tests.bot.console.test_today import project, said_how_they_are
from tests.bot.projects.cast import bo_does, bo_saves


async def ada_suggests(world: World) -> None:
    bo_saves(world)
    ada = await volunteer(world, "Ada")
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_does(world, lambda c: keeping.answer(c, 1, "partly", "one bench, in the shade", None, "Priya", world.clock()))


async def test_it_says_what_became_of_ideas_and_names_nobody(console: Served, world: World) -> None:
    await ada_suggests(world)
    bo = await console.signed_in("Bo")
    await bo.opens("/reports")
    bo.sees(
        "Garden: 1 volunteer, 0 staff.",
        "What became of ideas in Garden",
        "Partly",
        "Fewer than five people said how they are",
    )
    bo.sees(
        "1 of 1 answer came by the day that was promised.",
        "Taken up, wholly or partly: 1 idea of volunteers, 0 of staff.",
    )
    bo.sees("The group has not been told yet what was done with any.", "No milestone had its day.", "No meeting.")
    bo.does_not_see("Ada", "a bench in the sun")
    assert "<svg" in bo.page
    for each in ("What became of ideas", "How the group was, from 1 to 5"):
        assert f"<h3>{each}</h3>" in bo.page
    await bo.opens("/reports?days=nonsense")
    assert bo.status == 200


async def test_as_a_spreadsheet_no_name_is_a_formula(console: Served, world: World) -> None:
    bo_saves(world, name="=HYPERLINK(1)")
    bo = await console.signed_in("Bo")
    await bo.opens("/reports.csv?days=30")
    assert bo.answer.headers["content-disposition"] == "attachment; filename=report.csv"
    assert "'=HYPERLINK(1),ideas,0" in bo.page
    assert all(line.startswith(("project,", "'=HYPERLINK")) for line in bo.page.splitlines())


async def test_many_projects_are_on_several_pages_and_all_in_the_spreadsheet(
    console: Served, world: World, monkeypatch
) -> None:
    monkeypatch.setattr(reports, "A_PAGE", 2)
    for name in ("Garden", "Kitchen", "Library"):
        bo_saves(world, name=name)
    bo = await console.signed_in("Bo")
    await bo.opens("/reports?days=30")
    bo.sees("Garden", "Kitchen", "Page 1 of 2", "More projects")
    bo.does_not_see("Library", "Earlier projects")
    await bo.opens("/reports?days=30&page=2")
    bo.sees("Library", "Page 2 of 2", "Earlier projects")
    bo.does_not_see("Garden", "Kitchen")
    await bo.opens("/reports?page=9999999999")
    assert bo.status == 200
    await bo.opens("/reports.csv")
    bo.sees("Garden", "Kitchen", "Library")


async def test_of_others_projects_nothing_is_there(console: Served, world: World) -> None:
    bo_saves(world)
    bo_saves(world, name="Kitchen")
    sam = await console.signed_in("Sam", projects=["Kitchen"])
    for path in ("/reports", "/reports.csv"):
        await sam.opens(path)
        assert "Kitchen" in sam.page
        assert "Garden" not in sam.page


async def test_a_month_is_called_as_people_call_it_and_stands_whole_below_its_only_point(
    console: Served, world: World
) -> None:
    said_how_they_are(world, project(world), 1, 2, 3, 4, 5)
    bo = await console.signed_in("Bo")
    await bo.opens("/reports")
    bo.sees("Mar 2026")
    bo.does_not_see("2026-03")
    assert re.search(r'<text x="189.0" y="\d+" text-anchor="middle">Mar 2026</text>', bo.page)
