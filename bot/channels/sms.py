"""Text messages through Twilio: words in, words out. How its REST interface fails stands in `twilio_rest`.

Nothing here logs, and no error carries a number, a text or a token.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl

from bot.channels import Incoming, Kind, Outgoing, Pace, Reason, Refused, Retry, SendFailed, Sent, clean
from bot.channels.segments import count, fold
from bot.channels.twilio_records import TwilioRecords
from bot.channels.twilio_rest import CUT_OFF, DOWN, FAILURES, UNKNOWN_CODE, Http, answered

if TYPE_CHECKING:
    from collections.abc import Collection

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""What a webhook answers (as text/xml): the same few bytes whatever came in; words go out by themselves."""

LARGEST_WEBHOOK = 64 * 1024  # bytes; the longest message takes a tenth of it

_LISTED = 100  # messages to one person that `find_sent` looks through; it asks about the last minutes
_CLOCKS_DIFFER = timedelta(seconds=5)  # Twilio's times are whole seconds by its own clock
_TRIAL_PREFIX = "Sent from your Twilio trial account - "

_LONG_NUMBER = Pace(units_per_second=10.0)

State: TypeAlias = Literal["sent", "failed", "delivered"]


@dataclass(frozen=True)
class SmsSettings:
    """How one of our senders reaches Twilio.

    Attributes:
        sender: Its name in the configuration; part of its webhook's path.
        account_sid: The account (AC…).
        auth_token: The account's token: it opens the REST interface and signs the webhooks.
        sends_as: An E.164 number, short code, name of up to 11 letters (one-way) or messaging service (MG…).
        public_url: Where the world reaches this bot, as Twilio signs it: https://texts.example.org
        pace: Parts a second. Twilio: 10 for a name or a UK long number, 100 for a short code.
        api_url: Twilio's REST interface; another region has its own (https://api.dublin.ie1.twilio.com).
        timeout_seconds: After this long without an answer a send counts as cut off.
    """

    sender: str
    account_sid: str
    auth_token: str = field(repr=False)
    sends_as: str
    public_url: str
    pace: Pace = _LONG_NUMBER
    api_url: str = "https://api.twilio.com"
    timeout_seconds: float = 10.0


@dataclass(frozen=True)
class StatusReport:
    """What Twilio tells later about a message that it had accepted; reports come in any order, and twice.

    Attributes:
        provider_id: The message (`Sent.provider_id`).
        state: "sent" (a network took it), "delivered", or "failed".
        reason: Why it failed.
        retry: Whether sending it again can help; `Retry.NEVER` unless it failed.
        our_fault: Something that the operator has to mend.
        closes_address: As in `SendFailed`.
        code: Twilio's error code.
    """

    provider_id: str
    state: State
    reason: Reason | None = None
    retry: Retry = Retry.NEVER
    our_fault: bool = False
    closes_address: bool = False
    code: str | None = None


def latest(known: State | None, told: State) -> State:
    """The state to keep when a report comes late, early or twice: delivered over failed over sent."""
    order: list[State | None] = [None, "sent", "failed", "delivered"]
    return told if order.index(told) > order.index(known) else known or told


def to_e164(number: str, region: str = "GB") -> str:
    """A phone number as people write it, as E.164: "07700 900001" is +447700900001.

    Whether it exists only Twilio can say: the numbers that Ofcom keeps for examples pass.

    Raises:
        ValueError: It is no such number; its words are for the person who typed it, and do not repeat it.
    """
    import phonenumbers  # 40 ms

    kind = "This does not look like a mobile number. Please write it like 07700 900123, or +44 7700 900123."
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise ValueError(kind) from None
    possible = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    if parsed.extension or not possible:
        raise ValueError(kind)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


class _Fields(dict[str, list[str]]):
    """A webhook's form, in the shape that Twilio's validator can read fields given twice from."""

    def getlist(self, name: str) -> list[str]:
        return self[name]

    def first(self, name: str) -> str:
        return self.get(name, [""])[0]


class SmsChannel:
    """One Twilio sender; can be made outside an event loop, and making it loads Twilio's library (0.3 s).

    Attributes:
        webhook_path: Where Twilio posts what people text, below `public_url`.
        status_path: Where it posts what became of our messages.
        webhook_url: The whole address of the first, for the operator to enter at Twilio.
        records: What Twilio keeps of all messages of the account.
    """

    channel = "sms"
    can_list = True

    def __init__(self, settings: SmsSettings) -> None:
        from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
        from twilio.rest import Client  # type: ignore[import-untyped]

        self.sender = settings.sender
        self.pace = settings.pace
        self.webhook_path = f"/sms/{settings.sender}"
        self.status_path = f"{self.webhook_path}/status"
        self.webhook_url = settings.public_url.rstrip("/") + self.webhook_path
        self._status_url = settings.public_url.rstrip("/") + self.status_path
        self._sends_as = settings.sends_as
        self._validator = RequestValidator(settings.auth_token)
        self._http = Http(settings.timeout_seconds)
        # Not the process's environment: TWILIO_REGION and TWILIO_EDGE there would change the host.
        client = Client(
            settings.account_sid, settings.auth_token, http_client=self._http, environment={"TWILIO_EDGE": ""}
        )
        client.api.base_url = settings.api_url
        self._account: Any = client.api.v2010.account
        self.records = TwilioRecords(settings.account_sid, self._account)

    def units(self, message: Outgoing) -> int:
        """The parts that it will be billed as."""
        return max(1, count(_wording(message)).parts)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message to Twilio, once; raises `SendFailed` and nothing else."""
        sender = "messaging_service_sid" if self._sends_as.startswith("MG") else "from_"
        text = _wording(message)
        accepted = await answered(
            self._account.messages.create_async(
                to=message.address, body=text, status_callback=self._status_url, **{sender: self._sends_as}
            ),
            unreadable=CUT_OFF,
        )
        if not isinstance(accepted.sid, str):
            raise CUT_OFF.raised()
        return Sent(accepted.sid, _parts(accepted, text))

    async def find_sent(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """The oldest message of this wording that Twilio accepted for this person at or after `since`.

        Two messages of the same wording look alike, which is why those that are `known` are left out. How it has
        fared since then, only the status reports tell.
        """
        # Not by DateSent: that is empty while a message waits in its sender's queue, up to ten hours.
        listed = await answered(
            self._account.messages.list_async(to=message.address, limit=_LISTED),
            unreadable=DOWN,
        )
        text = _wording(message)
        for found in reversed(listed):
            created = found.date_created
            if (
                found.direction == "outbound-api"
                and found.sid not in known
                and created is not None
                and created >= since - _CLOCKS_DIFFER
                and fold(found.body or "").removeprefix(_TRIAL_PREFIX).strip() == text.strip()
            ):
                return Sent(found.sid, _parts(found, text))
        return None

    def decode_webhook(self, body: bytes, signature: str | None, received_at: datetime) -> Incoming | None:
        """What a person texted us.

        Args:
            body: The request's body, untouched.
            signature: Its X-Twilio-Signature header; `None` if there was none.
            received_at: Now, in UTC.

        Returns:
            The message; `None` if it is genuine but its sender cannot be written to (a short code, a name):
            answer `EMPTY_ANSWER` all the same, since Twilio takes anything but 2xx for a fault of ours.

        Raises:
            Refused: It is not from Twilio (403), unreadable or no text message (400), or too large (413).
        """
        form = self._genuine(body, signature, self.webhook_url)
        message_id, sender = form.first("MessageSid"), form.first("From")
        if not message_id or not sender:
            raise Refused(400, "This is not a text message; is another kind of webhook sent here?")
        try:
            address = to_e164(sender if sender.startswith("+") else "")
        except ValueError:
            return None
        kind, reference = _what_it_is(form)
        return Incoming(
            channel=self.channel,
            sender=self.sender,
            address=address,
            message_id=message_id,
            received_at=received_at,
            kind=kind,
            text=clean(form.first("Body")),
            reference=reference,
        )

    def decode_status(self, body: bytes, signature: str | None) -> StatusReport | None:
        """What became of a message of ours; `None` for a step that tells nothing (queued, sending).

        Raises:
            Refused: As `decode_webhook`.
        """
        form = self._genuine(body, signature, self._status_url)
        message_id = form.first("MessageSid")
        if not message_id:
            raise Refused(400, "This is not a report about a text message.")
        state = _STATES.get(form.first("MessageStatus"))
        if state != "failed":
            return StatusReport(message_id, state) if state else None
        code = form.first("ErrorCode")
        code = code if code.isdecimal() else ""
        failure = FAILURES.get(int(code or 0), UNKNOWN_CODE)
        return StatusReport(
            message_id,
            state,
            reason=failure.reason,
            retry=failure.retry,
            our_fault=failure.our_fault,
            closes_address=failure.closes_address,
            code=code or None,
        )

    def _genuine(self, body: bytes, signature: str | None, url: str) -> _Fields:
        """The form, known to be Twilio's: signed over the configured URL, never over the Host header."""
        if len(body) > LARGEST_WEBHOOK:
            raise Refused(413, "This is too large for a webhook of Twilio's.")
        if signature is None:
            raise Refused(403, "The signature is missing.")
        form = _Fields()
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=500)
        except ValueError:
            raise Refused(400, "This is not a form.") from None
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        # Twilio's library signs over the URL with and without a port; the first alone takes half the time.
        signed = self._validator.compute_signature(url, form)
        if not (compare_digest(signed.encode(), signature.encode()) or self._validator.validate(url, form, signature)):
            raise Refused(403, "The signature does not fit.")
        return form

    async def check(self) -> list[str]:
        """Try the credentials and the number: what is wrong, in sentences for the operator."""
        try:
            problems = await self._account_problems()
            if self._sends_as.startswith("+"):
                problems += await self._number_problems()
        except SendFailed as failed:
            return [_CHECK_WORDS.get(failed.reason, f"Twilio refused to tell about the account ({failed}).")]
        return problems

    async def _account_problems(self) -> list[str]:
        account = await answered(self._account.fetch_async(), unreadable=DOWN)
        problems = []
        if account.status != "active":
            problems.append("The Twilio account is suspended or closed. Its console (console.twilio.com) says why.")
        if account.type == "Trial":
            problems.append("The Twilio account is a trial: it writes only to numbers that you verified there.")
        return problems

    async def _number_problems(self) -> list[str]:
        listing = self._account.incoming_phone_numbers.list_async(phone_number=self._sends_as, limit=1)
        listed = await answered(listing, unreadable=DOWN)
        if not listed:
            return ["The number to send from is not one of this Twilio account's. Compare it with the list there."]
        number = listed[0]
        problems = []
        if not (number.capabilities or {}).get("sms"):
            problems.append("The number to send from cannot send texts. Choose one at Twilio that has “SMS”.")
        if (number.sms_url, number.sms_method) != (self.webhook_url, "POST"):
            problems.append(
                "Texts to the number do not reach this bot. At Twilio, under the number's “Messaging”, "
                f"set “A message comes in” to {self.webhook_url} by HTTP POST."
            )
        return problems

    async def close(self) -> None:
        """Let go of connections; safe to call twice."""
        await self._http.close()


_STATES: dict[str, State] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}

_CHECK_WORDS = {
    Reason.WRONG_CREDENTIALS: "Twilio does not accept the account SID with this auth token. "
    "Copy both again from the first page of console.twilio.com.",
    Reason.NO_MONEY: "The Twilio account is not active. Its console (console.twilio.com) says why.",
    Reason.PROVIDER_DOWN: "Twilio did not answer. See if this machine reaches the internet, then try again.",
    Reason.TOO_FAST: "Twilio is answering too many requests of this account just now. Try again in a minute.",
}


def _wording(message: Outgoing) -> str:
    return fold(clean(message.text))


def _parts(message: Any, text: str) -> int:
    """The parts that Twilio says; it says 0 while a messaging service has not yet chosen a number."""
    said = str(message.num_segments)
    return int(said) if said.isdecimal() and int(said) else count(text).parts


def _what_it_is(form: _Fields) -> tuple[Kind, str | None]:
    opted: dict[str, Kind] = {"STOP": "opted out", "START": "opted in"}
    if form.first("OptOutType") in opted:
        return opted[form.first("OptOutType")], None
    if form.first("NumMedia") in ("", "0") or not form.first("MediaUrl0"):
        return "text", None
    kinds: dict[str, Kind] = {"image": "photo", "audio": "voice", "video": "video"}
    return kinds.get(form.first("MediaContentType0").split("/")[0], "file"), form.first("MediaUrl0")
