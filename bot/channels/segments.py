"""What a text message costs: fold typography into the SMS alphabet, count the parts that are billed.

Twilio bills by the part (a "segment"). A message of nothing but GSM-7 letters holds 160 of them, a longer
one 153 to the part; one letter outside that alphabet makes the whole message UCS-2: 70, or 67 to the part. A
single curly quote can double a price, which is why `fold` exists. It leaves names and languages as they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

# GSM 03.38's default alphabet and its extension table; a letter of the latter is sent as two.
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"
_only_basic = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_only_gsm = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*").fullmatch
_extension_letters = re.compile(f"[{re.escape(_EXTENSION)}]").findall

PENCE_PER_PART = 4  # about what a part to a UK phone costs an organisation; a person pays their own reply

# In a GSM-7 message nothing joins, so joiners, marks of direction and soft hyphens say nothing there.
_FOLDS = {
    **dict.fromkeys("‘’‚‛′`´ʹʻʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃•", "-"),
    "…": "...",
    **dict.fromkeys(
        "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
        " ",
    ),
    **dict.fromkeys("\u000b\u0085\u2028\u2029", "\n"),
    **dict.fromkeys("\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff", ""),
}
LONGEST = 1_600  # letters of one message, whatever the alphabet (Twilio's error 21617)
_FOLD_TABLE = str.maketrans(_FOLDS)


@dataclass(frozen=True)
class Segments:
    """What one text message takes.

    Attributes:
        encoding: The alphabet that the whole message is sent in.
        parts: How many messages it is billed as; 0 for an empty text, which cannot be sent.
        units: Its length: septets (GSM-7) or UTF-16 code units (UCS-2).
    """

    encoding: Literal["GSM-7", "UCS-2"]
    parts: int
    units: int


def fold(text: str) -> str:
    """The text with typography in plain signs, if that makes all of it GSM-7; otherwise the very same text.

    Curly quotes, dashes, dots, unusual spaces and invisible signs change; a letter is at most composed ("e"
    and a combining accent become "é"). A text that stays UCS-2 for another reason (ŵ, an emoji, Urdu) would
    gain nothing and lose its joiners, so it is left alone. Folding twice is folding once.
    """
    if _only_gsm(text):
        return text
    folded = unicodedata.normalize("NFC", text).translate(_FOLD_TABLE)
    return folded if _only_gsm(folded) else text


def count(text: str) -> Segments:
    """The parts of a text as it stands: give it what `fold` returned.

    Agrees with Twilio's own calculator, except that it lets a part end within a cluster of joined signs
    (a family emoji), where that one may take a part more; phones join the parts before they show them.
    """
    if _only_basic(text):
        return Segments("GSM-7", _parts(len(text), 160, 153), len(text))
    if _only_gsm(text):
        doubled = len(_extension_letters(text))
        return _counted("GSM-7", text, len(text) + doubled, _EXTENSION)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return _counted("UCS-2", text, units, None)


def in_messages(text: str, longest: int = LONGEST) -> list[str]:
    """The text in as few messages as the provider takes, cut between sentences, or between words, and nowhere else.

    Args:
        text: Any text.
        longest: How many letters one message may have, once it is folded.
    """
    messages: list[str] = []
    while _letters(text) > longest:
        piece = text[:longest]
        while _letters(piece) > longest:
            piece = piece[:-1]
        sentence = max(piece.rfind(end, len(piece) // 2) + 1 for end in (". ", "? ", "! ", "\n"))
        end = sentence or piece.rfind(" ") + 1 or len(piece)
        messages.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [each for each in (*messages, text) if each]


def _letters(text: str) -> int:
    return len(fold(text).encode("utf-16-le", "surrogatepass")) // 2


def in_words(text: str, pence: float = PENCE_PER_PART) -> str:
    """How long a text is, and about what it costs to send it once: "2 parts, 180 of 306 letters, about 8p"."""
    folded = fold(text)
    found = count(folded)
    if found.parts == 0:
        return "Nothing yet."
    alone, joined = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    room = alone if found.parts == 1 else found.parts * joined
    parts = "1 part" if found.parts == 1 else f"{found.parts} parts"
    said = f"{parts}, {found.units} of {room} letters, about {found.parts * pence:g}p"
    plain = count("".join(sign for sign in folded if _only_gsm(sign)))
    if 0 < plain.parts < found.parts:
        said += f". Without {' '.join(not_in_a_text(folded)[:5])} it would take {plain.parts}"
    return said


def not_in_a_text(text: str) -> list[str]:
    """The signs that the SMS alphabet lacks, each once."""
    return [sign for sign in dict.fromkeys(fold(text)) if not _only_gsm(sign)]


def _parts(units: int, alone: int, joined: int) -> int:
    if units <= alone:
        return min(units, 1)
    return -(-units // joined)


def _counted(encoding: Literal["GSM-7", "UCS-2"], text: str, units: int, doubled: str | None) -> Segments:
    alone, joined = (160, 153) if encoding == "GSM-7" else (70, 67)
    if units <= alone or units == len(text):
        return Segments(encoding, _parts(units, alone, joined), units)
    parts, room = 1, joined
    for letter in text:
        # Neither an escaped GSM-7 letter nor a surrogate pair is ever split between two parts.
        width = 2 if (letter in doubled if doubled else letter > "\uffff") else 1
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return Segments(encoding, parts, units)
