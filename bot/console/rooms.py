"""Every room of the console, in the order of its menu."""

from __future__ import annotations

from bot.console import broadcasts, sign_in, today
from bot.console import people, sign_in, today
from bot.console import alerts, inbox, sign_in, today
from bot.console.visit import EVERYBODY, WITH_PEOPLE, Page
from bot.console import sign_in, today
from bot.console.visit import EVERYBODY, WITH_PEOPLE, Page
from bot.console.work import card, meetings, projects, questionnaires, reflections, suggestions, tasks, votes

ROOMS: tuple[list[Page], ...] = (
    sign_in.room.pages,
    today.room.pages,
    broadcasts.room.pages,
    people.room.pages,
    alerts.room.pages,
    inbox.room.pages,
    projects.room.pages,
    card.room.pages,
    reflections.room.pages,
    suggestions.room.pages,
    tasks.room.pages,
    meetings.room.pages,
    votes.room.pages,
    questionnaires.room.pages,
)

MENU: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("/", "Today", EVERYBODY),
    ("/broadcasts", "Broadcasts", WITH_PEOPLE),
    ("/people", "People", WITH_PEOPLE),
    ("/alerts", "Alerts", WITH_PEOPLE),
    ("/inbox", "Inbox", WITH_PEOPLE),
    ("/work", "Work", WITH_PEOPLE),
)
"""The menu: where it leads, what it is called, and for whom."""
