"""What a coordinator should think about before a broadcast goes, and what stands in its way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.broadcasts.alike import Alike
from bot.broadcasts.money import Purse, pounds
from bot.broadcasts.wording import LANGUAGES, Office, Wording, segments
from bot.channels import LONGEST_TEXT
from bot.times import after_quiet_hours, zone_of
from storage.audiences import Candidate

LONG = 3  # SMS parts: more are rarely read to the end
LONGEST_SMS = 1600  # letters: Twilio refuses more
NIGHT_FROM, NIGHT_UNTIL = 21, 8
SHORTENERS = (
    *("bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at"),
    *("tiny.cc", "rb.gy", "lnkd.in", "v.gd", "t.ly", "bl.ink"),
)
_SHORT_LINK = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, SHORTENERS))})/\S", re.IGNORECASE)
_ENDS_ALL = ("STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
_ANSWERED_BY_TWILIO = ("INFO", "YES", "UNSTOP")


def warnings(wording: Wording, texts: Sequence[Alike], at: datetime, office: Office) -> Iterator[str]:
    """What to think about, in sentences; `at` is when it begins."""
    yield from _about_the_time(texts, at, office)
    yield from _about_language(wording, texts, office)
    yield from _about_length(texts)
    yield from _about_words({each.text for each in texts})


def _about_the_time(texts: Sequence[Alike], at: datetime, office: Office) -> Iterator[str]:
    local = at.astimezone(zone_of(office.house.zone))
    if local.hour >= NIGHT_FROM or local.hour < NIGHT_UNTIL:
        yield f"it begins at {local:%H:%M}, in the night."
    quiet = sum(each.people for each in texts if _is_quiet(each.person, at))
    if quiet:
        yield f"{quiet} of them {'has' if quiet == 1 else 'have'} quiet hours then; they get it when these are over."


def _is_quiet(person: Candidate, at: datetime) -> bool:
    return after_quiet_hours(at, person) > at


def _about_language(wording: Wording, texts: Sequence[Alike], office: Office) -> Iterator[str]:
    for language, called in LANGUAGES.items():
        theirs = sum(each.people for each in texts if (each.person.language or office.house.language) == language)
        if theirs and language not in wording.forms:
            instead = wording.spoken_to(language, office.house)
            are, other = "is" if theirs == 1 else "are", LANGUAGES.get(instead, instead)
            yield f"{theirs} of them {are} written to in {called}, and would get it in {other}."


def _about_length(texts: Sequence[Alike]) -> Iterator[str]:
    taken = [(segments(each.text), each) for each in texts if each.person.channel == "sms"]
    longest = max((takes.parts for takes, _ in taken), default=0)
    if longest > LONG:
        yield f"as a text message it takes up to {longest} parts; fewer than {LONG + 1} are read more often."
    dear = [each for takes, each in taken if takes.encoding == "UCS-2"]
    if dear:
        odd = sorted({sign for each in dear for sign in each.text if segments(sign).encoding == "UCS-2"})
        people, signs = sum(each.people for each in dear), " ".join(odd[:8])
        yield f"{people} of the texts need the dearer alphabet (UCS-2) because of: {signs}"


def _about_words(texts: set[str]) -> Iterator[str]:
    if any(_SHORT_LINK.search(text) for text in texts):
        yield "it has a shortened link; phone networks hold these back. Write out where it leads."
    said = {word for text in texts for word in re.findall(r"\b[A-Z]{3,}\b", text)}
    for word in _ENDS_ALL:
        if word in said:
            yield f"whoever answers {word} alone stops all our texts: Twilio takes it for STOP. Ask for another word."
    for word in _ANSWERED_BY_TWILIO:
        if word in said:
            yield f"Twilio acts on {word} by itself, so the answer may not reach you. Ask for another word."


def blockers(faults: Sequence[str], texts: Sequence[Alike], parts: int, money: Purse) -> Iterator[str]:
    """Why it can't go, in sentences."""
    yield from faults
    if not faults and not texts:
        yield "there is nobody who would get it."
    if any(len(each.text) > LONGEST_SMS for each in texts if each.person.channel == "sms"):
        yield f"it is longer than {LONGEST_SMS:,} letters, which no text message can be."
    if any(len(each.text) >= LONGEST_TEXT for each in texts):
        yield f"it is longer than {LONGEST_TEXT:,} letters."
    left = money.left_pence
    if left is not None and money.pence(parts) > left:
        yield f"it costs {pounds(money.pence(parts))}, and {pounds(max(0, left))} is left for texts this month."
