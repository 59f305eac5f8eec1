"""The same five questions by other means: python-telegram-bot's own conversations, and aiogram's, in one run."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels import Incoming
from bot.channels.telegram import TelegramChannel, TelegramSettings
from bot.house import House
from bot.recent import Recent
from bot.sitting import Voice
from flows.feedback import asks_for_us
from storage.database import Database, begin
from storage.desk import Desk
from tests.bench.a_check_in import ANSWERS, PEOPLE, TO_A_COMMIT, WORDS
from tests.bench.bench_inbound import bench_words, listen, prepare
from tests.bench.printing import heading, line

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUESTIONS = (*re.findall(r'text = "(.*)"', WORDS)[1:], "Thank you. It is good to hear from you.")
TOKEN = "1:" + "A" * 35


def updates(people: int) -> Iterator[str]:
    """What Telegram sends, as JSON: everybody's first answer before anybody's second."""
    number = 0
    for text in ANSWERS:
        for person in range(people):
            number += 1
            chat = 447_700_900_000 + person
            user = {"id": chat, "is_bot": False, "first_name": "P"}
            message = {
                "message_id": number,
                "date": 1_772_452_800,
                "chat": {"id": chat, "type": "private"},
                "from": user,
            }
            yield json.dumps({"update_id": number, "message": {**message, "text": text}})


def ours(folder: Path) -> float:
    """Turns a second from JSON, through python-telegram-bot's decoding, to a durable commit."""
    voice = Voice(bench_words(folder / "words"), House())
    database = Database(f"sqlite:///{folder / 'ours.sqlite3'}")
    database.migrate()
    prepare(database, voice, address=lambda n: str(447_700_900_000 + n))
    channel = TelegramChannel(TelegramSettings(sender="telegram", token=TOKEN))
    recent, arrived = Recent(), list(updates(PEOPLE))
    with database.engine.connect() as connection:
        started = time.perf_counter()
        for start in range(0, len(arrived), TO_A_COMMIT):
            decoded = [channel.decode(json.loads(text)) for text in arrived[start : start + TO_A_COMMIT]]
            take(
                connection, [recent.mark(m, NOW) for m in decoded if m and not asks_for_us(m.text, voice.words)], voice
            )
        seconds = time.perf_counter() - started
    database.close()
    return len(arrived) / seconds


def take(connection: Any, messages: list[Incoming], voice: Voice) -> None:
    begin(connection)
    desk = Desk(connection, NOW)
    desk.fetch([m.address for m in messages], [m.message_id for m in messages])
    for message in messages:
        listen(desk, message, voice)
    desk.put_away()
    connection.commit()


async def conversation_handler(folder: Path, people: int = 40) -> float:
    """python-telegram-bot's ConversationHandler with a PicklePersistence that is flushed at each update.

    It holds everybody's state and writes all of it each time, so the other people's states are there too.
    """
    from telegram import Update
    from telegram.ext import Application, ConversationHandler, MessageHandler, PicklePersistence, filters

    async def answered(update: Any, context: Any) -> int:
        stage = len(context.user_data.setdefault("answers", []))
        context.user_data["answers"].append(update.message.text)
        return stage + 1 if stage + 1 < len(ANSWERS) else -1

    stages = {n: [MessageHandler(filters.TEXT, answered)] for n in range(len(ANSWERS))}
    talk = ConversationHandler(
        entry_points=[MessageHandler(filters.TEXT, answered)], states=stages, fallbacks=[], persistent=True, name="c"
    )
    persistence = PicklePersistence(folder / "state.pickle", single_file=True)
    application = Application.builder().token(TOKEN).persistence(persistence).build()
    application.add_handler(talk)
    application.bot._bot_user = object()  # not asked of Telegram: nothing here leaves the machine
    application.bot._initialized = application._initialized = True
    await application._initialize_persistence()
    for person in range(PEOPLE):
        chat = 447_700_800_000 + person
        await persistence.update_user_data(chat, {"answers": ["3"]})
        await persistence.update_conversation("c", (chat, chat), 1)
    arrived = list(updates(people))
    started = time.perf_counter()
    for text in arrived:
        await application.process_update(Update.de_json(json.loads(text), application.bot))
        await application.update_persistence()
        await persistence.flush()
    return len(arrived) / (time.perf_counter() - started)


async def aiogram(storage: Any, people: int) -> float:
    """aiogram's finite state machine, as its documentation writes a form: a state and a handler for each question."""
    from aiogram import Bot, Dispatcher
    from aiogram.fsm.state import State, StatesGroup
    from aiogram.types import Update

    class Form(StatesGroup):
        mood, note, call, sleep, more = State(), State(), State(), State(), State()

    dispatcher, stages = Dispatcher(storage=storage), (Form.mood, Form.note, Form.call, Form.sleep, Form.more)

    def handles(number: int) -> Any:
        async def answered(message: Any, state: Any) -> Any:
            await state.update_data({str(number): message.text})
            await state.set_state(stages[number + 1] if number + 1 < len(stages) else None)
            return message.answer(QUESTIONS[number])

        return answered

    for number, stage in enumerate(stages):
        dispatcher.message(stage)(handles(number))
    bot = Bot(TOKEN)
    for person in range(people):
        chat = 447_700_900_000 + person
        await dispatcher.fsm.get_context(bot, chat, chat).set_state(Form.mood)
    arrived = list(updates(people))
    started = time.perf_counter()
    for text in arrived:
        await dispatcher.feed_update(bot, Update.model_validate_json(text))
    seconds = time.perf_counter() - started
    await bot.session.close()
    return len(arrived) / seconds


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[str | None]:
    """A Redis that syncs each write, or None where there is no redis-server."""
    if not shutil.which("redis-server"):
        yield None
        return
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    server = subprocess.Popen(
        ["redis-server", *options, "--appendonly", "yes", "--appendfsync", "always"], stdout=subprocess.DEVNULL
    )
    while not socket.exists():
        await asyncio.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait()


async def measured(folder: Path) -> None:
    heading(f"The same five questions, decoded from JSON, one process: {PEOPLE} people")
    mine = ours(folder)
    line("ours: everything heard, durable", f"{mine:,.0f}/s")
    handler = await conversation_handler(folder)
    line(
        "ConversationHandler, PicklePersistence flushed each update", f"{handler:,.0f}/s", mine / handler, "goal >= 100"
    )
    from aiogram.fsm.storage.memory import MemoryStorage
    from aiogram.fsm.storage.redis import RedisStorage

    memory = await aiogram(MemoryStorage(), PEOPLE)
    line("aiogram's FSM in memory, keeps nothing", f"{memory:,.0f}/s", mine / memory, "goal >= 1.5")
    async with redis(Path(tempfile.mkdtemp(dir=folder))) as url:
        if url is None:
            line("aiogram's FSM on Redis, appendonly always", "no redis-server")
            return
        storage = RedisStorage.from_url(url)
        on_redis = await aiogram(storage, PEOPLE // 25)
        await storage.close()
        line("aiogram's FSM on Redis, appendonly always", f"{on_redis:,.0f}/s", mine / on_redis, "goal >= 3")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        asyncio.run(measured(Path(folder).resolve()))


if __name__ == "__main__":
    main()
