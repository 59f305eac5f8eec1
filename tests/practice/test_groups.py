"""The practice, points 5, 7, 14, 16 to 19, 21 and 22: groups that meet, look back, ask, and see what became of it."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.meetings import keeping as meetings
from bot.meetings.file import EXAMPLE, NOTES_EXAMPLE, MeetingFile, NotesFile
from bot.projects import keeping
from bot.projects.reflecting import reflection
from bot.projects.report import report_lines
from bot.questionnaires import keeping as questionnaires
from bot.questionnaires.flow_results import packages
from bot.questionnaires.results import as_csv
from bot.simulation import World
from storage.database import Database
from storage.desk import PERSON
from storage.questionnaires import ANSWER
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.questionnaires.files import CAFE, read
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, Watched

pytestmark = pytest.mark.parametrize("channel", ["sms", "telegram"])
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
STEP = "the plan is on paper"
PEER_RESEARCH = CAFE.replace("mystery shopping", "peer research").replace('keyword = "VISIT"\n', "")
STATEMENTS = """\
name = "ours"
title = "Our statements"
purpose = "statements"
seen_by = "the group"
used_for = "looking back together"
keyword = "OURS"
[[section]]
[[section.question]]
key = "heard"
text = "I am heard here."
kind = "scale"
from = 1
to = 5
"""


async def garden_with(world: World, channel: str, *names: str, **changes) -> list[Someone]:
    """These have joined and heard of the garden, and are not asked how they are meanwhile."""
    people = [await volunteer(world, name, channel) for name in names]
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
    bo_saves(world, **{"milestone": None, **changes})
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
    return people


def bo_keeps(world: World, text: str) -> None:
    content = read(text).content
    assert content is not None
    bo_does(world, lambda c: questionnaires.save(c, content, world.clock()))


async def test_point_05_the_balance_of_a_group(world: World, channel: str):
    """Who belongs, how many are staff, who of them has lived experience, and whose ideas were taken up."""
    ada, _ = await garden_with(world, channel, "Ada", "Eve")
    bo_does(world, lambda c: keeping.add(c, "Garden", "Eve", "staff", True, world.clock()))
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_does(world, lambda c: keeping.answer(c, 1, "taken up", None, None, "Priya", world.clock()))
    said = "\n".join(bo_does(world, lambda c: report_lines(c, 90, world.clock())))
    assert "Garden: 1 volunteer, 1 staff, of whom 1 with lived experience." in said
    assert "Taken up, wholly or partly: 1 of volunteers, 0 of staff." in said


async def test_point_07_goal_steps_and_reflection(world: World, channel: str):
    """Where we are at any time, one nudge before the step, and a look back after it that names nobody."""
    names = ("Ada", "Dee", "Eve", "Fay", "Gil")
    people = await garden_with(world, channel, *names, milestone=[{"name": STEP, "day": date(2026, 3, 6)}])
    ada = people[0]
    await ada.texts("PLAN")
    ada.hears("project.goal", "plan.steps", "plan.next")
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears("milestone-nudge.soon")
    bo_does(world, lambda c: keeping.milestone_done(c, "Garden", STEP, world.clock()))
    await world.later(3 * A_DAY)
    for number, each in enumerate(people, 1):
        await each.looks()
        each.hears("reflection.feeling")
        for words in (str(min(number, 5)), "we laughed", "more time for soup", "1"):
            await each.texts(words)
    seen = bo_does(world, lambda c: reflection(c, "Garden", STEP, (), False, world.clock()))
    assert "we laughed" in "\n".join(seen)
    bo_does(world, lambda c: reflection(c, "Garden", STEP, (), True, world.clock()))
    await world.later(2 * A_DAY)
    await ada.looks()
    assert "more time for soup" in ada.shown[-1].text
    assert not [name for name in names if name in ada.shown[-1].text]


async def test_point_14_staff_are_asked_too(database: Database, channel: str):
    """Fay is staff: she is asked how she is like everybody, and has a thought of her own that nobody asks back."""
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        fay, ada = await garden_with(world, channel, "Fay", "Ada")
        bo_does(world, lambda c: keeping.add(c, "Garden", "Fay", "staff", None, world.clock()))
        for _ in range(14):
            await world.later(A_DAY, step=AN_HOUR)
            if await fay.looks():
                break
        fay.hears("staff-reflection.for-you", "staff-reflection.only-yours", "staff-reflection.talk-it-over")
        await ada.looks()
        ada.does_not_hear("staff-reflection.for-you")
        await fay.texts("MENU")
        await fay.texts("1")
        fay.hears("check-in.mood")


async def test_point_16_what_was_done_with_what_was_heard(world: World, channel: str):
    """No score of anybody: ideas and what became of them, and nothing of how a group of fewer than five is."""
    (ada,) = await garden_with(world, channel, "Ada")
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_does(world, lambda c: keeping.answer(c, 1, "partly", "one bench, in the shade", None, "Priya", world.clock()))
    bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "there is a bench now", world.clock()))
    said = "\n".join(bo_does(world, lambda c: report_lines(c, 90, world.clock())))
    assert "Ideas: 1. Answered: 1 partly; 1 by the promised day." in said
    assert "The group was told what was done with 1 of them." in said
    assert "How the group is, from 1 to 5: too few to say" in said
    assert "Ada" not in said


async def test_point_17_whether_it_works(world: World, channel: str):
    """Promises that were not kept are in the report, and how the group is by month, of everybody together."""
    people = await garden_with(world, channel, "Ada", "Dee", "Eve", "Fay", "Gil")
    for mood, each in enumerate(people, 1):
        for words in ("MENU", "1", str(mood), "SKIP"):
            await each.texts(words)
    await people[0].texts("SUGGEST")
    await people[0].texts("a bench in the sun")
    await world.later(20 * A_DAY, step=timedelta(hours=6))
    said = "\n".join(bo_does(world, lambda c: report_lines(c, 90, world.clock())))
    assert "Waiting for an answer: 1, 1 of them past the day that was promised." in said
    assert "2026-03: 3.0 (5 people)" in said


async def test_point_18_a_meeting_from_invitation_to_notes(world: World, channel: str):
    """Where, who, what is provided; can you come; the day before; and what was decided, to all."""
    ada, dee = await garden_with(world, channel, "Ada", "Dee")
    meeting = MeetingFile(**(tomllib.loads(EXAMPLE) | {"day": date(2026, 3, 5)}))
    bo_does(world, lambda c: meetings.keep_meeting(c, meeting, "Europe/London", world.clock()))
    await world.later(AN_HOUR)
    for each in (ada, dee):
        await each.looks()
        each.hears("meeting.where", "meeting.who", "meeting.provided", "meeting-invitation.coming")
    await ada.texts("1")
    await dee.texts("2")
    dee.hears("meeting.thanks-not-coming")
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears("meeting-reminder.soon")
    await dee.looks()
    dee.hears_nothing()
    await world.later(2 * A_DAY)
    notes = NotesFile(**tomllib.loads(NOTES_EXAMPLE))
    bo_does(world, lambda c: meetings.notes(c, 1, notes, world.clock()))
    await world.later(AN_HOUR)
    for each in (ada, dee):
        await each.looks()
        said = " ".join(bubble.text for bubble in each.shown)
        assert all(decision in said for decision in notes.decisions)


async def test_point_19_a_visit_told_by_text(world: World, channel: str):
    """She begins by its word, is interrupted by a night, ends it the next day, and the answers can be taken out."""
    bo_keeps(world, CAFE)
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("visit")
    ada.hears("questionnaire.consent")
    for words in ("2", "yes", "by bus"):
        await ada.texts(words)
    await world.later(A_DAY)
    for words in ("2", "1", "SKIP", "More chairs", "yes"):
        await ada.texts(words)
    ada.hears("questionnaire.thanks")
    with world.service.database.reading() as connection:
        page, package = as_csv(connection, "cafe"), packages(connection, "cafe")
    assert "More chairs" in page
    assert "Ada" not in page
    assert len(package) == 1


async def test_point_21_statements_of_our_own(world: World, channel: str):
    """The group's own statement, asked again later; she sees her own earlier answer before anybody else."""
    bo_keeps(world, STATEMENTS)
    ada = await volunteer(world, "Ada", channel)
    for words in ("OURS", "2", "2"):
        await ada.texts(words)
    assert rows(world, ANSWER, "key", "value") == [("heard", json.dumps(2))]
    await world.later(3 * A_DAY)
    await ada.texts("SKIP")
    for words in ("OURS", "2"):
        await ada.texts(words)
    await ada.texts("4")
    ada.hears("questionnaire.then-and-now")
    assert "Before: 2. Now: 4." in ada.shown[0].text


async def test_point_22_a_peer_researchers_interview(world: World, channel: str):
    """Consent first; after the hard part a rest and a person are offered; no is no, and keeps nothing."""
    bo_keeps(world, PEER_RESEARCH)
    ada, dee = await volunteer(world, "Ada", channel), await volunteer(world, "Dee", channel)
    bo_does(world, lambda c: questionnaires.send(c, "cafe", ["Ada", "Dee"], world.clock()))
    await world.later(AN_HOUR)
    for each in (ada, dee):
        await each.looks()
        each.hears("questionnaire.consent")
    await dee.texts("no thanks")
    dee.hears("questionnaire.no-matter")
    for words in ("2", "yes", "by bus", "2"):
        await ada.texts(words)
    ada.hears("questionnaire.how-now")
    assert len(rows(world, ANSWER, "key")) == 3
