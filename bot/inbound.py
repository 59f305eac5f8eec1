"""One message in, one commit: what a channel received is taken in, committed - and only then answered "ok".

A provider hears "ok" only after `take` has returned. If it raises, nothing was kept and the provider must be
left to deliver again; the same message twice is one turn.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.channels import Incoming
from bot.clock import Clock
from bot.feedback.takes_first import TakesFirst
from bot.listening import listen, own_up
from bot.logs import where
from bot.recent import Recent
from bot.sitting import Voice
from storage.desk import Desk
from storage.offsets import move_offset
from storage.store import Store, StoreClosed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """What arrived together: one webhook's message, or one poll's with the offset that follows it."""

    messages: tuple[Incoming, ...]
    sender: str
    next_offset: int | None = None


class Inbound:
    """The way in for every channel.

    Args:
        store: Where it is committed.
        voice: The words and the house.
        clock: What time it is.
        wake: Called with the names of the senders that have something to send.
        first: Sees every message before anything is written of it, and takes what must leave no trace.
    """

    def __init__(
        self,
        store: Store,
        voice: Voice,
        clock: Clock,
        wake: Callable[[set[str]], None],
        first: TakesFirst,
    ) -> None:
        self._store = store
        self._voice = voice
        self._clock = clock
        self._wake = wake
        self._first = first
        self._recent = Recent()

    async def take(self, messages: Sequence[Incoming], sender: str, next_offset: int | None = None) -> None:
        """Take messages in, in order; returns after the commit.

        Raises:
            StoreClosed: The service is stopping; the provider will deliver again.
            sqlalchemy.exc.OperationalError: The database is out of reach; likewise.
        """
        kept = []
        for message in messages:  # one after the other: what the first is taken for may decide about the second
            if (goes_on := await self._first.take(message)) is not None:
                kept.append(self._recent.mark(goes_on, self._clock()))
        if kept or next_offset is not None:
            await self._take_in(Post(tuple(kept), sender, next_offset))

    async def _take_in(self, post: Post) -> None:
        try:
            self._wake(await self._store.run(self._work, post, by=_order(post)))
        except (OperationalError, StoreClosed):
            raise
        except Exception as problem:
            await self._one_by_one(post, problem)

    def _work(self, connection: Connection, posts: Sequence[Post]) -> list[set[str]]:
        desk = Desk(connection, self._clock())
        messages = [message for post in posts for message in post.messages]
        desk.fetch([each.address for each in messages], [each.message_id for each in messages])
        for message in messages:
            listen(desk, message, self._voice)
        return _finish(desk, connection, posts)

    async def _one_by_one(self, post: Post, problem: Exception) -> None:
        """We broke over one of these: the others are taken in as ever, and that one is kept and owned up to."""
        if len(post.messages) <= 1:
            log.error("broke", extra={"sender": post.sender, "problem": where(problem)})
            self._wake(await self._store.run(self._keep_and_own_up, post, by=_order(post)))
            return
        for message in post.messages:
            await self._take_in(Post((message,), post.sender))
        await self._take_in(Post((), post.sender, post.next_offset))

    def _keep_and_own_up(self, connection: Connection, posts: Sequence[Post]) -> list[set[str]]:
        """Keep the message for a person; places and answers stay as they were."""
        desk = Desk(connection, self._clock())
        for post in posts:
            for message in post.messages:
                desk.fetch([message.address], [message.message_id])
                own_up(desk, message, self._voice)
        return _finish(desk, connection, posts)


def _finish(desk: Desk, connection: Connection, posts: Sequence[Post]) -> list[set[str]]:
    desk.put_away()
    for post in posts:
        if post.next_offset is not None:
            move_offset(connection, post.sender, post.next_offset)
    return [desk.senders] * len(posts)


def _order(post: Post) -> str:
    return post.messages[0].address if len(post.messages) == 1 else post.sender
