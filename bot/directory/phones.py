"""Phone numbers as others wrote them: grouped for reading, or refused with a reason."""

from __future__ import annotations

import re

import phonenumbers

from bot.directory.reading import Part
from flows.signposts import digits, wrong_numbers

# What anybody in the UK can dial, and what no table of phone numbers knows.
_SHORT = {
    "999": "999",
    "112": "112",
    "111": "111",
    "101": "101",
    "105": "105",
    "116123": "116 123",
    "08001111": "0800 1111",
}
_UNUSED = re.compile(r"fax|pager|textphone|minicom|tdd|tty", re.IGNORECASE)
_FOR_TEXTS = re.compile(r"text|sms", re.IGNORECASE)


def uk_phone(said: str) -> str:
    """A UK number, grouped as people read it out.

    Raises:
        ValueError: It is no UK number, costs extra, or is known to be wrong; why, in plain words.
    """
    plain = digits(said)
    if plain in _SHORT:
        return _SHORT[plain]
    try:
        number = phonenumbers.parse(said.strip("\"' "), "GB")
    except phonenumbers.NumberParseException:
        raise ValueError(f"{said[:40]!r} is not a phone number") from None
    if number.country_code != 44 or not phonenumbers.is_valid_number(number):
        raise ValueError(f"{said[:40]!r} is not a UK phone number")
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise ValueError(f"{said[:40]!r} is a premium-rate number")
    grouped = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    if why := wrong_numbers().get(digits(grouped)):
        raise ValueError(f"{grouped} must not be given out: {why}")
    return grouped


def text_number(said: str) -> str:
    """Where to text: a short code ("88247", "HELP to 81066") or a UK number.

    Raises:
        ValueError: It is neither; why, in plain words.
    """
    if re.fullmatch(r"(?:[A-Za-z0-9]{1,12} to )?\d{5,6}", said):
        return said
    return uk_phone(said)


def phones_of(*levels: Part) -> tuple[str | None, str | None]:
    """The number to call and the number to text, from the first of these levels that has each."""
    voice: str | None = None
    text: str | None = None
    for phone in (phone for level in levels for phone in level.many("phones", "phone")):
        kind = phone.words("type") or ""
        said = phone.words("number", longest=60)
        if said is None or _UNUSED.search(kind):
            continue
        try:
            if _FOR_TEXTS.search(kind):
                text = text or text_number(said)
            else:
                voice = voice or uk_phone(said)
        except ValueError as why:
            phone.notes.ignore(str(why))
    return voice, text
