"""Looking after tasks as time passes: what nobody answered, and what is with somebody whom we can no longer reach.

Nobody is chased. Both come back to the coordinators, who see them in the inbox and in the list of tasks.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.clock import Clock
from bot.tasks import moves
from storage.store import Store
from storage.tasks import held_by_nobody_reachable, offers_to_close


class LookingAfterTasks:
    """A job without arguments.

    Args:
        store: Where it is committed.
        clock: What time it is.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find_due(self) -> int:
        """Bring back what has to come back now; how many tasks that concerned."""
        return await self._store.run(self._look, None)

    def _look(self, connection: Connection, items: Sequence[None]) -> list[int]:
        now = self._clock()
        offers, lost = offers_to_close(connection, now), held_by_nobody_reachable(connection)
        for offer in offers:
            moves.close_offer(connection, offer, now)
        for task in lost:
            moves.give_back(connection, task.id, task.holder_id, "said STOP, or cannot be reached", now)
            moves.put_in_inbox(connection, task.holder_id, "task unreachable", moves.about(task), now)
        return [len(offers) + len(lost)] * len(items)
