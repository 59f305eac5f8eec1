"""A poster for the wall: one A4 page of HTML that asks people to join, with a square to scan for each way in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from bot.channels import SendFailed
from bot.config import Config, Secrets
from bot.inviting import CannotInvite
from bot.running import telegram_channels
from bot.wording import words_in_use
from flows.words import Words

_A_NUMBER = re.compile(r"\+?\d{3,15}")
JOIN = {"en": "JOIN", "cy": "YMUNO"}
_PAGE = Template("""\
<!doctype html>
<html lang="$language">
<meta charset="utf-8">
<title>$title</title>
<style>
@page { size: A4; margin: 18mm }
body { font: 17pt/1.4 Arial, Helvetica, sans-serif; color: #000; background: #fff; max-width: 174mm; margin: auto }
h1 { font-size: 34pt; line-height: 1.15; margin: 0 0 6mm }
h2 { font-size: 24pt; margin: 0 0 2mm }
section { display: flex; gap: 8mm; align-items: center; margin: 6mm 0; break-inside: avoid }
svg { width: 46mm; height: 46mm; flex: none }
p { margin: 0 0 4mm }
</style>
<h1>$title</h1>
$body
</html>
""")


@dataclass(frozen=True)
class WayIn:
    """One way to join: what stands beside its square, and what the square holds."""

    heading: str
    scanned: str


@dataclass(frozen=True)
class Poster:
    """The page, and what is not on it and why; None: nothing is missing."""

    page: str
    left_out: str | None = None


async def poster(config: Config, secrets: Secrets, language: str) -> Poster:
    """The poster, in one language; where Telegram does not answer, with the square for SMS alone.

    Raises:
        CannotInvite: There is no number and no bot to join by, or only a bot, and Telegram does not answer.
    """
    words = words_in_use(config)
    ways, left_out = _by_sms(words, config, language), None
    try:
        ways += await _by_telegram(words, config, secrets, language)
    except SendFailed as failed:
        why = f"Telegram does not answer ({failed.reason.value}), so the bot's name is not known."
        if not ways:
            raise CannotInvite(f"{why} No poster was made. `alongside check` says more.") from None
        left_out = f"{why} Only the square for SMS is on it. `alongside check` says more."
    return Poster(page(words, config, language, ways), left_out)


def _by_sms(words: Words, config: Config, language: str) -> list[WayIn]:
    """A text that is ready to send.

    Cameras of both kinds of phone know SMSTO:number:text; of "sms:" some want a "?" before the text, some an "&".
    """
    if config.sms is None or not _A_NUMBER.fullmatch(config.sms.sends_as):  # it may be the name of a service
        return []
    number = config.sms.sends_as
    shown = words.sentence(language, "poster.sms", {"number": as_people_write(number)})
    return [WayIn(shown, f"SMSTO:{number}:{JOIN.get(language, 'JOIN')}")]


async def _by_telegram(words: Words, config: Config, secrets: Secrets, language: str) -> list[WayIn]:
    telegram = telegram_channels(config, secrets).get("telegram")
    if telegram is None:
        return []
    try:
        link = await telegram.deep_link("join")
    finally:
        await telegram.close()
    name = "@" + link.removeprefix("https://t.me/").partition("?")[0]
    return [WayIn(words.sentence(language, "poster.telegram", {"name": name}), link)]


def page(words: Words, config: Config, language: str, ways: Sequence[WayIn]) -> str:
    """The page for these ways in; nothing in it comes from anywhere else, so it can be printed without a network."""
    if not ways:
        raise CannotInvite("Neither SMS nor Telegram is set up, so there is nothing to put on a poster.")
    house = config.house()
    known = {
        "organisation": house.name,
        "who_reads": house.in_language(house.who_reads, language),
        "when_read": house.in_language(house.when_read, language),
    }

    def said(key: str) -> str:
        return escape(words.sentence(language, f"poster.{key}", known))

    by_text = ["cost"] if any(way.scanned.startswith("SMSTO") for way in ways) else []
    body = [f"<p>{said('about')}</p>", f"<p>{said('computer')}</p>", *map(_section, ways), f"<p>{said('scan')}</p>"]
    body += [f"<p>{said(key)}</p>" for key in ("choose", *by_text)]
    body.append(f"<p><strong>{said('emergency')}</strong></p>")
    return _PAGE.substitute(language=escape(language), title=said("title"), body="\n".join(body))


def _section(way: WayIn) -> str:
    import segno

    square = segno.make(way.scanned, error="m", micro=False).svg_inline(border=4, omitsize=True, title=way.heading)
    return f"<section>{square}<h2>{escape(way.heading)}</h2></section>"


def as_people_write(number: str) -> str:
    """A British number with its zero: "07700 900001"; any other, and a short code, as it is."""
    if not number.startswith("+44") or len(number) != len("+447700900001"):
        return number
    return f"0{number[3:7]} {number[7:]}"
