"""What Twilio posts to the bot: genuine or forged, words, pictures, opt-outs, and what became of a message."""

import traceback
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import LONGEST_TEXT, Incoming, Reason, Refused
from bot.channels.sms import EMPTY_ANSWER, LARGEST_WEBHOOK, SmsChannel, SmsSettings, latest, to_e164
from tests.standins.twilio import Twilio

OURS = "+447700900000"
ADA = "+447700900001"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def posted(twilio: Twilio, body: str = "", from_: str = ADA, **more: str) -> tuple[bytes, str]:
    fields = twilio.webhook_fields(from_, OURS, body, "SM1") | more
    return twilio.signed("https://texts.example.org/sms/main", fields)


@pytest.fixture(scope="module")
def afar():
    return Twilio()  # signs, and does not listen


@pytest.fixture(scope="module")
def bot(afar):
    return SmsChannel(SmsSettings("main", afar.account_sid, afar.auth_token, OURS, afar.public_url))


def test_it_reads_a_message(afar, bot):
    assert bot.decode_webhook(*posted(afar, "Iawn diolch ŵ 🙂"), NOW) == Incoming(
        channel="sms", sender="main", address=ADA, message_id="SM1", received_at=NOW, text="Iawn diolch ŵ 🙂"
    )


def test_it_signs_over_empty_fields_too(afar, bot):
    body, _ = posted(afar, "")
    assert b"Body=&" in body
    assert bot.decode_webhook(*posted(afar, ""), NOW).text == ""


def test_it_refuses_what_twilio_did_not_sign(afar, bot):
    body, signature = posted(afar, "2")
    elsewhere = replace(afar, auth_token="another token")
    forgeries = [
        (body, None),
        (body, ""),
        (body, "é" * 28),
        (body.replace(b"Body=2", b"Body=3"), signature),
        (body + b"&OptOutType=STOP", signature),
        (body.replace(b"&ToCity=", b""), signature) if b"&ToCity=&" in body else (b"", signature),
        posted(elsewhere, "2"),
        afar.signed("https://texts.example.org/sms/other", afar.webhook_fields(ADA, OURS, "2", "SM1")),
    ]
    for forged in forgeries:
        with pytest.raises(Refused) as caught:
            bot.decode_webhook(*forged, NOW)
        assert caught.value.status == 403


def test_it_accepts_the_signature_over_the_port(afar):
    with_port = replace(afar, public_url="https://texts.example.org:8443")
    bot = SmsChannel(SmsSettings("main", afar.account_sid, afar.auth_token, OURS, with_port.public_url))
    fields = with_port.webhook_fields(ADA, OURS, "2", "SM1")
    assert bot.decode_webhook(*with_port.signed("https://texts.example.org:8443/sms/main", fields), NOW)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (LARGEST_WEBHOOK + 1), 413),
        ("Body=ŵ".encode(), 400),
        (b"Body=%ff", 400),
        (b"&".join(b"a=1" for _ in range(600)), 400),
    ],
)
def test_it_refuses_what_no_one_could_read(bot, body, status):
    with pytest.raises(Refused) as caught:
        bot.decode_webhook(body, "signature", NOW)
    assert caught.value.status == status


def test_it_refuses_another_kind_of_webhook(afar, bot):
    call = afar.signed("https://texts.example.org/sms/main", {"CallSid": "CA1", "From": ADA})
    with pytest.raises(Refused) as caught:
        bot.decode_webhook(*call, NOW)
    assert caught.value.status == 400
    with pytest.raises(Refused):
        bot.decode_status(*afar.signed("https://texts.example.org/sms/main/status", {"CallSid": "CA1"}))


@pytest.mark.parametrize("sender", ["60777", "Royal Mail", "whatsapp:" + ADA, "+0", "+44", "1", "tel"])
def test_it_has_nothing_to_say_to_a_sender_that_cannot_be_answered(afar, bot, sender):
    assert bot.decode_webhook(*posted(afar, "Your parcel", from_=sender), NOW) is None


def test_it_writes_every_address_the_same_way(afar, bot):
    assert bot.decode_webhook(*posted(afar, "2", from_="+4407700900001"), NOW).address == ADA


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/jpeg", "photo"),
        ("audio/amr", "voice"),
        ("video/3gpp", "video"),
        ("text/x-vcard", "file"),
        ("application/pdf", "file"),
        ("", "file"),
    ],
)
def test_it_tells_what_kind_of_thing_was_sent(afar, bot, content_type, kind):
    url = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME1"
    fields = afar.webhook_fields(ADA, OURS, "look", "MM1", [(content_type, url), ("image/png", url + "2")])
    seen = bot.decode_webhook(*afar.signed("https://texts.example.org/sms/main", fields), NOW)
    assert (seen.kind, seen.reference, seen.text, seen.message_id) == (kind, url, "look", "MM1")


@pytest.mark.parametrize(
    ("word", "opt_out_type", "kind"),
    [
        ("Stop", "STOP", "opted out"),
        ("START", "START", "opted in"),
        ("help", "HELP", "text"),
        ("STOP", "", "text"),  # without Advanced Opt-Out the words alone do not say if Twilio took them for a STOP
        ("end", "", "text"),
    ],
)
def test_it_learns_of_an_opt_out_from_twilio(afar, bot, word, opt_out_type, kind):
    more = {"OptOutType": opt_out_type} if opt_out_type else {}
    seen = bot.decode_webhook(*posted(afar, word, **more), NOW)
    assert (seen.kind, seen.text) == (kind, word)


def test_it_cuts_what_is_longer_than_any_message(afar, bot):
    seen = bot.decode_webhook(*posted(afar, "x" * (LONGEST_TEXT + 10) + "\x00"), NOW)
    assert len(seen.text) == LONGEST_TEXT


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_it_meets_any_bytes_with_a_refusal(afar, bot, body, signature):
    for decode in (lambda: bot.decode_webhook(body, signature, NOW), lambda: bot.decode_status(body, signature)):
        with pytest.raises(Refused):
            decode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_reads_any_words_that_twilio_signs(afar, bot, words):
    assert bot.decode_webhook(*posted(afar, words), NOW).text == words.replace("\x00", "")[:LONGEST_TEXT]


def test_it_answers_with_nothing():
    assert EMPTY_ANSWER.endswith("<Response/>")


def test_it_repeats_nothing_of_what_it_refuses(afar, bot):
    body, signature = posted(afar, "a secret")
    for forged in ((body, "forged"), (body.replace(b"&", b"%ff&"), signature), (body, None), (body * 99, signature)):
        with pytest.raises(Refused) as caught:
            bot.decode_webhook(*forged, NOW)
        told = "".join(traceback.format_exception(caught.value))
        for secret in ("7700900001", "a+secret", "a secret", afar.auth_token):
            assert secret not in told


# What became of it


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("failed", "failed"),
        ("undelivered", "failed"),
        ("canceled", "failed"),
    ],
)
def test_it_reads_a_status(afar, bot, status, state):
    fields = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "", "To": ADA}
    told = bot.decode_status(*afar.signed("https://texts.example.org/sms/main/status", fields))
    assert (told.provider_id, told.state, told.code) == ("SM1", state, None)
    assert told.reason == (Reason.REFUSED if state == "failed" else None)


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "", "something new"])
def test_it_has_nothing_to_tell_of_a_step_in_between(afar, bot, status):
    fields = {"MessageSid": "SM1", "MessageStatus": status}
    assert bot.decode_status(*afar.signed("https://texts.example.org/sms/main/status", fields)) is None


def test_it_refuses_a_status_that_is_not_signed_for_it(afar, bot):
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    with pytest.raises(Refused) as caught:
        bot.decode_status(*afar.signed("https://texts.example.org/sms/main", fields))
    assert caught.value.status == 403


def test_it_keeps_the_latest_state_whatever_order_they_come_in():
    assert latest(None, "sent") == "sent"
    assert latest("delivered", "sent") == "delivered"
    assert latest("failed", "sent") == "failed"
    assert latest("sent", "failed") == "failed"
    assert latest("failed", "delivered") == "delivered"
    assert latest("delivered", "failed") == "delivered"
    assert latest("delivered", "delivered") == "delivered"


# Numbers


@pytest.mark.parametrize(
    "typed", ["07700 900001", "+44 7700 900 001", "0044 7700 900001", "(07700) 900-001", "+44 (0) 7700 900001"]
)
def test_it_understands_a_number_as_people_write_it(typed):
    assert to_e164(typed) == ADA


@pytest.mark.parametrize("typed", ["", "ada", "12", "900001", "07700 900001 ext 5", "+44 7700", "0" * 300])
def test_it_says_kindly_that_something_is_no_number(typed):
    with pytest.raises(ValueError, match="Please write it like") as caught:
        to_e164(typed)
    assert not typed or typed not in str(caught.value).split()
