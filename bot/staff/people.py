"""The people of `[[safeguarding.person]]`, as people that can be nudged."""

from __future__ import annotations

from bot.safeguarding import Coordinator
from storage.desk import Desk
from storage.people import people_at


def person_of(desk: Desk, coordinator: Coordinator) -> int:
    """The id of the person at a coordinator's address; known from now on if they were not."""
    there = [row for row in people_at(desk.connection, [coordinator.address]) if row.channel == coordinator.channel]
    there.sort(key=lambda row: row.role != "coordinator")
    if there:
        return int(there[0].id)
    person = desk.add_person(role="coordinator", called=coordinator.name)
    desk.add_address(coordinator.channel, coordinator.channel, coordinator.address, person)
    return person.id
