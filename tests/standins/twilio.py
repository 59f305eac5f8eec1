"""A stand-in for Twilio: a second implementation of what the bot uses of it, over real HTTP on loopback.

It refuses what Twilio refuses, answers STOP, START and HELP by itself as Twilio does, queues at a sender's pace,
signs its webhooks, tries each a second time when the connection fails, and can be told to fail. `async with Twilio()
as twilio` runs it in the test's own event loop; a bot in another process reaches it all the same.
"""

import asyncio
import base64
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.standins.serving import Serving
from tests.standins.twilio_account import Account, Message

WEBHOOK_SECONDS = 15
FAULTS = {
    "500",  # refused with a 500; nothing stored
    "500-after-accepting",
    "timeout-after-accepting",  # stored, and the connection cut before the answer
    "cut-before-accepting",
    "silence",  # stored, and no answer for as long as the client waits
    "garbled",  # stored, and a 201 that is no JSON
    "429",
}  # or any error code, which is a 400 (20003: a 401)


@dataclass(frozen=True)
class Answer:
    """What the bot answered to a webhook: `status` is None when it could not be reached, twice."""

    sid: str
    status: int | None
    attempts: int


@dataclass
class Twilio(Account):
    """An account that can be reached at `url`, and that posts to the bot.

    `bot_url` is where the bot really listens: what is meant for `public_url` goes there. `reports`: whether it reports
    "sent" and then "delivered" by itself, or for an `undeliverable` number its code.
    """

    bot_url: str = ""
    reports: bool = False
    requests_per_second: int | None = None
    port: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.requests: Counter[str] = Counter()  # by "POST Messages" and the like, refused ones too
        self.problems: list[str] = []  # what Twilio's debugger would show about the bot's answers
        self._faults: dict[str, deque[tuple[str, str | None]]] = {
            method: deque() for method in ("POST", "GET", "DELETE")
        }
        self._this_second = (0, 0)
        self._reporting: set[asyncio.Task[None]] = set()
        basic = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        self._authorization = f"Basic {basic}"

    # What tests say and see

    async def text(
        self, from_: str, body: str = "", *, to: str | None = None, media: Iterable[tuple[str, str]] = (), sid: str = ""
    ) -> Answer:
        """A person texts one of our numbers; `media` are (content type, URL); `sid` posts that message once more."""
        to = to or self.numbers[0]
        fields = self.webhook_fields(from_, to, body, sid, media)
        if not sid:
            sid = self.keep(from_, to, body, sender=to, direction="inbound").sid
            fields |= dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), sid)
            word = self.keyword(from_, to, body)
            if word and self.keywords == "advanced":
                fields["OptOutType"] = word
        status, attempts, answer = await self._post(self.public_url + self.webhook_path, fields)
        if answer:
            self._answer_with(answer, to, from_)
        return Answer(sid, status, attempts)

    def fail_next(self, kind: str, *, times: int = 1, on: str = "POST", retry_after: str | None = None) -> None:
        """Let the next creates (`on="POST"`), lists ("GET") or "DELETE"s fail: a kind of `FAULTS` or an error code."""
        if kind not in FAULTS and not (kind.isdecimal() and len(kind) == 5):
            raise ValueError(kind)
        self._faults[on].extend([(kind, retry_after)] * times)

    async def report(self, message: Message, status: str, error_code: int | None = None) -> int | None:
        """Report a message's status now, whatever was reported before; the bot's answer."""
        message.told_status, message.error_code = status, error_code
        fields = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self.account_sid,
            "From": message.from_,
            "ApiVersion": "2010-04-01",
        }
        if error_code:
            fields["ErrorCode"] = str(error_code)
        return (await self._post(message.callback_url, fields))[0]

    async def reported(self) -> None:
        """Wait until everything accepted so far is reported (with `reports`)."""
        await asyncio.gather(*self._reporting)

    # Starting and stopping

    async def __aenter__(self) -> "Twilio":
        self._serving = await Serving(self._app(), self.port).__aenter__()
        self.port = self._serving.port
        self._bot = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=WEBHOOK_SECONDS), connector=aiohttp.TCPConnector(limit=0)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._serving.stop()
        for task in self._reporting:
            task.cancel()
        await self._bot.close()

    async def stop_listening(self) -> None:
        """From now on a connection is refused."""
        await self._serving.stop()

    @property
    def url(self) -> str:
        return self._serving.url

    def _app(self) -> Starlette:
        base = "/2010-04-01/Accounts/{account}"
        return Starlette(
            routes=[
                Route(base + "/Messages.json", self._messages, methods=["GET", "POST"]),
                Route(base + "/Messages/{sid}.json", self._message, methods=["GET", "DELETE"]),
                Route(base + "/IncomingPhoneNumbers.json", self._incoming_numbers),
                Route(base + ".json", self._account),
            ]
        )

    # The REST interface

    def _door(self, request: Request, resource: str) -> Response | None:
        self.requests[f"{request.method} {resource}"] += 1
        if request.headers.get("Authorization") != self._authorization:
            return _error(20003, "Authenticate", status=401)
        if request.path_params["account"] != self.account_sid:
            return _error(20404, "The requested resource was not found", status=404)
        second = int(time.monotonic())
        self._this_second = (second, self._this_second[1] + 1 if self._this_second[0] == second else 1)
        if self.requests_per_second and self._this_second[1] > self.requests_per_second:
            return _error(20429, "Too Many Requests", status=429)
        return None

    async def _messages(self, request: Request) -> Response:
        closed = self._door(request, "Messages")
        faults = self._faults[request.method]
        if closed or not faults:
            return closed or await self._plainly(request)
        kind, retry_after = faults.popleft()
        if kind in ("silence", "garbled") or kind.endswith("after-accepting"):
            await self._plainly(request)
        return await _misbehave(kind, retry_after, request)

    async def _plainly(self, request: Request) -> Response:
        if request.method == "POST":
            return self._create(dict(parse_qsl((await request.body()).decode(), keep_blank_values=True)))
        return self._list(dict(request.query_params))

    def _create(self, form: dict[str, str]) -> Response:
        to, body, service = form.get("To", ""), form.get("Body", ""), form.get("MessagingServiceSid", "")
        from_ = self.services.get(service, "") if service else form.get("From", "")
        refusal = self.refusal(to, from_, service, body)
        if refusal:
            return _error(*refusal, status=429 if refusal[0] == 21611 else 400)
        message = self.keep(from_, to, body, sender=service or from_, direction="outbound-api")
        message.callback_url = form.get("StatusCallback", "")
        self.accepted.append(message)
        if self.reports and message.callback_url:
            task = asyncio.get_running_loop().create_task(self._report_by_itself(message))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        shown = self.shown(message)
        if service:  # which number it will be, Twilio has not yet decided
            shown |= {"status": "accepted", "from": None, "num_segments": "0"}
        return JSONResponse(shown, 201)

    def _list(self, query: dict[str, str]) -> Response:
        size, page = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
        found = list(islice(self.listed(query), size + 1))
        following = None
        if len(found) > size:
            found.pop()
            onwards = query | {"Page": str(page + 1), "PageToken": f"PASM{found[-1].serial:x}"}
            following = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json?{urlencode(onwards)}"
        shown = [self.shown(m) for m in found]
        return JSONResponse({"messages": shown, "next_page_uri": following, "page": page, "page_size": size})

    async def _message(self, request: Request) -> Response:
        closed = self._door(request, "Message")
        faults = self._faults["DELETE"] if request.method == "DELETE" else None
        if closed or not faults:
            return closed or self._one(request)
        kind, retry_after = faults.popleft()
        if kind in ("silence", "garbled") or kind.endswith("after-accepting"):
            self._one(request)
        return await _misbehave(kind, retry_after, request)

    def _one(self, request: Request) -> Response:
        message = next((m for m in self.messages if m.sid == request.path_params["sid"]), None)
        if message is None:
            return _error(20404, "The requested resource was not found", status=404)
        if request.method == "GET":
            return JSONResponse(self.shown(message))
        if not self.is_finished(message):
            return _error(20009, "Cannot delete message because delivery has not been completed", status=409)
        self.forget(message)
        return Response(status_code=204)

    async def _incoming_numbers(self, request: Request) -> Response:
        closed = self._door(request, "IncomingPhoneNumbers")
        if closed:
            return closed
        wanted = request.query_params.get("PhoneNumber", "")
        sms_url = self.public_url + self.webhook_path if self.sms_url is None else self.sms_url
        shown = [
            {
                "sid": f"PN{number:032x}",
                "phone_number": phone,
                "capabilities": {"sms": self.sms_capable, "mms": False, "voice": True, "fax": False},
                "sms_url": sms_url,
                "sms_method": "POST",
            }
            for number, phone in enumerate(self.numbers)
            if wanted in phone
        ]
        return JSONResponse({"incoming_phone_numbers": shown, "next_page_uri": None, "page": 0, "page_size": 50})

    async def _account(self, request: Request) -> Response:
        about = {"sid": self.account_sid, "status": self.account_status, "type": self.account_type}
        return self._door(request, "Account") or JSONResponse(about)

    # What Twilio does by itself

    async def _report_by_itself(self, message: Message) -> None:
        await asyncio.sleep(max(0.0, message.goes_out_at - time.monotonic()))
        await self.report(message, "sent")
        code = self.undeliverable.get(message.to)
        await self.report(message, "undelivered" if code else "delivered", code)

    async def _post(self, url: str, fields: dict[str, str]) -> tuple[int | None, int, str]:
        body, signature = self.signed(url, fields)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        reachable = (self.bot_url or self.public_url) + url.removeprefix(self.public_url)
        for attempt in (1, 2):  # once more, and only when the connection failed
            try:
                async with self._bot.post(reachable, data=body, headers=headers) as response:
                    answer = await response.text()
                    if response.status >= 300:
                        self.problems.append(f"11200 HTTP {response.status}")
                    elif answer and response.content_type not in ("text/xml", "application/xml"):
                        self.problems.append(f"12300 {response.content_type}")
                    return response.status, attempt, answer if response.status < 300 else ""
            except TimeoutError:
                break
            except aiohttp.ClientError:
                continue
        self.problems.append("11205 no answer")
        return None, attempt, ""

    def _answer_with(self, answer: str, number: str, person: str) -> None:
        try:
            words = [said.text or "" for said in ElementTree.fromstring(answer).iter("Message")]
        except ElementTree.ParseError:
            self.problems.append("12100 document parse failure")
            return
        for said in words:
            self.keep(number, person, said, sender=number, direction="outbound-reply")


def _error(code: int, message: str, status: int = 400) -> JSONResponse:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": message, "more_info": info, "status": status}, status)


async def _misbehave(kind: str, retry_after: str | None, request: Request) -> Response:
    if kind.startswith("500"):
        return _error(20500, "An internal server error has occurred", status=500)
    if kind == "429":
        response = _error(20429, "Too Many Requests", status=429)
        if retry_after is not None:
            response.headers["Retry-After"] = retry_after
        return response
    if kind == "garbled":
        return PlainTextResponse("<html>", 201)
    if kind.isdecimal():
        return _error(int(kind), "Refused, +447700900001", status=401 if kind == "20003" else 400)
    if kind == "silence":
        await request.body()
        while (await request.receive())["type"] != "http.disconnect":
            pass
    request.state.connection.abort()
    return Response(status_code=204)
