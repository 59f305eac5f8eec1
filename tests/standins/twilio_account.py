"""The account behind the stand-in for Twilio: what it keeps, what it refuses, what it does by itself. No HTTP."""

import base64
import hashlib
import hmac
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

from bot.channels.segments import count

LONGEST_BODY = 1600
LONGEST_QUEUE_SECONDS = 10 * 3600
KEYWORDS = {
    "STOP": {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"},
    "START": {"START", "YES", "UNSTOP"},
    "HELP": {"HELP", "INFO"},
}
OWN_REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


UNFINISHED = {"accepted", "scheduled", "queued", "sending", "receiving"}
"""While it has one of these, a message cannot be deleted (https://www.twilio.com/docs/api/errors/20009)."""


@dataclass(slots=True)
class Message:
    """A message as Twilio keeps it; `accepted_at` and `goes_out_at` are seconds of the monotonic clock."""

    serial: int
    sender: str  # what opt-outs and pace belong to: a number, a name or a messaging service
    from_: str
    to: str
    body: str
    direction: str
    accepted_at: float
    goes_out_at: float
    created: datetime
    parts: int
    callback_url: str = ""
    by_twilio: bool = False
    told_status: str = ""
    error_code: int | None = None
    is_deleted: bool = False

    @property
    def sid(self) -> str:
        return f"SM{self.serial:032x}"

    @property
    def is_queued(self) -> bool:
        return not self.told_status and time.monotonic() < self.goes_out_at

    @property
    def status(self) -> str:
        if self.direction == "inbound":
            return "received"
        return self.told_status or ("queued" if self.is_queued else "sent")

    @property
    def date_sent(self) -> datetime | None:
        never_sent = self.told_status in ("failed", "canceled") and time.monotonic() < self.goes_out_at
        if self.is_queued or never_sent:
            return None
        return self.created + timedelta(seconds=max(0.0, self.goes_out_at - self.accepted_at))


@dataclass
class Account:
    """One account. Times are real; `segments_per_second` is each sender's pace.

    `keywords`: "default" (Twilio answers STOP, START and HELP), "advanced" (the same, and tells it in `OptOutType`) or
    "off". `sms_url` is what the operator has entered for the numbers: the right one unless a test says otherwise.
    `working_seconds`: for how long after a message it refuses to delete it, even if it was delivered; Twilio says up to
    a minute, and in rare cases 14 days.
    """

    account_sid: str = "AC" + "5" * 32
    auth_token: str = "stand-in-token-0123456789abcdef"
    numbers: tuple[str, ...] = ("+447700900000",)
    names: tuple[str, ...] = ("Alongside",)
    services: dict[str, str] = field(default_factory=lambda: {"MG" + "6" * 32: "+447700900000"})
    countries: tuple[str, ...] = ("+44",)
    public_url: str = "https://texts.example.org"
    webhook_path: str = "/sms/main"
    keywords: str = "default"
    segments_per_second: float = 10.0
    account_status: str = "active"
    account_type: str = "Full"
    sms_capable: bool = True
    sms_url: str | None = None
    working_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.messages: list[Message] = []  # all that it keeps, oldest first; deleted ones go
        self.accepted: list[Message] = []  # every message of the bot's that it took, for ever
        self.unknown: set[str] = set()
        self.landlines: set[str] = set()
        self.undeliverable: dict[str, int] = {}  # by number, the code that is reported
        self.opted_out: set[tuple[str, str]] = set()  # our number or service, and the person's number
        self.received: dict[str, list[Message]] = defaultdict(list)
        self.free_at: dict[str, float] = {}
        self.serial = 0

    def sent_to(self, number: str) -> list[Message]:
        """All that a person's phone got or will get, oldest first, with what Twilio said by itself."""
        return self.received[number]

    def refusal(self, to: str, from_: str, service: str, body: str) -> tuple[int, str] | None:
        """Why it does not take a message: the code and its words, which hold the number or the text as Twilio's do."""
        if not to:
            return (21604, "A 'To' phone number is required.")
        if service and not from_:
            return (21701, f"The Messaging Service {service} does not exist.")
        if not from_:
            return (21603, "A 'From' phone number is required.")
        if not body:
            return (21602, "Message body is required.")
        if len(body) > LONGEST_BODY:
            return (21617, f"The concatenated message body exceeds the 1600 character limit: {body}")
        if not re.fullmatch(r"\+[1-9]\d{6,14}", to) or to in self.unknown or to == from_:
            return (21211, f"Invalid 'To' Phone Number: {to}")
        if not to.startswith(self.countries):
            return (21408, f"Permission to send an SMS has not been enabled for the region: {to}")
        if from_ not in self.numbers + self.names:
            return (21606, f"The 'From' phone number {from_} is not a valid message-capable number.")
        if to in self.landlines:
            return (21614, f"'To' number is not a valid mobile number: {to}")
        if (service or from_, to) in self.opted_out:
            return (21610, f"Attempt to send to unsubscribed recipient {to}")
        if self.free_at.get(service or from_, 0.0) - time.monotonic() > LONGEST_QUEUE_SECONDS:
            return (21611, f"'From' number {from_} has exceeded the maximum number of queued messages")
        return None

    def keep(self, from_: str, to: str, body: str, *, sender: str, direction: str, by_twilio: bool = False) -> Message:
        now = goes_out = time.monotonic()
        parts = max(1, count(body).parts)
        if direction != "inbound":
            goes_out = max(now, self.free_at.get(sender, 0.0))
            self.free_at[sender] = goes_out + parts / self.segments_per_second
        self.serial += 1
        created = datetime.now(UTC).replace(microsecond=0)
        message = Message(
            self.serial, sender, from_, to, body, direction, now, goes_out, created, parts, by_twilio=by_twilio
        )
        self.messages.append(message)
        self.received[to].append(message)
        return message

    def listed(self, query: dict[str, str]) -> Iterator[Message]:
        """The kept messages that fit, newest first; a page token continues after the last one shown."""
        kept = self.received[query["To"]] if query.get("To") else self.messages
        before = int(query["PageToken"].removeprefix("PASM"), 16) if query.get("PageToken") else self.serial + 1
        return (m for m in reversed(kept) if m.serial < before and not m.is_deleted and _fits(m, query))

    def is_finished(self, message: Message) -> bool:
        """Whether it may be deleted."""
        return message.status not in UNFINISHED and time.monotonic() >= message.accepted_at + self.working_seconds

    def forget(self, message: Message) -> None:
        """Delete it here; what has reached a phone stays on the phone."""
        self.messages.remove(message)
        message.is_deleted = True

    def keyword(self, person: str, number: str, body: str) -> str | None:
        """Obey and answer a keyword; which of STOP, START and HELP it was, if Twilio took it for one."""
        typed = body.strip().upper()
        services = {service for service, one in self.services.items() if one == number}
        pairs = {(sender, person) for sender in {number} | services}
        word = next((word for word, typings in KEYWORDS.items() if typed in typings), None)
        if self.keywords == "off" or word is None or (word == "START" and not pairs & self.opted_out):
            return None
        if word == "STOP":
            self.opted_out |= pairs
        if word == "START":
            self.opted_out -= pairs
        self.keep(number, person, OWN_REPLIES[word], sender=number, direction="outbound-reply", by_twilio=True)
        return word

    def shown(self, message: Message) -> dict[str, object]:
        """A message as the REST interface tells it."""
        return {
            "sid": message.sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": message.sender if message.sender in self.services else None,
            "from": message.from_,
            "to": message.to,
            "body": message.body,
            "direction": message.direction,
            "status": message.status,
            "num_segments": str(message.parts),
            "num_media": "0",
            "date_created": format_datetime(message.created),
            "date_updated": format_datetime(message.created),
            "date_sent": format_datetime(message.date_sent) if message.date_sent else None,
            "error_code": message.error_code,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{self.account_sid}/Messages/{message.sid}.json",
        }

    def signed(self, url: str, fields: dict[str, str]) -> tuple[bytes, str]:
        """A webhook's body and its signature (https://www.twilio.com/docs/usage/security)."""
        text = url + "".join(name + fields[name] for name in sorted(fields))
        digest = hmac.new(self.auth_token.encode(), text.encode(), hashlib.sha1).digest()
        return urlencode(fields).encode(), base64.b64encode(digest).decode()

    def webhook_fields(
        self, from_: str, to: str, body: str, sid: str, media: Iterable[tuple[str, str]] = ()
    ) -> dict[str, str]:
        """What Twilio posts for a message, empty fields and all."""
        fields = dict.fromkeys(("ToState", "ToCity", "ToZip", "FromState", "FromCity", "FromZip"), "")
        fields |= {"ToCountry": "GB", "FromCountry": "GB", "SmsMessageSid": sid, "SmsSid": sid, "MessageSid": sid}
        fields |= {"SmsStatus": "received", "Body": body, "From": from_, "To": to, "ApiVersion": "2010-04-01"}
        fields |= {"AccountSid": self.account_sid, "NumSegments": str(max(1, count(body).parts)), "NumMedia": "0"}
        for number, (content_type, url) in enumerate(media):
            fields |= {f"MediaContentType{number}": content_type, f"MediaUrl{number}": url}
            fields["NumMedia"] = str(number + 1)
        return fields


def _fits(message: Message, query: dict[str, str]) -> bool:
    if query.get("From") and message.from_ != query["From"]:
        return False
    sent = message.date_sent
    for name, wanted in query.items():
        if not name.startswith("DateSent"):
            continue
        if sent is None:
            return False
        day = "T" not in wanted
        moment = datetime.fromisoformat(wanted) if not day else datetime.fromisoformat(wanted).replace(tzinfo=UTC)
        compared = datetime.combine(sent.date(), datetime.min.time(), UTC) if day else sent
        if (name == "DateSent>" and compared < moment) or (name == "DateSent<" and compared > moment):
            return False
        if name == "DateSent" and compared != moment:
            return False
    return True
