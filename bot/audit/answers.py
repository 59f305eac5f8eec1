"""What a webhook of the played deployment answers: an access log keeps its size, and must not tell feedback by it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import httpx
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot import ways_in
from bot.audit.played import Answered
from bot.audit.stage import Stage
from bot.channels.sms import SmsChannel, SmsSettings
from storage.feedback.codes import new_code

WRITER = 2  # by SMS
US, TOKEN, SITE = "+447700900000", "a token of the stage", "https://texts.example.org"


async def webhook_answers(stage: Stage) -> Mapping[str, Answered]:
    """The answers to an ordinary message, and to each kind that is not kept."""
    texts = {
        "an ordinary message": "my bus was late",
        "feedback": "FEEDBACK the kettle again, and nobody asked",
        "a prompt": "FEEDBACK",
        "a code": f"CODE {new_code()}",
    }
    channel = SmsChannel(SmsSettings("sms", "AC" + "0" * 32, TOKEN, US, SITE))
    app = Starlette(routes=ways_in.SmsWayIn(channel, stage.world.service).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE) as client:
        found = {}
        for what, text in texts.items():
            found[what] = await _answered(client, channel, stage.people[WRITER].address, text)
            await stage.world.settle()
    await channel.close()
    return found


async def _answered(client: httpx.AsyncClient, channel: SmsChannel, address: str, text: str) -> Answered:
    fields = {"MessageSid": f"SM{secrets.token_hex(16)}", "From": address, "To": US, "Body": text}
    signature = RequestValidator(TOKEN).compute_signature(channel.webhook_url, fields)
    response = await client.post(channel.webhook_path, data=fields, headers={"X-Twilio-Signature": signature})
    return Answered(response.status_code, tuple(sorted(response.headers.items())), response.content)
