"""Meetings: everybody is invited, may change their mind, is reminded at a good time, and hears what came of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bot.cli import app
from bot.meetings import keeping
from bot.meetings.file import EXAMPLE, NOTES_EXAMPLE, MeetingFile, NotesFile, read_meeting, read_notes
from bot.meetings.showing import lines_of, meeting_lines
from bot.projects.card import CardMistakes
from bot.projects.keeping import NotDone
from bot.simulation import World
from storage.desk import PERSON
from storage.meetings import ANSWER, MEETING
from storage.nudges import NUDGE
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
THURSDAY = date(2026, 3, 5)  # three days from the beginning of these stories
NOTES = NotesFile(**tomllib.loads(NOTES_EXAMPLE))


def bo_plans(world: World, zone: str = "Europe/London", **changes) -> list[str]:
    stored = tomllib.loads(EXAMPLE) | {"day": THURSDAY} | changes
    meeting = MeetingFile(**{name: value for name, value in stored.items() if value is not None})
    return bo_does(world, lambda c: keeping.keep_meeting(c, meeting, zone, world.clock()))


def bo_cancels(world: World, because: str = "the library is closed") -> list[str]:
    return bo_does(world, lambda c: keeping.cancel(c, 1, because, world.clock()))


def bo_sees(world: World) -> str:
    return "\n".join(bo_does(world, lambda c: lines_of(c, 1, world.clock())))


def change(world: World, **values) -> None:
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(**values))


async def garden_with(world: World, *names: str, channel: str = "sms") -> list[Someone]:
    """These have joined and heard of the garden, and are not asked how they are meanwhile."""
    people = [await volunteer(world, name, channel) for name in names]
    change(world, check_in_every_days=None, check_in_due_at=None)
    bo_saves(world, milestone=None)
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
    return people


async def hears_nothing(*people: Someone) -> None:
    for each in people:
        await each.looks()
        each.hears_nothing()


@CHANNELS
async def test_everybody_is_invited_with_what_where_who_and_what_is_provided(world: World, channel: str):
    ada, dee = await garden_with(world, "Ada", "Dee", channel=channel)
    assert bo_plans(world) == [
        "Meeting 1, choosing what grows, is kept now.",
        "2 people are told, as soon as it suits them.",
    ]
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("meeting-invitation.invited", "meeting.when", "meeting.where", "meeting.getting-there", "meeting.remote")
    ada.hears("meeting.who", "meeting.provided", "meeting-invitation.coming")
    assert "When: Thursday 5 March, 2pm to 3:30pm." in ada.shown[0].text
    await ada.texts("1")
    ada.hears("meeting.thanks-coming")
    await dee.looks()
    await dee.texts("not sure, i need a lift")
    dee.hears("meeting.thanks-not-sure", "meeting.passed-on")
    assert rows(world, ANSWER, "answer", "words") == [("coming", None), ("not-sure", "i need a lift")]
    seen = bo_sees(world)
    assert "Coming (1): Ada" in seen
    assert "Dee: “i need a lift”" in seen
    assert "1 coming, 1 not sure" in bo_does(world, lambda c: meeting_lines(c, world.clock()))[0]
    assert bo_plans(world)[1] == "Nobody new is told."
    await world.later(AN_HOUR)
    await hears_nothing(ada, dee)


async def test_nothing_provided_is_said_and_nobody_is_asked_for_a_reason(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world, provided="Nothing", remote=None)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("meeting.nothing-provided")
    ada.does_not_hear("meeting.remote")
    await ada.texts("2")
    ada.hears("meeting.thanks-not-coming")
    await world.later(3 * A_DAY)
    await hears_nothing(ada)


async def test_somebody_who_joins_later_is_invited_as_well(world: World):
    await garden_with(world, "Ada")
    bo_plans(world)
    eve = await volunteer(world, "Eve")
    await world.later(2 * A_DAY)
    await eve.looks()
    eve.hears("project.welcome", "meeting-invitation.invited")


@CHANNELS
async def test_with_meetings_a_mind_can_be_changed_at_any_time(world: World, channel: str):
    (ada,) = await garden_with(world, "Ada", channel=channel)
    await ada.texts("MEETINGS")
    ada.hears("meetings.none")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("MEETINGS")  # before the invitation is answered
    ada.hears("meetings.one", "meetings.coming")
    await ada.texts("1")
    ada.hears("meeting.thanks-coming")
    ada.does_not_hear("meeting-invitation.coming")
    await ada.texts("cyfarfodydd")
    ada.hears("meetings.one", "meetings.said-coming", "meetings.coming")
    await ada.texts("2")
    ada.hears("meeting.thanks-not-coming")
    assert rows(world, ANSWER, "answer") == [("not-coming",)]
    await ada.texts("MEETINGS")
    await ada.texts("SKIP")
    ada.hears("meeting.no-answer")
    assert rows(world, ANSWER, "answer") == [("not-coming",)]


async def test_of_several_meetings_the_one_that_is_meant_is_asked_for(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    bo_plans(world, what="digging", day=THURSDAY + A_DAY)
    await ada.texts("MEETINGS")
    ada.hears("meetings.one", "meetings.one", "meetings.which")
    await ada.texts("digging")
    ada.hears("meetings.coming")
    await ada.texts("3")
    seen = "\n".join(bo_does(world, lambda c: lines_of(c, 2, world.clock())))
    assert "Not sure (1): Ada" in seen
    assert "No answer yet" not in seen
    await world.later(AN_HOUR)
    assert "No answer yet (1): Ada" in "\n".join(bo_does(world, lambda c: lines_of(c, 1, world.clock())))


@CHANNELS
async def test_whoever_comes_is_reminded_the_day_before_and_that_morning_and_nobody_else(world: World, channel: str):
    ada, dee, eve = await garden_with(world, "Ada", "Dee", "Eve", channel=channel)
    bo_plans(world)
    await world.later(AN_HOUR)
    for each, words in ((ada, "1"), (dee, "3"), (eve, "2")):
        await each.looks()
        await each.texts(words)
    await world.later(46 * AN_HOUR)  # Wednesday, 10 in the morning
    for each in (ada, dee):
        await each.looks()
        each.hears("meeting-reminder.soon", "meeting.when", "meeting.where", "meeting-reminder.change")
    await world.later(22 * AN_HOUR)
    await hears_nothing(ada, dee)
    await world.later(AN_HOUR)  # Thursday, 9: the quiet hours are over
    for each in (ada, dee):
        await each.looks()
        each.hears("meeting-reminder.today", "meeting.when")
    await world.later(A_DAY)
    await hears_nothing(ada, dee, eve)
    about = [about.partition(":")[0] for (about,) in rows(world, NUDGE, "about")]
    assert (about.count("meeting-eve"), about.count("meeting-morning")) == (2, 2)


async def test_where_it_begins_before_their_quiet_hours_end_the_morning_is_left_in_peace(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world, **{"from": "08:30", "until": "09:00"})
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears("meeting-reminder.soon")
    await world.later(A_DAY)
    await hears_nothing(ada)
    assert not [about for (about,) in rows(world, NUDGE, "about") if about.startswith("meeting-morning")]


async def test_whoever_changes_their_mind_is_reminded_no_more(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    await world.later(5 * AN_HOUR)
    await ada.texts("MEETINGS")
    await ada.texts("can't come")
    await world.later(3 * A_DAY)
    await hears_nothing(ada)
    left = [row for row in rows(world, NUDGE, "about", "state", "why") if row[0].startswith("meeting-")]
    assert {row[1:] for row in left} == {("left unsaid", "it no longer applied")}


async def test_who_says_so_on_the_day_before_is_not_reminded_of_it_at_once(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await world.later(50 * AN_HOUR)  # Wednesday, 2 in the afternoon
    await ada.texts("1")
    await world.later(5 * AN_HOUR)
    await hears_nothing(ada)


async def test_one_that_moves_is_told_again_and_what_was_said_of_the_old_day_is_shown_so(world: World):
    ada, dee = await garden_with(world, "Ada", "Dee")
    bo_plans(world)
    await world.later(AN_HOUR)
    for each in (ada, dee):
        await each.looks()
    await ada.texts("1")
    assert bo_plans(world, day=THURSDAY + 7 * A_DAY)[0].endswith("has moved.")
    assert "Ada (said so before it moved)" in bo_sees(world)
    await dee.texts("1")  # to the old invitation
    dee.hears("meeting-invitation.changed")
    assert len(rows(world, ANSWER, "answer")) == 1
    await world.later(2 * A_DAY)
    for each in (ada, dee):
        await each.looks()
        each.hears("meeting-invitation.moved", "meeting.when", "meeting-invitation.coming")
        each.does_not_hear("meeting-reminder.soon")
    await ada.texts("1")
    ada.does_not_hear("meeting-invitation.changed")
    assert "before it moved" not in bo_sees(world)
    await world.later(7 * A_DAY)
    await ada.looks()
    ada.hears("meeting-reminder.soon", "meeting.when")


async def test_whoever_had_not_heard_of_the_old_day_hears_only_of_the_new_one(world: World):
    (dee,) = await garden_with(world, "Dee")
    await dee.texts("LANGUAGE")  # so that nothing is said to her yet
    bo_plans(world)
    await world.later(AN_HOUR)
    bo_plans(world, day=THURSDAY + 7 * A_DAY)
    await world.later(3 * A_DAY)
    assert len(await dee.looks()) == 1
    dee.hears("meeting-invitation.invited", "meeting.when")
    assert "12 March" in dee.shown[0].text


async def test_one_that_is_not_answered_and_moves_is_asked_about_once(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    bo_plans(world, where="the church hall")
    await world.later(2 * A_DAY)
    await ada.looks()
    ada.hears("meeting-invitation.moved")
    await ada.texts("1")
    ada.hears("meeting.thanks-coming")
    ada.does_not_hear("meeting-invitation.changed")
    ada.does_not_hear("meeting-invitation.coming")


@CHANNELS
async def test_one_that_is_cancelled_is_told_to_whoever_knew_of_it_with_the_reason(world: World, channel: str):
    ada, dee = await garden_with(world, "Ada", "Dee", channel=channel)
    await dee.texts("LANGUAGE")  # so that nothing is said to her yet
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    with pytest.raises(NotDone, match="Everybody hears why"):
        bo_cancels(world, "no")
    assert bo_cancels(world)[1] == "1 person is told, as soon as it suits them."
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("meeting-cancelled.cancelled", "meeting-cancelled.because")
    await world.later(3 * A_DAY)
    await hears_nothing(ada)
    await dee.looks()
    dee.does_not_hear("meeting-invitation.invited")
    dee.does_not_hear("meeting-invitation.changed")
    dee.does_not_hear("meeting-cancelled.cancelled")
    assert "CANCELLED" in bo_sees(world)
    await ada.texts("MEETINGS")
    ada.hears("meetings.none")
    with pytest.raises(NotDone, match="cancelled already"):
        bo_cancels(world)


async def test_who_could_not_be_told_in_time_is_shown_to_the_coordinator(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.texts("STOP")
    bo_cancels(world)
    await world.later(AN_HOUR)
    assert "Has not heard: Ada (said STOP, or cannot be reached)" in bo_sees(world)


@pytest.mark.parametrize("already_planned", [True, False])
async def test_whoever_left_the_project_is_not_reminded(world: World, already_planned: bool):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    if already_planned:
        await world.later(3 * AN_HOUR)
    bo_saves(world, milestone=None, everybody=False)
    await world.later(3 * A_DAY)
    await hears_nothing(ada)
    assert len([about for (about,) in rows(world, NUDGE, "about") if about[:12] == "meeting-eve:"]) == already_planned


@CHANNELS
async def test_what_came_of_it_is_sent_to_all_also_to_those_who_could_not_come(world: World, channel: str):
    ada, dee = await garden_with(world, "Ada", "Dee", channel=channel)
    bo_plans(world)
    with pytest.raises(NotDone, match="has not taken place"):
        bo_does(world, lambda c: keeping.notes(c, 1, NOTES, world.clock()))
    await world.later(AN_HOUR)
    for each, words in ((ada, "1"), (dee, "2")):
        await each.looks()
        await each.texts(words)
    await world.later(4 * A_DAY)
    assert "notes not sent" in bo_sees(world)
    for expected in ("2 people are told", "They have been sent already"):
        assert expected in bo_does(world, lambda c: keeping.notes(c, 1, NOTES, world.clock()))[0]
    for each in (ada, dee):
        await each.looks()
    await world.later(AN_HOUR)
    for each in (ada, dee):
        await each.looks()
        each.hears("meeting-notes.of", "meeting-notes.decisions", "meeting-notes.actions")
        assert "we plant beans first; no roses" in each.shown[0].text
        whole = "We met in the rain" in each.shown[0].text
        assert whole == (channel == "telegram")
        each.hears("meeting-notes.end" if whole else "meeting-notes.more")


def starts(world: World) -> list[datetime]:
    return [moment for (moment,) in rows(world, MEETING, "starts_at")]


async def test_on_the_day_the_clocks_go_forward_it_is_the_clock_on_the_wall_that_counts(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world, day=date(2026, 3, 29), **{"from": "10:00", "until": "11:00"})
    assert starts(world) == [datetime(2026, 3, 29, 9, tzinfo=UTC)]
    await world.later(AN_HOUR)
    await ada.looks()
    assert "Sunday 29 March, 10am to 11am" in ada.shown[0].text
    await ada.texts("1")
    await world.later(26 * A_DAY - 2 * AN_HOUR)  # Saturday, 10 in the morning
    await ada.looks()
    ada.hears("meeting-reminder.soon")
    await world.later(22 * AN_HOUR)  # Sunday, 8 in UTC: 9 on the wall
    await ada.looks()
    ada.hears("meeting-reminder.today")
    with pytest.raises(NotDone, match="the clocks go forward"):
        bo_plans(world, what="night", day=date(2026, 3, 29), **{"from": "01:30", "until": "03:00"})


async def test_in_autumn_an_hour_that_comes_twice_is_the_first(world: World):
    await garden_with(world, "Ada")
    bo_plans(world, day=date(2026, 10, 25), **{"from": "01:30", "until": "03:00"})
    assert starts(world) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


async def test_in_another_zone_everybody_hears_the_time_there_and_is_reminded_by_their_own_clock(world: World):
    (ada,) = await garden_with(world, "Ada")
    change(world, zone="Asia/Tokyo")
    bo_plans(world, zone="America/New_York")
    assert starts(world) == [datetime(2026, 3, 5, 19, tzinfo=UTC)]
    await world.later(AN_HOUR)
    await ada.looks()
    assert "Thursday 5 March, 2pm to 3:30pm" in ada.shown[0].text
    await ada.texts("1")
    await world.later(37 * AN_HOUR)  # Wednesday, 1 in UTC: 10 in Tokyo
    await ada.looks()
    ada.hears("meeting-reminder.soon")
    await world.later(22 * AN_HOUR + timedelta(minutes=30))
    await hears_nothing(ada)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("meeting-reminder.today")


async def test_a_meeting_in_the_past_is_not_kept(world: World):
    await garden_with(world, "Ada")
    with pytest.raises(NotDone, match="is over already"):
        bo_plans(world, day=date(2026, 3, 1))
    with pytest.raises(NotDone, match="There is no project"):
        bo_plans(world, project="Cafe")
    with pytest.raises(NotDone, match="There is no meeting 1"):
        bo_cancels(world)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "meeting.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_a_meeting(tmp_path: Path):
    assert read_meeting(written(tmp_path, EXAMPLE)).provided == "sandwiches, tea and bus fares"
    assert read_notes(written(tmp_path, NOTES_EXAMPLE)).actions[0] == "Sam orders the wood by Friday"
    shown = CliRunner().invoke(app, ["meeting", "example"]).output
    assert tomllib.loads(shown)["what"] == "choosing what grows"


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("provided = ", "# ", "provided: "),
        ("until = ", 'until = "13:00" # ', "until: must be later than from"),
        ("from = ", 'from = "two" # ', "from: "),
        ("where = ", 'wher = "x" # ', "wher: "),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path: Path, line: str, instead: str, told: str):
    with pytest.raises(CardMistakes) as caught:
        read_meeting(written(tmp_path, EXAMPLE.replace(line, instead)))
    assert told in "\n".join(caught.value.problems)
    assert "config.example" not in "\n".join(caught.value.problems)


def test_notes_with_nothing_in_them_are_refused(tmp_path: Path):
    with pytest.raises(CardMistakes, match="there is nothing in it"):
        read_notes(written(tmp_path, "decisions = []"))


async def test_whether_they_come_is_never_kept_for_another_meeting_than_the_one_they_chose(world: World):
    ada = await volunteer(world, "Ada")
    bo_saves(world)
    await world.later(AN_HOUR)
    bo_plans(world, day=date(2026, 3, 13))
    bo_plans(world, day=date(2026, 3, 20), what="the other meeting")
    await ada.texts("MEETINGS")
    await ada.texts("1")
    ada.hears("meetings.coming")
    bo_cancels(world)
    await ada.texts("1")
    ada.hears("meetings.gone")
    assert rows(world, ANSWER, "answer") == []
