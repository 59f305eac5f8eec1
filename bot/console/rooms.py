"""Every room of the console, in the order of its menu."""

from __future__ import annotations

from bot.console import (
    alerts,
    broadcasts,
    house,
    inbox,
    people,
    record,
    reports,
    sign_in,
    signing_off,
    signposts,
    team_room,
    today,
    wording,
)
from bot.console.feedback import room as feedback
from bot.console.visit import EVERYBODY, WITH_PEOPLE, MenuLines, Page
from bot.console.work import card, meetings, projects, questionnaires, reflections, suggestions, tasks, votes

ROOMS: tuple[list[Page], ...] = (
    sign_in.room.pages,
    today.room.pages,
    alerts.room.pages,
    inbox.room.pages,
    people.room.pages,
    broadcasts.room.pages,
    projects.room.pages,
    card.room.pages,
    reflections.room.pages,
    suggestions.room.pages,
    tasks.room.pages,
    meetings.room.pages,
    votes.room.pages,
    questionnaires.room.pages,
    reports.room.pages,
    feedback.room.pages,
    signposts.room.pages,
    wording.room.pages,
    signing_off.room.pages,
    team_room.room.pages,
    house.room.pages,
    record.room.pages,
)

MENU: MenuLines = (
    ("/", "Today", EVERYBODY),
    ("/inbox", "Inbox", WITH_PEOPLE),
    ("/people", "People", WITH_PEOPLE),
    ("/work", "Work", WITH_PEOPLE),
    ("/broadcasts", "Broadcasts", WITH_PEOPLE),
)
"""What is needed every day, and fits across a phone."""
MORE: MenuLines = (
    ("/alerts", "Alerts", WITH_PEOPLE),
    ("/feedback", "Feedback", WITH_PEOPLE),
    ("/reports", "Reports", WITH_PEOPLE),
    ("/signposts", "Signposts", EVERYBODY),
    ("/words", "Words", EVERYBODY),
    ("/rota", "Rota", EVERYBODY),
    ("/settings", "Settings", house.READERS),
    ("/team", "Team", team_room.ADMINS),
    ("/log", "Log", record.READERS),
)
"""What is behind "More". Open alerts stand on the first page, above everything."""
