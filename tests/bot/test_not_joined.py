"""Ada was invited to the garden and has not answered: whatever Bo does, she hears nothing but her invitation.

Dee has joined, and belongs to it too. Bo is told of Ada in the same words every time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot import not_joined
from bot.inviting import ask_by_text
from bot.meetings import keeping as meetings
from bot.people import find_person, talking
from bot.projects import keeping as projects
from bot.projects.keeping import NotDone
from bot.projects.reflecting import reflection
from bot.questionnaires import keeping as questionnaires
from bot.questionnaires.sharing import share
from bot.simulation import World
from bot.thanks import keeping as thanks
from bot.votes import keeping as votes
from flows.danger import Listener
from storage.desk import Desk
from storage.nudges import NUDGE
from tests.bot.broadcasts.cast import Bo
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.meetings.test_meetings import NOTES, bo_plans
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.questionnaires.answered import answers
from tests.bot.questionnaires.files import CAFE, read
from tests.bot.tasks.cast import bo_asks, bo_keeps
from tests.bot.votes.cast import bo_calls

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NOT_YET = "Ada has not joined yet: nothing goes to them but their invitation."
LATER = f"{NOT_YET} They hear this once they have joined, if there is still time."


Way = Callable[[World, Someone], Awaitable[list[str]]]


async def the_garden(world: World) -> tuple[Someone, Someone]:
    """Ada, who was invited and belongs to it, and Dee, who has joined."""
    dee = await volunteer(world, "Dee")
    ada = Someone(world, await world.add("Ada"))
    bo_saves(world, everybody=False, milestone=None)
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        ask_by_text(desk, world.service.voice, ada.person.address, called="Ada", by="Bo", language=None)
        desk.put_away()
    for name in ("Dee", "Ada"):
        bo_does(world, lambda c, name=name: projects.add(c, "Garden", name, "volunteer", None, world.clock()))
    await world.settle()
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears("joining.welcome")
    return ada, dee


async def a_new_rule(world: World, dee: Someone) -> list[str]:
    rule = {"wording": "two of three decide", "way": "two thirds"}
    return bo_saves(world, everybody=False, milestone=None, rule=rule)


async def belongs_and_can_be_asked(world: World, dee: Someone) -> list[str]:
    def do(c: Connection) -> list[str]:
        return projects.add(c, "Garden", "Ada", "volunteer", None, world.clock(), can_be_asked=True)

    return bo_does(world, do)


async def thanks_to_her(world: World, dee: Someone) -> list[str]:
    return bo_does(world, lambda c: thanks.thank(c, "Ada", "you came all the way", "Bo", None, world.clock()))


async def a_meeting(world: World, dee: Someone) -> list[str]:
    return bo_plans(world, day=world.clock().date() + 4 * A_DAY)


async def notes_of_a_meeting(world: World, dee: Someone) -> list[str]:
    bo_plans(world, day=world.clock().date() + A_DAY)
    await world.later(2 * A_DAY)
    return bo_does(world, lambda c: meetings.notes(c, 1, NOTES, world.clock()))


async def a_vote(world: World, dee: Someone) -> list[str]:
    return bo_calls(world)


async def a_questionnaire(world: World, dee: Someone) -> list[str]:
    _cafe(world)
    return bo_does(world, lambda c: questionnaires.send(c, "cafe", ["Garden"], world.clock()))


async def what_came_of_a_questionnaire(world: World, dee: Someone) -> list[str]:
    version = _cafe(world)
    for name in ("Bea", "Cai", "Eve", "Flo", "Gil"):
        answers(world, version, name)

    def do(c: Connection, code: str | None) -> list[str]:
        voice = world.service.voice
        return share(c, "cafe", voice.words, Listener.load(), (), world.clock(), send=code, to=["Garden"])

    *_, how = bo_does(world, lambda c: do(c, None))
    return bo_does(world, lambda c: do(c, re.findall(r"--send (\w+)", how)[-1]))


async def what_came_of_an_idea(world: World, dee: Someone) -> list[str]:
    await dee.texts("SUGGEST more biscuits")
    await dee.texts("1")
    bo_does(world, lambda c: projects.answer(c, 1, "taken up", None, None, "Bo", world.clock()))
    return bo_does(world, lambda c: projects.you_said_we_did(c, 1, "there are biscuits", world.clock()))


async def what_a_group_said_of_a_milestone(world: World, dee: Someone) -> list[str]:
    step = {"name": "the plan", "day": world.clock().date()}
    bo_saves(world, everybody=False, milestone=[step])
    await world.later(2 * A_DAY)
    await dee.looks()
    for words in ("4", "we laughed", "more soup", "1"):
        await dee.texts(words)
    bo_does(world, lambda c: reflection(c, "Garden", "the plan", (), False, world.clock()))
    return bo_does(world, lambda c: reflection(c, "Garden", "the plan", (), True, world.clock()))


WAYS = {
    a_new_rule: ("bot.projects.keeping", "keep_card"),
    belongs_and_can_be_asked: ("bot.projects.keeping", "add"),
    thanks_to_her: ("bot.thanks.keeping", "thank"),
    a_meeting: ("bot.meetings.keeping", "keep_meeting"),
    notes_of_a_meeting: ("bot.meetings.keeping", "notes"),
    a_vote: ("bot.votes.keeping", "_ask"),
    a_questionnaire: ("bot.questionnaires.keeping", "send"),
    what_came_of_a_questionnaire: ("bot.questionnaires.sharing", "share"),
    what_came_of_an_idea: ("bot.projects.keeping", "you_said_we_did"),
    what_a_group_said_of_a_milestone: ("bot.projects.reflecting", "reflection"),
}
"""What Bo does, by the function that has people told of it."""

ONLY_WHO_TOOK_PART = {
    ("bot.projects.keeping", "answer"): "whoever made a suggestion",
    ("bot.tasks.keeping", "needed"): "whoever has a task",
    ("bot.tasks.keeping", "answer_barrier"): "whoever has a task",
    ("bot.tasks.moves", "thank"): "whoever did a task",
    ("bot.tasks.moves", "close"): "whoever has a task or was asked",
    ("bot.tasks.moves", "_tell_the_others"): "whoever was asked about a task",
    ("bot.tasks.moves", "_tell_the_giver"): "whoever passed a task on",
    ("bot.tasks.asking", "ask_about"): "a team-mate who agreed to be asked",
    ("bot.tasks.asking", "pass_answer_on"): "whoever asked",
    ("bot.relay.acts", "_"): "whoever asked, and a team-mate who agreed to be asked",
    ("bot.meetings.keeping", "cancel"): "whoever was told of a meeting",
    ("bot.meetings.calendar", "invite_to_meetings"): "whoever has joined since",
    ("bot.projects.telling", "welcome_to_all"): "whoever has just joined",
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_whatever_bo_does_ada_hears_nothing_and_bo_is_told_why(world: World, way: Way):
    ada, dee = await the_garden(world)
    said = " ".join(await way(world, dee))
    assert LATER in said
    assert said.count("has not joined") == 1
    await world.later(3 * A_DAY)
    await ada.looks()
    ada.hears_nothing()


async def test_once_she_has_joined_she_hears_what_is_still_in_time(world: World):
    ada, dee = await the_garden(world)
    bo_calls(world)
    await thanks_to_her(world, dee)
    await world.later(A_DAY)
    await joins(ada)
    heard = await days_of(world, ada, 5)
    for said in ("You are part of Garden now", "you came all the way", "Where shall the bench go?"):
        assert heard.count(said) >= 1, said


async def test_what_was_taken_back_before_she_joined_she_never_hears(world: World):
    ada, _ = await the_garden(world)
    bo_calls(world)
    await world.later(A_DAY)
    bo_does(world, lambda c: votes.close(c, 1, world.clock()))
    await joins(ada)
    await world.later(AN_HOUR)
    asked = [(state, why) for flow, state, why in rows(world, NUDGE, "flow", "state", "why") if flow == "vote"]
    assert sorted(asked) == [("left unsaid", "the vote has closed"), ("said", None)]


async def test_what_is_over_before_she_joined_she_never_hears(world: World):
    ada, dee = await the_garden(world)
    bo_calls(world)
    await thanks_to_her(world, dee)
    await world.later(31 * A_DAY, A_DAY / 4)
    await joins(ada)
    heard = await days_of(world, ada, 5)
    assert "You are part of Garden now" in heard
    assert "you came all the way" not in heard
    assert "by the pond" not in heard


async def joins(ada: Someone) -> None:
    for words in ("JOIN", "1", "SKIP", "1", "1", "1"):
        await ada.texts(words)


async def days_of(world: World, ada: Someone, days: int) -> str:
    """All that comes to her handset by itself."""
    heard: list[str] = []
    for _ in range(days):
        await world.later(A_DAY)
        heard += await ada.looks()
    return "\n".join(heard)


async def test_the_balance_of_a_group_says_who_has_not_joined(world: World):
    await the_garden(world)
    said = bo_does(world, lambda c: projects.balance(c, "Garden"))
    assert said[-1] == f"{NOT_YET} They hear what it is about once they have joined."


async def test_she_is_offered_no_task(world: World):
    await the_garden(world)
    bo_keeps(world, milestone=None)
    with pytest.raises(NotDone) as refused:
        bo_asks(world, "Ada")
    assert str(refused.value) == f"{NOT_YET} Once they have joined, you can do it again."


async def test_a_broadcast_leaves_her_out_with_the_reason(world: World):
    ada, _ = await the_garden(world)
    bo = Bo(world)
    garden = bo_does(world, lambda c: projects.project_called(c, "Garden")).id
    number = bo.writes(projects=(garden,))
    assert bo.looks_at(number).left_out == ((not_joined.NOT_JOINED, 1),)
    await bo.confirms(number)
    await world.later(A_DAY)
    await ada.looks()
    ada.hears_nothing()


async def test_nobody_writes_to_her_by_hand(world: World):
    ada, _ = await the_garden(world)
    voice = world.service.voice

    def do(c: Connection) -> list[str]:
        her = find_person(c, "Ada").id
        talking.take_over(c, voice, her, "Bo", world.clock())
        return talking.reply(c, voice, her, "Bo", "Hello Ada", world.clock())

    with pytest.raises(NotDone, match=f"^It was not sent. {NOT_YET}"):
        bo_does(world, do)
    await world.later(A_DAY)
    await ada.looks()
    ada.hears_nothing()


def test_every_way_to_have_people_told_something_is_walked_here():
    """Whoever adds one adds it to `WAYS`, or says who hears of it that has taken part."""
    known = {*WAYS.values(), *ONLY_WHO_TOOK_PART}
    assert _telling() == known


INVITES_COLLEAGUES = ("bot.console.team_room", "bot.audit.visits")
TELLING = ("tell", "tell_group", "welcome", "plan", "invite", "tell_of_cancelling")


def _telling() -> set[tuple[str, str]]:
    """Every function of `bot` that has people told something, save those that do no more than pass it on."""
    found = set()
    for path in sorted(Path("bot").rglob("*.py")):
        module = ".".join(path.with_suffix("").parts)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            mine = module not in ("bot.projects.telling", *INVITES_COLLEAGUES)
            if isinstance(function, ast.FunctionDef) and mine and _tells(function):
                found.add((module, function.name))
    return found | {("bot.projects.telling", "welcome_to_all")}


def _tells(function: ast.FunctionDef) -> bool:
    calls = (each for each in ast.walk(function) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name))
    return any(
        each.func.id in TELLING and each.args and ast.unparse(each.args[0]).endswith("connection") for each in calls
    )


def _cafe(world: World) -> int:
    content = read(CAFE).content
    assert content is not None
    bo_does(world, lambda c: questionnaires.save(c, content, world.clock()))
    return bo_does(world, lambda c: questionnaires.version_of(c, "cafe").id)
