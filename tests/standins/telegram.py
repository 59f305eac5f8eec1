"""A Telegram for tests: the Bot API on a loopback port, and people who write to the bot.

It refuses what Telegram refuses, in Telegram's words. It runs in a thread of its own, so that async tests,
plain tests and tests of a separate bot process use it alike:

    with TelegramStandIn() as telegram:
        channel = TelegramChannel(TelegramSettings("main", telegram.token, api_url=telegram.url))
        telegram.text(ADA, "hello")
        ...
        await telegram.until(lambda: telegram.sent_to(ADA))
        telegram.tap(ADA, telegram.sent_to(ADA)[-1], "Yes")
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, Self
from urllib.parse import parse_qsl

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.standins.serving import Serving
from tests.standins.telegram_api import ApiError, BotApi, Call, Json, Limits, SentMessage, State, chat, person

__all__ = ["Fault", "Limits", "SentMessage", "TelegramStandIn"]

Fault = Literal[
    "400",
    "401",
    "403",
    "429",  # retry_after 1
    "429-without-seconds",
    "500",
    "502-html",
    "not-json",
    "no-result",
    "timeout-before-accepting",
    "timeout-after-accepting",
    "cut-before-accepting",
    "cut-after-accepting",
]

FAULTY_ANSWERS = {
    "400": Response('{"ok":false,"error_code":400,"description":"Bad Request: no"}', 400),
    "401": Response('{"ok":false,"error_code":401,"description":"Unauthorized"}', 401),
    "403": Response('{"ok":false,"error_code":403,"description":"Forbidden: no"}', 403),
    "429": Response('{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":1}}', 429),
    "429-without-seconds": Response('{"ok":false,"description":"Too Many Requests"}', 429),
    "500": Response('{"ok":false,"error_code":500,"description":"Internal Server Error"}', 500),
    "502-html": Response("<html>Bad Gateway</html>", 502),
    "not-json": Response("<html>Log in to this network first</html>", 200),
    "no-result": Response("{}", 200),
}


class TelegramStandIn(BotApi):
    """Telegram, for one bot.

    Attributes:
        token: The bot's, until the next `reset`.
        port: Where it listens, on 127.0.0.1.
        webhook_retry_seconds: How long an update waits after a webhook answered anything but 2xx.
    """

    def __init__(
        self,
        *,
        token: str = "4242424242:AAF-stand-in_token-never_to_be_logged",
        username: str = "alongside_stand_in_bot",
        limits: Limits | None = None,
        webhook_retry_seconds: float = 0.02,
    ) -> None:
        super().__init__(username, limits)
        self.token = self._first_token = token
        self.port = 0
        self.webhook_retry_seconds = webhook_retry_seconds
        self._arriving = threading.Lock()
        self._lanes: defaultdict[int, deque[Json]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()

    # --- its life

    @property
    def url(self) -> str:
        """What the bot takes for Telegram's address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        assert self._up.wait(5), "the stand-in did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._soon(self._down.set)
        self._thread.join()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._down, self.news = asyncio.Event(), asyncio.Event()
        app = Starlette(routes=[Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"])])
        async with aiohttp.ClientSession() as self._session, Serving(app, self.port) as serving:
            self.port = int(serving.url.rpartition(":")[2])
            self._up.set()
            await self._down.wait()

    def reset(self) -> None:
        """Forget everything and everybody, and make a new token: late calls of one test must not count in the next."""
        self.token = f"{self._first_token}-{next(self.ids)}"
        self.state = State()
        self._soon(self._lanes.clear)
        self._soon(self.news.set)

    def _soon(self, act: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(act)

    async def until(self, happened: Callable[[], Any], seconds: float = 5) -> None:
        """Let the test's own loop run until it has happened."""
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "it did not happen"
            await asyncio.sleep(0.002)

    def wait_until(self, happened: Callable[[], Any], seconds: float = 5) -> None:
        """The same for a test that is not async."""
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.002)

    # --- what the bot did

    def sent_to(self, chat_id: int) -> list[SentMessage]:
        """Every message to them, in order."""
        return self.state.inboxes.get(chat_id, [])

    def calls(self, method: str) -> list[Call]:
        """Every call of a method with the right token, such as "sendMessage", and when it came."""
        return [call for call in self.state.calls if call.method == method.lower()]

    def fail_next(self, fault: Fault, *, method: str = "sendMessage", times: int = 1) -> None:
        """Let the next calls of a method go wrong."""
        self.state.faults.setdefault(method.lower(), deque()).extend([fault] * times)

    # --- what people do

    def knows(self, chat_id: int) -> None:
        """They have pressed Start at some time, so the bot may write to them."""
        self.state.people.add(chat_id)

    def text(self, chat_id: int, text: str, **more: Any) -> int:
        """They write; gives the message's id. `more` goes into the message as it is."""
        if text.startswith("/"):
            more.setdefault("entities", [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}])
        return self._message_from(chat_id, text=text, **more)

    def photo(self, chat_id: int, caption: str = "") -> int:
        """They send a picture, in two sizes."""
        sizes = [_file("small", width=90, height=60), _file("large", width=900, height=600)]
        return self._message_from(chat_id, photo=sizes, **_caption(caption))

    def voice(self, chat_id: int) -> int:
        """They send a voice message."""
        return self._message_from(chat_id, voice=_file("voice", duration=3, mime_type="audio/ogg"))

    def document(self, chat_id: int, caption: str = "") -> int:
        """They send a file."""
        return self._message_from(chat_id, document=_file("document"), **_caption(caption))

    def sticker(self, chat_id: int, emoji: str = "👍") -> int:
        """They send a sticker."""
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._message_from(chat_id, sticker=_file("sticker", emoji=emoji, **kind))

    def contact(self, chat_id: int, phone: str = "+447700900123") -> int:
        """They share somebody's phone number."""
        return self._message_from(chat_id, contact={"phone_number": phone, "first_name": "Sam"})

    def location(self, chat_id: int) -> int:
        """They share a place."""
        return self._message_from(chat_id, location={"latitude": 51.48, "longitude": -3.18})

    def edit(self, chat_id: int, message_id: int, text: str) -> None:
        """They change what they had written."""
        self._arrive("edited_message", _message(chat_id, message_id, text=text, edit_date=_now()))

    def react(self, chat_id: int, message: SentMessage, emoji: str = "👍") -> None:
        """They put an emoji on one of the bot's messages."""
        reaction = [{"type": "emoji", "emoji": emoji}]
        told = {"chat": chat(chat_id), "message_id": message.message_id, "user": person(chat_id)}
        self._arrive("message_reaction", told | {"date": _now(), "old_reaction": [], "new_reaction": reaction})

    def tap(self, chat_id: int, message: SentMessage, label: str) -> str:
        """They tap a button, which then turns until it is answered; gives the query's id."""
        query_id = str(next(self.ids))
        self.state.questions.add(query_id)
        told = {"id": query_id, "from": person(chat_id), "chat_instance": "1", "message": message.as_json()}
        self._arrive("callback_query", told | {"data": message.buttons[label]})
        return query_id

    def block(self, chat_id: int) -> None:
        """They stop the bot."""
        self.state.blocked.add(chat_id)
        self._arrive("my_chat_member", _membership(chat_id, "member", "kicked"))

    def unblock(self, chat_id: int) -> None:
        """They let the bot write again."""
        self.state.blocked.discard(chat_id)
        self._arrive("my_chat_member", _membership(chat_id, "kicked", "member"))

    def delete_account(self, chat_id: int) -> None:
        """They leave Telegram; nobody tells the bot."""
        self.state.gone.add(chat_id)

    def _message_from(self, chat_id: int, **content: Any) -> int:
        message_id = next(self.ids)
        self.knows(chat_id)
        self.state.written[chat_id, message_id] = time.monotonic()
        self._arrive("message", _message(chat_id, message_id, **content))
        return message_id

    def _arrive(self, kind: str, content: Json) -> None:
        if kind in self.state.allowed:
            self.update({kind: content})

    def update(self, content: Json) -> int:
        """Let any update arrive, well made or not, past `allowed_updates`; gives its id."""
        with self._arriving:
            update_id = self.state.next_update_id
            self.state.next_update_id += 1
            update = {"update_id": update_id} | content
            self.state.waiting[update_id] = update
        self._soon(self.news.set)
        if self.state.webhook:
            self._soon(lambda: self._post_in_order(update))
        return update_id

    def start_ids_again(self, update_id: int) -> None:
        """A week without updates is over, and Telegram counts on from another number."""
        self.state.next_update_id = update_id

    # --- answering the bot

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"].lower()
        parameters = _parameters(request, await request.body())
        state = self.state
        if request.path_params["token"] != self.token:
            return _answer({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        state.calls.append(Call(method, parameters, time.monotonic()))
        fault = faults.popleft() if (faults := state.faults.get(method)) else ""
        if fault in FAULTY_ANSWERS:
            return FAULTY_ANSWERS[fault]
        answer = _answer({}) if "before" in fault else await self._answered(method, parameters)
        if fault.startswith("timeout"):
            gone = request.is_disconnected
            while self.state is state and not await gone():
                await asyncio.sleep(0.01)
        if fault.startswith("cut"):
            request.state.connection.abort()
        return answer

    async def _answered(self, method: str, parameters: Json) -> Response:
        try:
            result = await self.answer(method, parameters)
        except ApiError as error:
            return _answer(error.answer, error.code)
        if method == "setwebhook":
            self._post_what_waits()
        return _answer({"ok": True, "result": result})

    def _post_what_waits(self) -> None:
        self._lanes.clear()
        for update in self.state.waiting.values():
            self._post_in_order(update)

    def _post_in_order(self, update: Json) -> None:
        """Updates of one chat are posted one after the other, those of different chats side by side."""
        lane = self._lanes[_chat_id(update)]
        lane.append(update)
        if len(lane) == 1:
            task = asyncio.create_task(self._post(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _post(self, lane: deque[Json]) -> None:
        state = self.state
        while lane and state is self.state and (hook := state.webhook):
            headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
            try:
                async with self._session.post(hook.url, json=lane[0], headers=headers) as response:
                    status = response.status
            except aiohttp.ClientError:
                status = 0
            state.deliveries.append((lane[0]["update_id"], status))
            if 200 <= status < 300:
                state.waiting.pop(lane.popleft()["update_id"], None)
            else:
                hook.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
                await asyncio.sleep(self.webhook_retry_seconds)


def _answer(content: Json, status: int = 200) -> Response:
    return Response(json.dumps(content), status, media_type="application/json")


def _parameters(request: Request, body: bytes) -> Json:
    if request.headers.get("content-type", "").startswith("application/json"):
        sent: Json = json.loads(body)
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in sent.items()}
    return dict(request.query_params) | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _message(chat_id: int, message_id: int, **content: Any) -> Json:
    about = {"message_id": message_id, "from": person(chat_id), "chat": chat(chat_id), "date": _now()}
    return about | content


def _membership(chat_id: int, old: str, new: str) -> Json:
    bot = {"id": 4242424242, "is_bot": True, "first_name": "Alongside"}
    was, now = ({"user": bot, "status": status, "until_date": 0} for status in (old, new))
    about = {"chat": chat(chat_id), "from": person(chat_id), "date": _now()}
    return about | {"old_chat_member": was, "new_chat_member": now}


def _chat_id(update: Json) -> int:
    content = next((value for value in update.values() if isinstance(value, dict)), {})
    where = content.get("chat") or content.get("message", {}).get("chat", {})
    return where.get("id", 0) if isinstance(where, dict) else 0


def _file(name: str, **more: Any) -> Json:
    return {"file_id": f"{name}-file-id", "file_unique_id": f"{name}-unique", "file_size": 1000} | more


def _caption(caption: str) -> Json:
    return {"caption": caption} if caption else {}


def _now() -> int:
    return int(time.time())
