"""What was done with what was heard, project by project: counts of promises kept, never a ranking of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.projects.keeping import in_balance
from flows.suggestion import ANSWERS
from storage.projects import projects
from storage.report import FEWEST, Heard, how_the_group_is, meetings_since, milestones_since, what_became_of_ideas


@dataclass(frozen=True)
class ProjectReport:
    """One project over a time.

    Attributes:
        name: The project's.
        balance: How many volunteers and staff belong to it, in words.
        ideas: What became of people's ideas.
        milestones: How many had their day.
        done: How many of them are done.
        looked_back: How many the group looked back on together.
        meetings: How many there were.
        decisions_sent: After how many everybody got what was decided.
        months: By month, "2026-03", the mean mood from 1 to 5 and how many people said one; none of fewer than five.
    """

    name: str
    balance: str
    ideas: Heard
    milestones: int
    done: int
    looked_back: int
    meetings: int
    decisions_sent: int
    months: Sequence[tuple[str, float, int]]

    def counts(self) -> list[tuple[str, int]]:
        """All of it that is a number, each with what it counts."""
        return [
            ("ideas", self.ideas.ideas),
            *((f"ideas answered: {each}", self.ideas.answers[each]) for each in ANSWERS),
            ("ideas answered by the promised day", self.ideas.in_time),
            ("ideas waiting for an answer", self.ideas.waiting),
            ("ideas waiting past the promised day", self.ideas.past_promise),
            ("ideas of volunteers taken up", self.ideas.taken_up_from["volunteer"]),
            ("ideas of staff taken up", self.ideas.taken_up_from["staff"]),
            ("ideas where the group was told what was done", self.ideas.told),
            ("milestones", self.milestones),
            ("milestones done", self.done),
            ("milestones looked back on together", self.looked_back),
            ("meetings", self.meetings),
            ("meetings whose decisions went to everybody", self.decisions_sent),
        ]


def reports(
    connection: Connection, days: int, now: datetime, only: frozenset[int] | None = None
) -> list[ProjectReport]:
    """The report of each project (None: of all) over the last so many days."""
    since = now - timedelta(days=days)
    found = []
    for project in projects(connection):
        if only is not None and project.id not in only:
            continue
        milestones, done, looked_back = milestones_since(connection, project.id, since.date(), now.date())
        meetings, decisions_sent = meetings_since(connection, project.id, since, now)
        found.append(
            ProjectReport(
                name=project.name,
                balance=in_balance(connection, project),
                ideas=what_became_of_ideas(connection, project.id, since, now.date()),
                milestones=milestones,
                done=done,
                looked_back=looked_back,
                meetings=meetings,
                decisions_sent=decisions_sent,
                months=how_the_group_is(connection, project.id, since),
            )
        )
    return found


def report_lines(connection: Connection, days: int, now: datetime) -> list[str]:
    """The same for a terminal."""
    lines = [f"What was done with what was heard, {now - timedelta(days=days):%d %B %Y} to {now:%d %B %Y}"]
    for each in reports(connection, days, now):
        lines += ["", each.balance, *_lines(each)]
    return lines


def _lines(report: ProjectReport) -> Iterator[str]:
    ideas = report.ideas
    answered = ", ".join(f"{ideas.answers[each]} {each}" for each in ANSWERS if ideas.answers[each]) or "none yet"
    late = f", {ideas.past_promise} of them past the day that was promised" if ideas.past_promise else ""
    yield f"   Ideas: {ideas.ideas}. Answered: {answered}; {ideas.in_time} by the promised day."
    yield f"   Waiting for an answer: {ideas.waiting}{late}."
    taken_up = f"{ideas.taken_up_from['volunteer']} of volunteers, {ideas.taken_up_from['staff']} of staff"
    yield f"   Taken up, wholly or partly: {taken_up}."
    yield f"   The group was told what was done with {ideas.told} of them."
    looked_back = f"Looked back on together: {report.looked_back}."
    yield f"   Milestones: {report.milestones}, {report.done} of them done. {looked_back}"
    yield f"   Meetings: {report.meetings}. Decisions sent to everybody: {report.decisions_sent}."
    said = "; ".join(f"{month}: {mood:.1f} ({people} people)" for month, mood, people in report.months)
    yield f"   How the group is, from 1 to 5: {said or f'too few to say, which is fewer than {FEWEST}'}."
