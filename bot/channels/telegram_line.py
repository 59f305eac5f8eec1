"""The library's connection to Telegram: it must not leak the token, a text or a chat id, whatever happens on it."""

from __future__ import annotations

import asyncio
import logging
import ssl
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.channels import Reason, Retry, SendFailed

if TYPE_CHECKING:
    import httpx
    from telegram import Bot
    from telegram.request import HTTPXRequest

P = ParamSpec("P")
T = TypeVar("T")

_IN_PLACE_OF_THE_TOKEN = "-token-"  # noqa: S105
# httpcore 1.0.9 never frees the place of a request that was cancelled while it got its connection
# (github.com/encode/httpcore/issues/1093), so its own limit must never be the one that counts.
_PLACES_TO_LOSE = 10_000
_LOGGERS = ("telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest", "httpx")


@dataclass(frozen=True)
class Line:
    """The library's `Bot`, so many requests at a time, and what has to be closed with it."""

    bot: Bot
    places: asyncio.Semaphore
    requests: tuple[HTTPXRequest, HTTPXRequest]

    async def ask(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the bot's method gives, once there is a place for the request; raises `SendFailed`."""
        async with self.places:
            return await answer_to(method(*args, **kwargs))

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        for request in self.requests:
            await request.shutdown()


def open_line(token: str, *, api_url: str, at_once: int, answer_seconds: float) -> Line:
    """A `Bot` that does not know its token: it is put into each request after the library is done with it.

    So no error text, log line or traceback of the library or of its HTTP client can carry it.

    Args:
        token: The bot's token.
        api_url: Telegram's address, or a stand-in's, without "/bot".
        at_once: How many requests may be under way together, besides one poll.
        answer_seconds: How long to wait for a connection, and then for an answer.
    """
    from telegram import Bot

    _hush_the_library()
    polling, sending = (_request(token, answer_seconds) for _ in range(2))
    base_url = f"{api_url.rstrip('/')}/bot"
    bot = Bot(_IN_PLACE_OF_THE_TOKEN, base_url, request=sending, get_updates_request=polling)
    return Line(bot, asyncio.Semaphore(at_once), (polling, sending))


def _request(token: str, seconds: float) -> HTTPXRequest:
    from telegram.request import HTTPXRequest

    async def put_token_in(request: httpx.Request) -> None:
        # The URL stays as it is for logs and errors; "target" is what goes over the wire
        # (www.python-httpx.org/advanced/extensions/#target).
        placeholder = f"/bot{_IN_PLACE_OF_THE_TOKEN}/".encode()
        target = request.url.raw_path.replace(placeholder, f"/bot{token}/".encode(), 1)
        request.extensions["target"] = target

    return HTTPXRequest(
        connection_pool_size=_PLACES_TO_LOSE,
        connect_timeout=seconds,
        read_timeout=seconds,
        write_timeout=seconds,
        httpx_kwargs={"event_hooks": {"request": [put_token_in]}, "verify": _certificates()},
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; reading it takes 40 ms, so all lines share it."""
    import httpx

    return httpx.create_ssl_context()


def _hush_the_library() -> None:
    """Let the library log nothing, at no level: what is worth knowing is in `SendFailed`.

    `telegram.Bot` writes chat ids and texts at DEBUG and whole updates at CRITICAL, the request classes
    whole answers at ERROR, and httpx a line for each send: for anonymous replies too.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_nothing)
    # `Bot.getUpdates` gives up on all updates if it cannot read one of them.
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
    warnings.filterwarnings("ignore", message=".*attribute `retry_after` will be")


def _nothing(_record: logging.LogRecord) -> bool:
    return False


async def answer_to(call: Awaitable[T]) -> T:
    """The library's answer, or `SendFailed` without a trace of the library's error, which may quote texts."""
    try:
        return await call
    except Exception as error:  # not only the library's own: KeyError, for one, if the answer is not Telegram's
        failure = _failure(error)
    raise failure


def _failure(error: Exception) -> SendFailed:
    from telegram import error as errors

    said = str(error).lower()
    match error:
        case errors.RetryAfter(retry_after=wait):
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            return SendFailed(Reason.TOO_FAST, retry=Retry.LATER, after_seconds=seconds, code="429")
        case errors.InvalidToken():
            return SendFailed(Reason.WRONG_CREDENTIALS, retry=Retry.LATER, our_fault=True, code="401")
        case errors.Conflict():
            return SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER, our_fault=True, code="409")
        case errors.Forbidden():
            return _refusal(said, "403")
        case errors.BadRequest():
            return _refusal(said, "400")
    if "too many requests" in said:  # a 429 that does not say for how long
        return SendFailed(Reason.TOO_FAST, retry=Retry.LATER, code="429")
    return _broken(error.__cause__ or error)


def _refusal(said: str, code: str) -> SendFailed:
    """Telegram has one code for many things; only its words tell which ones close an address."""
    if "blocked by the user" in said or "user is deactivated" in said:
        return SendFailed(Reason.BLOCKED, retry=Retry.NEVER, closes_address=True, code=code)
    if "chat not found" in said or "can't initiate conversation" in said:
        return SendFailed(Reason.NO_SUCH_ADDRESS, retry=Retry.NEVER, closes_address=True, code=code)
    if "message is too long" in said:
        return SendFailed(Reason.TOO_LONG, retry=Retry.NEVER, code=code)
    return SendFailed(Reason.REFUSED, retry=Retry.NEVER, code=code)


def _broken(error: BaseException) -> SendFailed:
    """A 5xx, an answer that is none, or a line that broke: it may have been heard, unless it never left."""
    import httpx

    # RuntimeError: the connections are closed already.
    never_left = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, RuntimeError)
    code = type(error).__name__
    if isinstance(error, never_left):
        return SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER, code=code)
    return SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN, code=code)
