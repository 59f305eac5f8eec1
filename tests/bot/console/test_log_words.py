"""The log in sentences: everything that can stand in it has one, and names are for those who may see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import bot.console
from bot.alert_desk import DID
from bot.console.log_words import SENTENCES
from bot.console.visit import ADMIN, SAFEGUARDING
from bot.simulation import World
from bot.waiting import MARKED, TOOK_BACK
from storage import accounts
from storage.desk import INBOX
from storage.projects import PROJECT
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Served, id_of, is_called
from tests.bot.projects.cast import bo_saves
from tests.bot.tasks.cast import bo_keeps

CONSOLE = Path(bot.console.__file__).parent
WHERE_IT_STANDS = {"write": 1, "did": 1, "_change": 1, "_done": 1, "saw": 0, "saw_each": 0}
WHERE_IT_STANDS |= {"saw_in_the_week": 0}
"""The functions that write into the log, and which of what they are given says what was done."""
PASSED_ON = {"did", "SAW", "f'answered: {as_}'"}
"""How it is called where it is not said on the spot: each of them was given it, or is held below."""
NASTY = "<script>alert(1)</script>"


def what_is_said(path: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        where = WHERE_IT_STANDS.get(name)
        of_the_visit = ast.unparse(node.func).startswith(("visit.", "self."))
        if where is None or (path.stem, name) == ("signing_off", "_change"):  # it changes nothing
            continue
        if (name in ("write", "saw", "saw_each", "saw_in_the_week")) and not of_the_visit:
            continue
        named = [each.value for each in node.keywords if each.arg == "did"]
        yield from named or node.args[where : where + 1]


def test_everything_that_the_console_writes_into_the_log_has_a_sentence_and_no_other_has() -> None:
    found = [each for path in sorted(CONSOLE.rglob("*.py")) for each in what_is_said(path)]
    said = {each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    others = {ast.unparse(each) for each in found if not isinstance(each, ast.Constant)}
    assert len(said) > 60
    assert others <= PASSED_ON, "the log is given words here that this test does not see"
    said |= {*DID.values(), MARKED, TOOK_BACK, "saw what they wrote"} | {
        each for each in SENTENCES if each.startswith("answered: ")
    }
    assert said - SENTENCES.keys() == set(), "has no sentence in the log"
    assert SENTENCES.keys() - said == set(), "is written nowhere"


async def lines_about(console: Served) -> str:
    """One line about a thing of each kind; the name of somebody who would be part of the page."""
    world = console.world
    ada = await volunteer(world, "Ada")
    is_called(world, "Ada", NASTY)
    bo_saves(world)
    bo_keeps(world)
    await ada.texts("HUMAN")
    [garden], [item] = [key for (key,) in rows(world, PROJECT, "id")], [key for (key,) in rows(world, INBOX, "id")]
    about = {
        "looked at somebody": f"person:{id_of(world, NASTY)}",
        "marked as done what waited": f"inbox:{item}",
        "changed a project's card": f"project:{garden}",
        "looked at a task": "task:1",
        "looked at an idea": "suggestion:7",
        "signed off a sentence": "words:cy:check-in.mood",
        "saw the words of an alert": f"alert:{2**62}",
        "closed an account": "account:x",
    }
    with world.service.database.writing() as connection:
        for what, thing in about.items():
            accounts.record(connection, "Bo", what, world.clock(), thing)
        accounts.record(
            connection, "Bo", "saw what they wrote", world.clock(), about["looked at somebody"], f"inbox:{item}"
        )
    return "/log"


async def test_a_safeguarding_lead_reads_names(console: Served) -> None:
    kim, path = await console.signed_in("Kim", [SAFEGUARDING]), await lines_about(console)
    await kim.opens(path)
    kim.sees(
        f"Bo looked at the page of {NASTY}",
        f"Bo marked as done what {NASTY} waited with",
        "Bo changed the card of Garden",
    )
    kim.sees("Bo looked at task 1, “Water the beds”", "Bo looked at idea 7", "Bo saw the words of an alert")
    kim.sees("Bo signed off the sentence “check-in.mood” in Welsh", "closed the account of somebody of the team")
    kim.does_not_see("person:", "inbox:", "task:", "project:")
    assert "<script>alert" not in kim.page


async def test_who_works_with_nobody_or_with_another_project_reads_no_name(console: Served, world: World) -> None:
    path = await lines_about(console)
    bo_saves(world, everybody=False)
    bo_saves(world, name="Kitchen", everybody=False)
    pat, eve = await console.signed_in("Pat", [ADMIN]), await console.signed_in("Eve", [SAFEGUARDING], ["Kitchen"])
    for each in (pat, eve):
        await each.opens(path)
        each.sees(
            "Bo looked at the page of a volunteer", "what a volunteer waited with", "the card of a project", "task 1"
        )
        each.does_not_see(NASTY, "Garden", "Water the beds")
        await each.opens(f"/log?about=person:{id_of(world, NASTY)}")
        each.sees("Only what is about a volunteer .")


async def test_what_has_no_sentence_is_shown_as_it_stands(console: Served, world: World) -> None:
    with world.service.database.writing() as connection:
        accounts.record(connection, "Bo", "did what nobody does now", world.clock(), f"thing:{date(2026, 3, 2)}")
    kim = await console.signed_in("Kim", [SAFEGUARDING])
    await kim.opens("/log")
    kim.sees("Bo did what nobody does now thing 2026-03-02")
