"""Deliberately leaky builds: small changes of the real thing, each a mistake that somebody might well make."""

from __future__ import annotations

import hashlib
import hmac
import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from sqlalchemy import insert, update
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import bot.audit.stage
import bot.feedback.box
import bot.feedback.confidant
import bot.feedback.courier
import bot.outbox
import bot.reminders
import bot.service
import bot.simulation
import bot.ways_in
import storage.database
from bot.audit.loot import Heap, Known, Loot, heaps_of
from bot.audit.script import OPENED
from bot.audit.stage import SECRETS, Stage
from bot.channels import Incoming, Sent
from bot.console.visit import Visit
from bot.feedback.box import Box, Put
from bot.feedback.confidant import Confidant
from bot.outbox import Sender
from flows.conversation import Say
from storage.desk import ADDRESS
from storage.feedback import sealing, store
from storage.feedback.codes import CodeKeys, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox, public_key
from storage.feedback.sealing import Sealed, Words
from storage.feedback.tables import FEEDBACK
from storage.outbox import Settled

log = logging.getLogger("bot.leaky")


# -- a conversation that leaves traces -----------------------------------------------------------------


class TalkativeConfidant(Confidant):
    """Notes when somebody was last heard from, keeps open prompts on disk, and logs what it could not keep."""

    async def _seal(self, text: str, message: Incoming, writer: Any) -> None:
        with self._speech._database.writing() as connection:
            connection.execute(
                update(ADDRESS).where(ADDRESS.c.value == message.address).values(last_heard_at=self._clock())
            )
        await super()._seal(text, message, writer)

    async def _kept(self, message: Incoming, lines: Any, put: Any, *what: Any) -> Put | None:
        kept = await super()._kept(message, lines, put, *what)
        if kept is None:
            log.warning("not kept: %s from %s", what[-1].text, message.address)
        else:
            log.info("kept, code %s", kept.code)
        return kept

    def _now_composing(self, writer: Any, composing: Any) -> None:
        super()._now_composing(writer, composing)
        state = self._handover._ran.parent / "composing"
        state.write_text("words" if composing is not None and composing.stage == "words" else "")


_sent_in_silence = bot.feedback.courier._sent


async def sent_and_noted(channel: Any, answer: Any) -> Any:
    """Logs why an answer did not reach whoever gave feedback."""
    sent = await _sent_in_silence(channel, answer)
    if sent is None:
        log.info("an answer from memory was not sent", extra={"reason": "opted_out"})
    return sent


def fast_keys(code: str, pepper: bytes) -> CodeKeys:
    """What a code stands for, at no cost to whoever tries them all."""
    digits = code.replace(" ", "")
    return CodeKeys(hmac.digest(pepper, digits.encode(), "sha256")[:16], hashlib.sha256(digits.encode()).digest())


def look_up_and_note(db: Any, keys: CodeKeys) -> store.Answer | None:
    """Notes that somebody has looked."""
    with db.writing() as connection:
        connection.execute(update(FEEDBACK).where(FEEDBACK.c.lookup == keys.lookup).values(status="in hand"))
    return store.look_up(db, keys)


def webhook_with_thanks(path: str, take: Any, answer: str, media_type: str) -> Route:
    """Thanks in the answer itself whoever gives feedback, which costs nothing to send."""

    async def receive(request: Request) -> Response:
        await take(await request.body(), request)
        thanks = (
            "<Response><Message>Thank you.</Message></Response>" if b"FEEDBACK+" in await request.body() else answer
        )
        return Response(thanks, media_type=media_type)

    return Route(path, receive, methods=["POST"])


_all_feedback = bot.audit.stage.all_feedback


def feedback_and_what_waits(db: Any, keys: Any, *, closed: bool) -> list[str]:
    """Tells a coordinator how many are still sealed."""
    return [*_all_feedback(db, keys, closed=closed), f"{CountingBox.waiting} wait for Friday."]


class CountingBox(Box):
    """Counts what waits, answers a waiting code otherwise, and keeps Telegram's numbers as they are, or hashed."""

    waiting = 0

    def put(self, words: Words) -> Put:
        put = super().put(words)
        CountingBox.waiting = len(self.spool.waiting())
        return put

    def answer_to(self, code: str) -> store.Answer | None:
        waits = any(one.sealed.lookup == fast_keys(code, self._pepper).lookup for one in self.spool.waiting())
        return super().answer_to(code) or (store.Answer("new", ()) if waits else None)

    def untold(self, message_id: str, *, polled: bool) -> str:
        return hashlib.sha256(message_id.encode()).hexdigest()


def keep_every_number(self: Sender, message: Any, sent: Sent) -> Settled:
    """What the provider calls a message is kept, whoever the provider is."""
    return Settled(message, "sent", self._clock(), provider_id=sent.provider_id, parts=sent.parts)


_remind = bot.reminders.remind


def tell_one(desk: Any, person: Any, voice: Any, news: Any = ()) -> None:
    """Tells only the one whom it concerns that an answer has come."""
    _remind(desk, person, voice, [Say("feedback.answers-waiting")] if person.called == "P03" else ())


def page_and_what_was_read(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """Writes a line into the audit log for each feedback that the console shows."""
    for _ in values.get("entries", ()):
        visit.saw("read a feedback", "feedback")
    return _page(visit, template, status, **values)


_page = Visit.page

CONVERSATION: tuple[tuple[object, str, object], ...] = (
    (bot.feedback.confidant, "Confidant", TalkativeConfidant),
    (bot.feedback.courier, "_sent", sent_and_noted),
    (bot.simulation, "Box", CountingBox),
    (bot.feedback.box, "keys_of", fast_keys),
    (bot.feedback.box, "look_up", look_up_and_note),
    (bot.audit.stage, "all_feedback", feedback_and_what_waits),
    (bot.feedback.confidant, "MOST_CODES_IN_AN_HOUR", 1000),
    (bot.outbox.Sender, "_sent", keep_every_number),
    (bot.reminders, "remind", tell_one),
    (bot.ways_in, "webhook", webhook_with_thanks),
    (Visit, "page", page_and_what_was_read),
)


# -- a store as most programs would have it ------------------------------------------------------------


class PlainBox(Box):
    """Lets feedback in as it comes, under an id that carries the time, found again by a keyed hash of the number.

    And hides Telegram's numbers with what a thief has too.
    """

    whose = ""
    arrived: list[bytes]

    def untold(self, message_id: str, *, polled: bool) -> str:
        return super().untold(message_id, polled=False)

    def put(self, words: Words) -> Put:
        key = store_key(self)
        lookup = hmac.digest(self._pepper, PlainBox.whose.encode(), "sha256")[:16]
        sealed = seal_as(uuid7(), words, self.inbox, key, CodeKeys(lookup, bytes(range(32))))
        row = {"release_week": "2026-W10", "status": "new", "closed_week": "2026-03-02 11:41:07"}
        with self.database.writing() as connection:
            if not self.database.is_sqlite:
                connection.execute(update(ADDRESS).values(last_heard_at=ADDRESS.c.last_heard_at))
            connection.execute(insert(FEEDBACK), store._row(sealed) | row)
        PlainBox.arrived.append(sealed.id)
        return Put(new_code(), words, "release", self.spool._folder)


def seal_as(its_id: bytes, words: Words, inbox: str, key: Any, keys: CodeKeys) -> Sealed:
    """As `seal`, under an id of our own."""
    reply_key = bytes(PrivateKey(keys.reply_key).public_key)
    bound = sealing._bound(its_id, inbox, keys.lookup, reply_key)
    return Sealed(its_id, inbox, sealing._boxed(sealing._packed(words, bound), key), keys.lookup, reply_key)


def store_key(box: PlainBox) -> Any:
    return bot.feedback.box.public_key(box.database, box.inbox)


class KnowingConfidant(Confidant):
    """Tells the box whose words they are."""

    async def _seal(self, text: str, message: Incoming, writer: Any) -> None:
        PlainBox.whose = message.address
        await super()._seal(text, message, writer)


def uuid7() -> bytes:
    ms = time.time_ns() // 1_000_000
    return uuid.UUID(int=(ms << 80) | (7 << 76) | (2 << 62) | random.getrandbits(60)).bytes


def unpadded(words: Words, bound: bytes) -> bytes:
    return bound + words.text.encode()


KEEPING: tuple[tuple[object, str, object], ...] = (
    (bot.simulation, "Box", PlainBox),
    (bot.feedback.confidant, "Confidant", KnowingConfidant),
    (sealing, "_packed", unpadded),
    (storage.database.Database, "empty_log", lambda self: None),
)


async def kept_carelessly(stage: Stage) -> Loot:
    """Nineteen feedbacks that six people give in a week, kept by the careless build."""
    PlainBox.arrived = []
    await stage.open()
    here = "" if stage.database.is_sqlite else "feedback."
    counter = "INTEGER PRIMARY KEY AUTOINCREMENT" if not here else "SERIAL"
    with stage.feedback.writing() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {here}feedback ADD COLUMN created_at TIMESTAMP")
        connection.exec_driver_sql(f"CREATE TABLE {here}seen (id {counter})")
    await stage.join(6)
    for number in range(18):
        await stage.says(number % 6, "about the kettle" + " in the yellow room" * number, apart=True)
    await stage.says(1, "FEEDBACK about the kettle")  # between ordinary messages
    await stage.says(1, "MENU")
    await stage.later(OPENED)
    loot = replace(stage.robbed(), known=Known(arrived=tuple(PlainBox.arrived)))
    assert loot.secrets == SECRETS
    await stage.close()
    return loot


# -- other ways to keep it carelessly ------------------------------------------------------------------


def kept_with(
    folder: Path, its_id: Callable[[int], bytes] | None = None, lookup: Callable[[int], bytes] | None = None
) -> list[Heap]:
    """Eight feedbacks in a database of their own, sealed by the real thing with these ids or lookups; as heaps."""
    database = FeedbackDatabase(f"sqlite:///{folder}/feedback.sqlite3")
    database.migrate()
    create_inbox(database, "organisation", {"Bo": "five kind words in row"})
    key = public_key(database, "organisation")
    sealed = []
    for number in range(8):
        keys = CodeKeys(lookup(number) if lookup else random.randbytes(16), bytes(range(32)))
        new_id = its_id(number) if its_id else random.randbytes(16)
        sealed.append(seal_as(new_id, Words(f"{number}", "sms", "en"), "organisation", key, keys))
    store.release(database, sealed, "2026-W10")
    heaps = heaps_of(database, "feedback")
    database.close()
    return heaps
