"""Three weeks at Harbour House, from top to bottom, up to a Tuesday morning with a day's work on it."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection

from bot.demo.days import PAPERS, Days
from bot.demo.volunteers import VOLUNTEERS
from bot.inviting import ask_by_text
from bot.meetings import keeping as meetings
from bot.meetings.file import read_meeting, read_notes
from bot.projects import keeping as projects
from bot.projects.card import read_card
from bot.questionnaires import keeping as questionnaires
from bot.questionnaires.reading import read_questionnaire
from bot.simulation import World
from bot.staff.people import person_of
from bot.tasks import keeping as tasks
from bot.tasks.brief import read_brief
from bot.thanks import keeping as thanks
from bot.votes import keeping as votes
from bot.votes.file import read_vote
from storage import accounts
from storage.desk import Desk
from storage.inbox import ids_waiting, mark_done

ZONE = "Europe/London"
SEED = 2026
WATER, DRAW, WOOD, SEEDS, PAGE_ONE = range(1, 6)
BENCH, NAMES, POND, BEANS, SUNDAYS = range(1, 6)
DANGER = "i cant go on"
TEAM = {"Sam": ("coordinator",), "Kim": ("lead", "safeguarding"), "Lou": ("admin",)}


async def live_in(world: World, seed: int = SEED, tell: Callable[[date], None] = lambda day: None) -> Days:
    """Let three weeks pass in a new world that begins on Monday 2 March 2026.

    Args:
        world: With nobody in it but the staff.
        seed: Where it is drawn from who looks at their phone when.
        tell: Told which day it is, as they pass.

    Returns:
        The days, which can go on.
    """
    days = Days(world, random.Random(seed), tell)
    await days.arrive(VOLUNTEERS)
    await _people_join(days)
    await _a_plan_is_made(days)
    await _things_are_done(days)
    await _this_week(days)
    return days


async def _people_join(days: Days) -> None:
    days.do(_staff_are_known, days.world)
    days.do(_the_team_signs_in)
    days.do(projects.keep_card, read_card(PAPERS / "garden.toml"))
    days.do(projects.add, "Garden", "Sam", "staff", False)
    await days.join("Cai", "Dee", "Eve", "Fay", "Gil", "Hana", "Ifan", "Jude")
    days.do(_shares_her_phone, days.world.people["Eve"].address, "Jo")
    await days.until(3, "10:30")
    await days.join("Kemi", "Leo", "Maya")
    await days.until(4, "11:00")
    await days.join("Nia", "Omar")
    days.do(projects.keep_card, read_card(PAPERS / "welcome.toml"))
    for name in ("Dee", "Eve", "Jude", "Maya"):
        days.do(projects.add, "Welcome pack", name, "volunteer", None)
    days.do(projects.add, "Welcome pack", "Nia", "volunteer", None, can_be_asked=True)
    days.do(projects.add, "Welcome pack", "Kim", "staff", True)
    await days.until(5, "10:30")
    days.do(meetings.keep_meeting, read_meeting(PAPERS / "first_meeting.toml"), ZONE)
    await days.until(6, "11:30")
    await days.says("Dee", "AWGRYMU")
    await days.until(6, "12:00")


async def _a_plan_is_made(days: Days) -> None:
    await days.until(9, "11:00")
    await days.says("Maya", "SUGGEST")
    for name in ("watering", "drawing"):
        days.do(tasks.keep_brief, read_brief(PAPERS / f"{name}.toml"))
    days.do(projects.answer, BENCH, "taken up", None, None, "Bo")
    days.do(tasks.offer, DRAW, ["Hana"])
    await days.until(10, "11:00")
    await days.says("Jude", "TIMES")
    await days.says("Hana", "SUGGEST")
    await days.says("Nia", "SUGGEST")
    await days.until(11, "11:20")
    await _omar_is_in_danger(days)
    await days.until(11, "16:30")
    days.do(meetings.notes, 1, read_notes(PAPERS / "first_meeting_notes.toml"))
    await days.until(12, "11:00")
    await days.says("Cai", "STOP")
    await days.says("Hana", "TASKS", "done")
    days.do(tasks.thank, DRAW, "anybody can find each bed now")
    days.do(projects.answer, POND, "not possible", "we asked the insurance twice", 1, "Priya")
    await days.says("Maya", "FEEDBACK", "the office is locked at half past four, and nobody says so", "EXIT")
    await days.until(13, "11:00")
    days.do(projects.milestone_done, "Garden", "the plan is on paper")
    await days.until(13, "12:00")


async def _omar_is_in_danger(days: Days) -> None:
    """Sam is told, answers, and closes the alert once somebody is with Omar."""
    await days.says("Omar", DANGER)
    reference = days.world.references()[-1]
    await days.says("Sam", f"ACK {reference}", f"READ {reference}")
    await days.says("Sam", f"REPLY {reference} I am here, Omar. Can I ring you now?")
    await days.says("Omar", "yes please")
    await days.until(11, "13:30")
    await days.says("Sam", f"CLOSE {reference} rang him, his brother is with him, we talk again tomorrow")
    await days.says("Omar", "SKIP")


async def _things_are_done(days: Days) -> None:
    await days.until(16, "10:30")
    days.do(projects.answer, NAMES, "not possible", "some of us must not be found", 1, "Kim")
    await days.until(16, "11:00")
    days.do(tasks.offer, WATER, ["Fay", "Maya"])
    words = days.world.service.voice.words
    content = read_questionnaire(PAPERS / "looking_back.toml", words).content
    days.do(questionnaires.save, content)
    days.do(questionnaires.send, "the-meeting-room", ["Fay", "Hana", "Gil"])
    await days.until(17, "11:00")
    for name in ("wood", "seeds"):
        days.do(tasks.keep_brief, read_brief(PAPERS / f"{name}.toml"))
    days.do(tasks.offer, WOOD, ["Gil"])
    days.do(tasks.offer, SEEDS, ["Omar"])
    days.do(projects.you_said_we_did, BENCH, "the joiner in King Street makes us one")
    await days.until(18, "11:00")
    days.do(meetings.keep_meeting, read_meeting(PAPERS / "next_meeting.toml"), ZONE)
    await days.until(19, "15:00")
    await days.says("Fay", "TASKS", "done")
    await days.says("Fay", "SKILLS")
    await days.says("Gil", "SKILLS")
    await days.says("Nia", "SKILLS")
    await days.says("Ifan", "SAIB", "1")
    await days.until(20, "11:00")
    days.do(tasks.thank, WATER, "every one of them is alive")
    days.do(thanks.thank, "Dee", "people ask when they can sit on it", "Bo", f"suggestion:{BENCH}")
    await days.until(20, "16:00")
    days.do(_see_to_the_inbox)


async def _this_week(days: Days) -> None:
    await days.until(23, "10:40")
    days.do(tasks.keep_brief, read_brief(PAPERS / "page_one.toml"))
    days.do(tasks.offer, PAGE_ONE, ["Nia", "Maya"])
    await days.says("Jude", "SUGGEST")
    days.do(_call_the_vote, days.world)
    await days.until(23, "15:00")
    await days.says("Omar", "TASKS")
    await days.until(24, "09:20")
    await days.says("Leo", "HUMAN")
    await days.until(24, "09:50")
    ada = days.world.people["Ada"]
    days.do(_invite, days.world, ada.address, ada.name)
    await days.world.settle()
    await days.until(24, "10:20")


def _call_the_vote(connection: Connection, world: World, now: datetime) -> list[str]:
    return votes.call(connection, read_vote(PAPERS / "bench.toml"), ZONE, now, world.service.voice.ballot_key)


def _staff_are_known(connection: Connection, world: World, now: datetime) -> None:
    """Whoever watches is somebody who can be nudged, and who can belong to a project."""
    desk = Desk(connection, now)
    for each in world.service.voice.house.safeguarding.people:
        person_of(desk, each)
    desk.put_away()


def _the_team_signs_in(connection: Connection, now: datetime) -> None:
    """Whoever is on the rota has an account; Bo's is that of whoever visits."""
    for name, roles in TEAM.items():
        account_id = accounts.invite_account(connection, name, roles, secrets.token_urlsafe(24), now, now)
        accounts.change_rights(connection, account_id, roles, None)
        has_signed_in(connection, account_id)


def has_signed_in(connection: Connection, account_id: int) -> None:
    """They have chosen a password and set up their codes; it is the hash of none, so nobody can sign in with it."""
    accounts.set_password(connection, account_id, "nobody signs in with it")
    accounts.set_second(connection, account_id, "A" * 32)


def _shares_her_phone(connection: Connection, number: str, other: str, now: datetime) -> None:
    """Somebody else can be reached at this number, too."""
    desk = Desk(connection, now)
    desk.fetch([number], [])
    if address := desk.address("sms", number):
        desk.add_holder(address, desk.add_person(called=other, safe_to_text=True))
    desk.put_away()


def _invite(connection: Connection, world: World, number: str, called: str, now: datetime) -> None:
    """Bo asks somebody by text, who agreed to that at the door."""
    desk = Desk(connection, now)
    ask_by_text(desk, world.service.voice, number, called=called, by="Bo", language=None)
    desk.put_away()


def _see_to_the_inbox(connection: Connection, now: datetime) -> None:
    """Everything that has waited so far has been seen to."""
    for item in ids_waiting(connection):
        mark_done(connection, item, now)
