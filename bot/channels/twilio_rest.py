"""Twilio's REST interface: one careful request, and what each of its refusals means.

Nothing here logs, and no error carries a number, a text or a token: Twilio's own error texts do, so only its
codes are kept.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]

from bot.channels import Reason, Retry, SendFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    import aiohttp


@dataclass(frozen=True)
class Failure:
    """One way to fail, as `SendFailed` tells it."""

    reason: Reason
    retry: Retry = Retry.NEVER
    our_fault: bool = False
    closes_address: bool = False

    def raised(self, code: int | None = None, after_seconds: float | None = None) -> SendFailed:
        """The exception to raise."""
        return SendFailed(
            self.reason,
            retry=self.retry,
            our_fault=self.our_fault,
            closes_address=self.closes_address,
            after_seconds=after_seconds,
            code=None if code is None else str(code),
        )


UNKNOWN_CODE = Failure(Reason.REFUSED)
_NO_SUCH = Failure(Reason.NO_SUCH_ADDRESS, closes_address=True)
_LANDLINE = Failure(Reason.CANNOT_RECEIVE, closes_address=True)
_FILTERED = Failure(Reason.FILTERED)  # the same text again makes the networks stricter still
_SLOW_DOWN = Failure(Reason.TOO_FAST, Retry.LATER)
_UNREACHABLE = Failure(Reason.UNREACHABLE, Retry.LATER)
DOWN = Failure(Reason.PROVIDER_DOWN, Retry.LATER)
CUT_OFF = Failure(Reason.CUT_OFF, Retry.UNKNOWN)
# What the operator can mend may go out afterwards: LATER.
_CREDENTIALS = Failure(Reason.WRONG_CREDENTIALS, Retry.LATER, our_fault=True)
_ACCOUNT = Failure(Reason.NO_MONEY, Retry.LATER, our_fault=True)
_OUR_SENDER = Failure(Reason.REFUSED, Retry.LATER, our_fault=True)

# https://www.twilio.com/docs/api/errors; since July 2024 narrower codes (21265, 21635…) stand beside the old.
FAILURES: dict[int, Failure] = {
    20003: _CREDENTIALS,
    20005: _ACCOUNT,  # the account is not active
    20404: _CREDENTIALS,  # no such account
    20429: _SLOW_DOWN,
    21211: _NO_SUCH,
    21212: _OUR_SENDER,
    21265: _LANDLINE,  # a short code
    21408: _ACCOUNT,  # not allowed to send to that country
    21602: Failure(Reason.REFUSED, our_fault=True),  # an empty text
    21603: _OUR_SENDER,
    21604: _NO_SUCH,
    21606: _OUR_SENDER,
    21608: _ACCOUNT,  # a trial account writes to verified numbers only
    21610: Failure(Reason.OPTED_OUT, closes_address=True),
    21611: _SLOW_DOWN,  # this sender's queue is full
    21612: Failure(Reason.CANNOT_RECEIVE),  # not from this sender to this number; another sender may do
    21614: _LANDLINE,
    21617: Failure(Reason.TOO_LONG, our_fault=True),
    21635: _LANDLINE,
    21659: _OUR_SENDER,
    21660: _OUR_SENDER,
    21661: _OUR_SENDER,
    21701: _OUR_SENDER,  # no such messaging service
    21703: _OUR_SENDER,  # a messaging service without a number
    30001: _SLOW_DOWN,  # it waited in the queue for too long
    30002: _ACCOUNT,
    30003: _UNREACHABLE,
    30004: _FILTERED,
    30005: _NO_SUCH,
    30006: _LANDLINE,
    30007: _FILTERED,
    30008: _UNREACHABLE,
    63038: _SLOW_DOWN,  # the account's messages for today are used up
}


def _refusal(method: str, status: int, answer: str, retry_after: str | None) -> SendFailed:
    """What an answer of 300 or more means; its words, which can hold a number, are dropped here."""
    code = _code(answer)
    if status == 429:
        return _SLOW_DOWN.raised(code or status, _seconds(retry_after))
    if status >= 500:
        return _broken(method).raised(code or status)
    known = FAILURES.get(code or 0)
    by_status = _CREDENTIALS if status in (401, 403, 404) else UNKNOWN_CODE if status >= 400 else _OUR_SENDER
    return (known or by_status).raised(code or status)


def _broken(method: str) -> Failure:
    # A POST that was under way may have been heard; there is no key to make a second one harmless.
    return CUT_OFF if method == "POST" else DOWN


def _code(answer: str) -> int | None:
    try:
        code = json.loads(answer).get("code")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None


def _seconds(retry_after: str | None) -> float | None:
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


class Http:
    """The HTTP client that the library is given: one request, one answer, nothing logged, kept or repeated.

    The library's own (twilio 9.13, `AsyncTwilioHttpClient`) logs numbers at INFO, keeps the last body,
    ignores its `timeout`, and with `max_retries` posts again.
    """

    is_async = True

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Any:
        """One request of the library; raises `SendFailed` for everything but a good answer."""
        import aiohttp
        from twilio.http.response import Response  # type: ignore[import-untyped]

        known_by = b64encode(":".join(auth or ()).encode()).decode()
        all_headers = {**(headers or {}), "Authorization": f"Basic {known_by}"}
        try:
            async with self._opened().request(
                method, url, params=params, data=data, headers=all_headers, allow_redirects=False
            ) as response:
                answer = await response.text(errors="replace")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise DOWN.raised() from None  # no connection, so nothing was sent
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise _broken(method).raised() from None
        if response.status >= 300:
            raise _refusal(method, response.status, answer, response.headers.get("Retry-After"))
        return Response(response.status, answer, response.headers)

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            # Connecting must give up first, so that a timeout before anything was sent is told apart.
            total = self._timeout_seconds
            timeout = aiohttp.ClientTimeout(total=total, connect=total / 2)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        session, self._session = self._session, None
        if session:
            await session.close()


async def answered(request: Awaitable[Any], unreadable: Failure) -> Any:
    """What the library gives; raises `SendFailed`, also over an answer of 2xx that the library cannot read."""
    try:
        return await request
    except (TwilioException, AttributeError, KeyError, TypeError, ValueError):
        raise unreadable.raised() from None
