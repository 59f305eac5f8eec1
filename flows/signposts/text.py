"""How a signpost reads in a text: one line, GSM-7 letters only, the number first and never behind a link."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from flows.opening_hours import bank_holidays, next_open, open_until
from flows.signposts.signpost import UK, Signpost

ONE_PART = 153  # characters: more, and a reply with two signposts in it needs three parts
# GSM 03.38, without what costs two characters ([]{}^\~|€), the Greek capitals and the line breaks.
_GSM7 = frozenset(
    "@£$¥èéùìòÇØøÅåÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_INSTEAD = str.maketrans("‘’‚“”„–—−…•[]{}€\n\t\u00a0", "'''\"\"\"---.-()()E   ")


def as_text(signpost: Signpost, at: datetime, language: str = "en") -> str:
    """A signpost as a short line: "Shelter: 0808 800 4444, open now until 5pm".

    Who it is for, what it costs and the way there are left out where the line would not fit in one part.

    Args:
        signpost: Any that is reachable.
        at: Now, with a time zone.
        language: Whose words to use; English where there are none.
    """
    words = _words().get(language, _words()["en"])
    name = in_gsm7(signpost.name)
    ways = in_gsm7(words["or"].join(_ways(signpost, words)))
    parts = [part for part in (ways, in_gsm7(_hours(signpost, at, words))) if part]
    who = f" ({in_gsm7(signpost.eligibility)})" if signpost.eligibility else ""
    extras = [in_gsm7(signpost.cost or "")]
    if signpost.address and (signpost.phone or signpost.text):
        extras.append(in_gsm7(words["at"].format(address=signpost.address)))
    line = f"{name}: {', '.join(parts)}"
    if len(line) + len(who) <= ONE_PART:
        line = f"{name}{who}: {', '.join(parts)}"
    for extra in filter(None, extras):
        if len(line) + 2 + len(extra) <= ONE_PART:
            line = f"{line}, {extra}"
    return line


def in_gsm7(text: str) -> str:
    """The same words in letters that a text can carry at one septet each; what has no likeness is left out."""
    likeness = text.translate(_INSTEAD)
    letters = [sign if sign in _GSM7 else unicodedata.normalize("NFKD", sign) for sign in likeness]
    return " ".join("".join(sign for sign in "".join(letters) if sign in _GSM7).split())


def _ways(signpost: Signpost, words: Mapping[str, Any]) -> list[str]:
    """How to reach it, best first; the address only where nothing else will do."""
    call = ", ".join(filter(None, (signpost.phone, signpost.how)))
    text = words["text"].format(text=signpost.text) if signpost.text else ""
    ways = [way for way in (call, text) if way]
    return ways or ([signpost.address] if signpost.address else [])


def _hours(signpost: Signpost, at: datetime, words: Mapping[str, Any]) -> str:
    if not signpost.schedules:
        return signpost.hours or str(words["ask"])
    holidays = bank_holidays(signpost.nation)
    if not signpost.is_open(at):
        opening = next_open(signpost.schedules, at, UK, holidays)
        return str(words["opens"]).format(when=_when(opening, at, words)) if opening else str(words["ask"])
    closing = open_until(signpost.schedules, at, UK, holidays)
    return str(words["until"]).format(when=_until(closing, at, words)) if closing else str(words["always"])


def _until(closing: datetime, at: datetime, words: Mapping[str, Any]) -> str:
    """The clock alone, where that cannot be mistaken for another day's."""
    return _clock(closing, words) if closing - at < timedelta(hours=20) else _when(closing, at, words)


def _when(moment: datetime, at: datetime, words: Mapping[str, Any]) -> str:
    days = (moment.date() - at.astimezone(UK).date()).days
    form = "today" if days == 0 else "tomorrow" if days == 1 else "soon" if days < 7 else "later"
    return str(words[form]).format(
        time=_clock(moment, words),
        day=words["days"][moment.weekday()],
        date=f"{moment.day} {words['months'][moment.month - 1]}",
    )


def _clock(moment: datetime, words: Mapping[str, Any]) -> str:
    if moment.minute == 0 and moment.hour in (0, 12):
        return str(words["noon" if moment.hour else "midnight"])
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'pm' if moment.hour >= 12 else 'am'}"


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("flows.signposts").joinpath("words.toml").read_text("utf-8"))
