"""Questionnaires in the console: a file is taken in whole or not at all, and answers go only to who may have them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

from sqlalchemy import update

from bot.projects.keeping import add
from bot.questionnaires.sharing import FLOW
from bot.simulation import World
from storage.accounts import recorded
from storage.desk import PERSON
from storage.nudges import NUDGE
from storage.projects import MEMBER, PROJECT
from storage.questionnaires import newest_version, questionnaire_names
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served, id_of
from tests.bot.console.test_tasks import garden_id
from tests.bot.people.cast import bo_does
from tests.bot.projects.cast import bo_saves
from tests.bot.questionnaires.answered import ALL, answers
from tests.bot.questionnaires.files import CAFE

NASTY = "<script>alert(1)</script>'\"{{ 7*7 }}"


async def uploads(browser: Browser, text: str = CAFE, name: str = "cafe.toml", **fields: str) -> str:
    return await browser.sends("/work/questionnaires", files={"file": (name, text.encode())}, **fields)


def version_id(world: World) -> int:
    with world.service.database.reading() as connection:
        return newest_version(connection, "cafe").id


async def test_a_file_is_kept_and_every_problem_of_another_is_listed(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    await bo.sends("/work/questionnaires")
    bo.sees("Please choose a file first")
    other = CAFE.replace('kind = "scale"', 'kind = "feeling"').replace('title = "Your visit', 'titel = "Your visit')
    await uploads(bo, other)
    bo.sees("Nothing of it was taken in", "title", "kind")
    await uploads(bo, "\x00\xff not toml")
    bo.sees("What to mend in the file")
    await uploads(bo, name="cafe.exe")
    bo.sees("it should be a .toml file, or a spreadsheet saved as .csv")
    with world.service.database.reading() as connection:
        assert questionnaire_names(connection) == []
    await uploads(bo)
    bo.sees("cafe: saved as version 1.", "Your visit to the cafe", "Was it open?", "Bo at Harbour House")
    await uploads(bo)
    bo.sees("nothing has changed")
    await bo.opens("/work/questionnaires")
    bo.sees("Your visit to the cafe", "version 1", "0 finished")


async def test_the_people_of_a_project_are_asked_once(console: Served, world: World) -> None:
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    bo_saves(world, everybody=None)
    bo = await console.signed_in("Bo")
    await bo.sends(f"/work/{garden_id(world)}/members", who="Ada", side="volunteer")
    await uploads(bo)
    await bo.sends("/work/questionnaires/cafe/send")
    bo.sees("Please tick whom to ask.")
    await bo.sends("/work/questionnaires/cafe/send", to=[str(garden_id(world))])
    bo.sees("cafe, version 1: 1 person will be asked")
    await bo.sends("/work/questionnaires/cafe/send", to=["all"])
    bo.sees("1 person will be asked", "they have been asked today")
    await world.later(timedelta(days=2))
    for each in (ada, eve):
        assert "Your visit to the cafe" in " ".join(await each.looks())


async def test_what_was_answered_is_taken_along_harmless_and_on_record(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    await uploads(bo)
    await bo.opens("/work/questionnaires/cafe/flow-results.zip")
    bo.sees("Nobody has answered yet.")
    answers(world, version_id(world), "=Ada()", ALL | {"better": "=HYPERLINK(1)"}, named=True)
    answers(world, version_id(world), "Eve")
    await bo.opens("/work/questionnaires/cafe/results.csv")
    assert bo.answer.headers["content-disposition"] == 'attachment; filename="results.csv"'
    assert bo.answer.headers["cache-control"] == "no-store"
    cells = [cell for row in csv.reader(io.StringIO(bo.page)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert "'=Ada()" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "Eve" not in bo.page
    await bo.opens("/work/questionnaires/cafe/flow-results.zip")
    archive = zipfile.ZipFile(io.BytesIO(bo.answer.content))
    assert archive.namelist() == ["cafe-1/datapackage.json", "cafe-1/data.json"]
    assert json.loads(archive.read("cafe-1/datapackage.json"))["name"] == "cafe-1"
    assert b"Eve" not in archive.read("cafe-1/data.json")
    with world.service.database.reading() as connection:
        record = [(each.what, each.about) for each in recorded(connection, limit=9)]
    assert ("took along what was answered, as a spreadsheet", "questionnaire:cafe") in record
    assert ("took along what was answered, as Flow Results", "questionnaire:cafe") in record


async def test_whoever_sees_some_projects_asks_only_these_and_takes_no_answers_along(
    console: Served, world: World
) -> None:
    for name in ("Ada", "Eve"):
        await volunteer(world, name)
    bo_saves(world, everybody=None)
    garden = garden_id(world)
    bo_saves(world, name="Kitchen", everybody=None)
    bo = await console.signed_in("Bo")
    await uploads(bo)
    answers(world, version_id(world), "Dee", named=True)
    await bo.sends(f"/work/{garden}/members", who="Ada", side="volunteer")
    kim = await console.signed_in("Kim", projects=["Kitchen"])
    for path in ("results.csv", "flow-results.zip"):
        await kim.opens(f"/work/questionnaires/cafe/{path}")
        assert kim.status == 404
        assert "Dee" not in kim.page
    await kim.opens("/work/questionnaires/cafe")
    kim.sees("Kitchen")
    kim.does_not_see("Garden", "Everybody who has joined", "CSV")
    asked = len(rows(world, NUDGE, "id"))
    for to in (["all"], [str(garden)], ["Garden"], ["Ada"], [str(id_of(world, "Ada"))]):
        await kim.sends("/work/questionnaires/cafe/send", to=to)
        assert kim.status == 404, to
    await uploads(kim, CAFE.replace("Was it open?", "Who are you?"))
    assert kim.status == 404  # what belongs to everybody is saved by who sees everybody
    await kim.opens("/work/questionnaires/cafe/share")
    assert kim.status == 404
    assert len(rows(world, NUDGE, "id")) == asked
    await kim.opens("/work/questionnaires/nothing")
    assert kim.status == 404


async def two_projects(console: Served, world: World) -> tuple[Browser, Browser, str, str]:
    """Kim sees only the kitchen, Eve only the garden; and the keys of kitchen and garden."""
    bo_saves(world, everybody=None)
    bo_saves(world, name="Kitchen", everybody=None)
    keys = {name: str(its_id) for name, its_id in rows(world, PROJECT, "name", "id")}
    kim, eve = [
        await console.signed_in(*each) for each in (("Kim", ["lead"], ["Kitchen"]), ("Eve", ["lead"], ["Garden"]))
    ]
    return kim, eve, keys["Kitchen"], keys["Garden"]


async def test_kim_keeps_one_for_her_kitchen_and_takes_along_what_its_people_answered(
    console: Served, world: World
) -> None:
    kim, _, kitchen, garden = await two_projects(console, world)
    for project in ("", garden, "7", "Kitchen"):
        await uploads(kim, project=project)
        assert kim.status == 404, project
    await uploads(kim, project=kitchen)
    kim.sees("cafe: saved as version 1.", "CSV")
    inside = answers(world, version_id(world), "Dee", named=True)
    answers(world, version_id(world), "Fay", named=True)
    with world.service.database.writing() as connection:
        connection.execute(MEMBER.insert(), {"project_id": int(kitchen), "person_id": inside, "side": "volunteer"})
    await kim.opens("/work/questionnaires/cafe/results.csv")
    assert "Dee" in kim.page
    assert "Fay" not in kim.page
    await kim.opens("/work/questionnaires/cafe/flow-results.zip")
    rows_of = json.loads(zipfile.ZipFile(io.BytesIO(kim.answer.content)).read("cafe-1/data.json"))
    assert len({row[2] for row in rows_of}) == 1
    await uploads(kim, CAFE.replace("Was it open?", "Was it warm?"), project=kitchen)
    kim.sees("cafe: saved as version 2.")


async def test_what_belongs_to_the_kitchen_is_not_there_for_the_garden_and_keeps_its_owner(
    console: Served, world: World
) -> None:
    kim, eve, kitchen, garden = await two_projects(console, world)
    await uploads(kim, project=kitchen)
    await eve.opens("/work/questionnaires")
    eve.does_not_see("Your visit to the cafe")
    for path in ("", "/share", "/results.csv", "/flow-results.zip"):
        await eve.opens(f"/work/questionnaires/cafe{path}")
        assert eve.status == 404, path
    for path in ("send", "share"):
        await eve.sends(f"/work/questionnaires/cafe/{path}", to=[garden])
        assert eve.status == 404, path
    await uploads(eve, CAFE.replace("Was it open?", "Who are you?"), project=garden)
    eve.sees("Not done", "There is a questionnaire called cafe already")
    bo = await console.signed_in("Bo")
    await uploads(bo, CAFE.replace("Was it open?", "Was it warm?"))  # who sees all mends it; it stays the kitchen's
    bo.sees("cafe: saved as version 2.")
    await kim.opens("/work/questionnaires/cafe/results.csv")
    assert kim.status == 200


async def test_the_outcome_is_told_just_as_it_was_seen_and_once(console: Served, world: World) -> None:
    people = [await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")]
    bo_saves(world)
    bo = await console.signed_in("Bo")
    await uploads(bo)
    await bo.opens("/work/questionnaires/cafe/share")
    bo.sees("Nobody finished it. Nothing is shared of fewer than 5 people.")
    for name in ("Ann", "Bea", "Cai", "Fay", "Gil"):
        answers(world, version_id(world), name, {**ALL, "better": NASTY if name == "Ann" else "more chairs"})
    await bo.opens("/work/questionnaires/cafe/share")
    bo.sees("English", "Welsh", "what 5 people said", "How welcome did you feel? 2 on average.", NASTY)
    assert "<script>alert" not in bo.page
    await bo.opens("/work/questionnaires/cafe/share?only=welcome&only=nothing")
    bo.sees("There is no question nothing")
    await bo.opens("/work/questionnaires/cafe/share?only=welcome")
    bo.does_not_see("by bus 5")
    seen, to = {"only": ["welcome"], "code": bo.field("code")}, [str(garden_id(world))]
    await bo.sends("/work/questionnaires/cafe/share", code="made up", only=["welcome"], to=to)
    bo.sees("Not done", "It has changed since you saw it")
    answers(world, version_id(world), "Hal")
    await bo.sends("/work/questionnaires/cafe/share", **seen, to=to)
    bo.sees("Not done", "It has changed since you saw it", "what 6 people said")
    assert (FLOW,) not in rows(world, NUDGE, "flow")
    for times in (1, 2):
        await bo.sends("/work/questionnaires/cafe/share", only=["welcome"], code=bo.field("code"), to=to)
        bo.sees("It goes to 8 people" if times == 1 else "It goes to 0 people")
        await bo.opens("/work/questionnaires/cafe/share?only=welcome")
    await world.later(timedelta(days=1))
    for each, said in zip(people, ("what 6 people said", "beth ddywedodd 6"), strict=True):
        assert said in " ".join(await each.looks())


async def test_how_many_hear_the_outcome_is_said_also_where_somebody_has_not_joined(
    console: Served, world: World
) -> None:
    await volunteer(world, "Ada")
    await volunteer(world, "Dee")
    bo_saves(world, everybody=None)
    for name in ("Ada", "Dee"):
        bo_does(world, lambda c, name=name: add(c, "Garden", name, "volunteer", None, world.clock()))
    bo = await console.signed_in("Bo")
    await uploads(bo)
    for name in ("Ann", "Bea", "Cai", "Fay", "Gil"):
        answers(world, version_id(world), name)
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Dee").values(joined_at=None))
    await bo.opens("/work/questionnaires/cafe/share")
    await bo.sends("/work/questionnaires/cafe/share", code=bo.field("code"), to=[str(garden_id(world))])
    bo.sees("It goes to 1 person", "Dee has not joined yet")


async def test_kim_tells_only_her_kitchen_what_came_of_it(console: Served, world: World) -> None:
    kim, _, kitchen, garden = await two_projects(console, world)
    await uploads(kim, project=kitchen)
    for name in ("Ann", "Bea", "Cai", "Fay", "Gil"):
        answers(world, version_id(world), name)
    await kim.opens("/work/questionnaires/cafe/share")
    kim.does_not_see("Garden")
    code = kim.field("code")
    await kim.sends("/work/questionnaires/cafe/share", code=code)
    kim.sees("Please tick whom to tell.")
    await kim.sends("/work/questionnaires/cafe/share", code=code, to=[garden])
    assert kim.status == 404
    assert (FLOW,) not in rows(world, NUDGE, "flow")


async def test_whatever_a_file_says_stays_text(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    await uploads(bo, f'name = "{"x" * 50}"\n"<script>alert(1)</script>" = 1\n', "<script>alert(1)</script>.toml")
    assert "<script>alert" not in bo.page
    await uploads(bo, CAFE.replace("Was it open?", "Was <b>it</b> open?").replace("Your visit to", "<i>Visit</i>"))
    for path in ("/work/questionnaires", "/work/questionnaires/cafe"):
        await bo.opens(path)
        assert "<b>it" not in bo.page
        assert "<i>Visit" not in bo.page
        bo.sees("<i>Visit</i>")
