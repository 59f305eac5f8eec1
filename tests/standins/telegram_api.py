"""The methods of the Bot API that we use, as Telegram answers them: state and rules, no network.

Everything here runs in the stand-in's own thread, except `arrive` and `reset`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

Json = dict[str, Any]

USUAL_UPDATES = {"message", "edited_message", "callback_query", "my_chat_member", "poll_answer"}
"""What comes unasked; reactions do not (core.telegram.org/bots/api#getupdates)."""

WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
DELETABLE_SECONDS = 48 * 3600.0
OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@dataclass(frozen=True)
class Limits:
    """Messages a second before Telegram answers 429; a short burst to one chat is borne."""

    overall: float = 30
    per_chat: float = 1
    burst_per_chat: float = 3


@dataclass(frozen=True)
class Call:
    """One call of the bot: the method, its parameters, and when it came (`time.monotonic`)."""

    method: str
    parameters: Json
    at: float


@dataclass
class SentMessage:
    """What a person sees on their phone."""

    chat_id: int
    message_id: int
    text: str
    keyboard: Json | None
    at: float
    deleted: bool = False

    @property
    def buttons(self) -> dict[str, str]:
        """Each button's data by its label."""
        rows = (self.keyboard or {}).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data", "") for row in rows for button in row}

    def as_json(self) -> Json:
        """The message as Telegram tells it."""
        told = {"message_id": self.message_id, "date": int(time.time()), "chat": chat(self.chat_id)}
        return told | {"text": self.text} | ({"reply_markup": self.keyboard} if self.keyboard else {})


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.answer: Json = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.answer["parameters"] = parameters


@dataclass
class Bucket:
    """Lets `burst` through at once, then one every `seconds`."""

    seconds: float
    burst: float
    full_until: float = 0.0

    def wait(self, now: float) -> float:
        """0 if one more may pass, which is then counted, or how long until it may."""
        base = max(self.full_until, now)
        over = base - now - self.seconds * (self.burst - 1)
        if over > 1e-9:
            return over
        self.full_until = base + self.seconds
        return 0.0


@dataclass
class Webhook:
    """Where updates are posted to instead of waiting for a poll."""

    url: str
    secret: str | None
    last_error: str | None = None


@dataclass
class State:
    """All that a reset forgets."""

    waiting: dict[int, Json] = field(default_factory=dict)
    next_update_id: int = 700_000_001
    allowed: set[str] = field(default_factory=lambda: set(USUAL_UPDATES))
    polls: int = 0
    webhook: Webhook | None = None
    people: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    messages: dict[tuple[int, int], SentMessage] = field(default_factory=dict)
    inboxes: dict[int, list[SentMessage]] = field(default_factory=dict)
    written: dict[tuple[int, int], float] = field(default_factory=dict)  # by people, and when; deleted ones go
    questions: set[str] = field(default_factory=set)
    answered: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    faults: dict[str, deque[str]] = field(default_factory=dict)
    deliveries: list[tuple[int, int]] = field(default_factory=list)
    overall: Bucket | None = None
    per_chat: dict[int, Bucket] = field(default_factory=dict)


class BotApi:
    """One bot's Telegram, without its people.

    Attributes:
        limits: None: the bot may send as fast as it likes.
        holds_polls_open: False: an empty poll is answered at once, as some proxies do.
        state: What happened so far.
    """

    def __init__(self, username: str, limits: Limits | None) -> None:
        self.username = username
        self.limits = limits
        self.state = State()
        self.ids = itertools.count(1)
        self.news = asyncio.Event()
        self.holds_polls_open = True
        self.methods: dict[str, Callable[[Json], Any]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message_text,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_callback_query,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
        }

    async def answer(self, method: str, parameters: Json) -> Any:
        """The result of one call; raises `ApiError`."""
        if method not in self.methods:  # method names are case-insensitive
            raise ApiError(404, "Not Found")
        result = self.methods[method](parameters)
        return await result if asyncio.iscoroutine(result) else result

    def _get_me(self, _: Json) -> Json:
        can = dict.fromkeys(("can_join_groups", "can_read_all_group_messages", "supports_inline_queries"), False)
        return {"id": 4242424242, "is_bot": True, "first_name": "Alongside", "username": self.username} | can

    async def _get_updates(self, parameters: Json) -> list[Json]:
        state = self.state
        state.polls += 1
        this_poll = state.polls
        self.news.set()  # an older poll ends
        self._allow(parameters)
        self._confirm(int(parameters.get("offset") or 0))
        seconds = float(parameters.get("timeout") or 0) if self.holds_polls_open else 0.0
        until = time.monotonic() + seconds
        while True:
            if state.webhook:
                raise ApiError(409, WEBHOOK_IS_SET)
            if self.state is not state or state.polls != this_poll:
                raise ApiError(409, OTHER_POLLER)
            left = until - time.monotonic()
            if state.waiting or left <= 0:
                return list(islice(state.waiting.values(), int(parameters.get("limit") or 100)))
            await self._something_new(left)

    async def _something_new(self, seconds: float) -> None:
        self.news.clear()
        if not self.state.waiting:
            try:
                await asyncio.wait_for(self.news.wait(), seconds)
            except TimeoutError:
                return

    def _confirm(self, offset: int) -> None:
        if offset > self.state.next_update_id:
            return  # from before the ids started again, as seen after a quiet week
        for update_id in list(self.state.waiting):
            if update_id < offset:
                del self.state.waiting[update_id]

    def _allow(self, parameters: Json) -> None:
        if "allowed_updates" in parameters:
            self.state.allowed = set(json.loads(parameters["allowed_updates"])) or set(USUAL_UPDATES)

    def _send_message(self, parameters: Json) -> Json:
        chat_id, text = self._chat_id(parameters), _checked_text(parameters)
        keyboard = _checked_keyboard(parameters)
        self._keep_pace(chat_id)
        sent = SentMessage(chat_id, next(self.ids), text, keyboard, time.monotonic())
        self.state.messages[chat_id, sent.message_id] = sent
        self.state.inboxes.setdefault(chat_id, []).append(sent)
        return sent.as_json()

    def _chat_id(self, parameters: Json) -> int:
        try:
            chat_id = int(parameters.get("chat_id", ""))
        except ValueError:
            raise ApiError(400, "Bad Request: chat not found") from None
        if chat_id in self.state.gone:
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat_id in self.state.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat_id not in self.state.people:
            raise ApiError(400, "Bad Request: chat not found")
        return chat_id

    def _keep_pace(self, chat_id: int) -> None:
        if self.limits is None:
            return
        state, limits, now = self.state, self.limits, time.monotonic()
        state.overall = state.overall or Bucket(1 / limits.overall, limits.overall)
        own = state.per_chat.setdefault(chat_id, Bucket(1 / limits.per_chat, limits.burst_per_chat))
        if wait := own.wait(now) or state.overall.wait(now):
            seconds = max(1, round(wait + 0.5))
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _edit_message_text(self, parameters: Json) -> Json:
        text, keyboard = _checked_text(parameters), _checked_keyboard(parameters)
        message = self._message(parameters)
        if (message.text, message.keyboard) == (text, keyboard):
            raise ApiError(400, NOT_MODIFIED)
        message.text, message.keyboard = text, keyboard
        return message.as_json()

    def _delete_message(self, parameters: Json) -> bool:
        """Of a private chat, in and out, for 48 hours (core.telegram.org/bots/api#deletemessage)."""
        key = (self._chat_id(parameters), int(parameters.get("message_id", 0)))
        written, sent = self.state.written.get(key), self.state.messages.get(key)
        at = written if written is not None else None if sent is None or sent.deleted else sent.at
        if at is None:
            raise ApiError(400, "Bad Request: message to delete not found")
        if time.monotonic() - at > DELETABLE_SECONDS:
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")
        self.state.written.pop(key, None)
        if sent is not None:
            sent.deleted = True
        return True

    def _message(self, parameters: Json) -> SentMessage:
        key = (self._chat_id(parameters), int(parameters.get("message_id", 0)))
        message = self.state.messages.get(key)
        if message is None or message.deleted:
            raise ApiError(400, "Bad Request: message to edit not found")
        return message

    def _answer_callback_query(self, parameters: Json) -> bool:
        question = parameters.get("callback_query_id", "")
        if question not in self.state.questions:
            raise ApiError(400, OLD_QUERY)
        self.state.answered[question] += 1
        return True

    def _set_webhook(self, parameters: Json) -> bool:
        url, secret = parameters.get("url", ""), parameters.get("secret_token")
        if not re.match(r"https://|http://127\.0\.0\.1[:/]", url):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self._allow(parameters)
        self._drop(parameters)
        self.state.webhook = Webhook(url, secret)
        self.news.set()
        return True

    def _delete_webhook(self, parameters: Json) -> bool:
        self._drop(parameters)
        self.state.webhook = None
        return True

    def _drop(self, parameters: Json) -> None:
        if parameters.get("drop_pending_updates") == "true":
            self.state.waiting.clear()

    def _get_webhook_info(self, _: Json) -> Json:
        hook, waiting = self.state.webhook, len(self.state.waiting)
        info = {"url": hook.url if hook else "", "has_custom_certificate": False, "pending_update_count": waiting}
        if hook and hook.last_error:
            info |= {"last_error_date": int(time.time()), "last_error_message": hook.last_error}
        return info


def chat(chat_id: int) -> Json:
    """A private chat as Telegram tells it."""
    return {"id": chat_id, "type": "private", "first_name": "Robin", "username": "robin_private_name"}


def person(chat_id: int) -> Json:
    """The person in that chat."""
    return {"id": chat_id, "is_bot": False, "first_name": "Robin", "language_code": "en"}


def _checked_text(parameters: Json) -> str:
    text: str = parameters.get("text", "").strip()
    if not text:
        raise ApiError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * 4096:
        raise ApiError(400, "Bad Request: message is too long")
    if parameters.get("parse_mode"):
        raise ApiError(400, "Bad Request: can't parse entities: the stand-in reads none")
    return text


def _checked_keyboard(parameters: Json) -> Json | None:
    markup: Json | None = json.loads(parameters.get("reply_markup", "null"))
    for button in (each for row in (markup or {}).get("inline_keyboard", []) for each in row):
        if not button.get("text"):
            raise ApiError(400, "Bad Request: can't parse inline keyboard button: Text buttons are empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup
