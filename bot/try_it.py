"""`alongside try`: the whole bot in one process with handsets in the terminal; nothing leaves this machine."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.panel import Panel

from bot.channels.handset import Bubble
from bot.simulation import FEEDBACK_INBOX, HARBOUR_HOUSE, PASSPHRASE, Person, World, feedback_in

CHANNELS = {"SMS": "sms", "Telegram": "telegram"}
LANGUAGES = {"Welsh": "cy", "English": "en"}
FIRST_REFERENCE = 4821  # in a script alerts are numbered from here; really their numbers are drawn by lot
IS_ON_CALL = re.compile(r"(\w+) is on call\.")
IS_ON = re.compile(r"(\w+) is on (SMS|Telegram)(?:, in (Welsh|English))?\.")
TYPING = timedelta(seconds=3)  # for a message; at once, thirty would be taken for a flood
LONGEST_STEP = timedelta(weeks=53)
MOST_DIGITS = 6
LATER = re.compile(r"(\d+) (minute|hour|day|week)s? later")
SAYS = re.compile(r"(\w+)( taps)?: (.*)")
HELP = """Type what {name} would text. Besides that:
  /as ada, /as dee     be somebody else (Ada has an old phone, Dee has Telegram and writes Welsh)
  /as sam, bo, kim, lou  be staff: Sam is on call on weekdays from 9 to 5; when somebody is in danger an alert comes
                       to Sam, to Bo (the deputy) after 10 minutes, then to Kim and Lou. They reply ACK and its number
  /tap Yes             tap a button
  /later 7 days        move the clock
  /inbox               what waits for the coordinators
  /feedback            what Bo reads in the box of feedback, which is opened on Fridays at noon (send FEEDBACK first)
  /quit                leave; nothing is kept"""


class ScriptMistake(Exception):
    """A script has a line that cannot be played; it says which, and what would be understood."""


# -- scripts -------------------------------------------------------------------------------------------


def play(script: Path) -> int:
    """Play a conversation and print it, with what the bot really says; 0 when it could be played."""
    try:
        for line in asyncio.run(played(_lines_of(script))):
            print(line)
    except ScriptMistake as mistake:
        print(mistake, file=sys.stderr)
        return 2
    return 0


def _lines_of(script: Path) -> list[str]:
    try:
        return script.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise ScriptMistake(f"{script}: there is no such file. Is its name right, and are you in its folder?") from None
    except (OSError, UnicodeDecodeError):
        raise ScriptMistake(
            f"{script}: can't be read. A script is a text file, like the conversation in README.md."
        ) from None


async def played(lines: list[str]) -> list[str]:
    """The transcript that a script's people and the bot make today.

    The bot's lines in the script are replaced by what it says now, so a transcript is a script too.

    Raises:
        ScriptMistake: A line can't be played.
    """
    transcript: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        feedback = feedback_in(Path(folder) / "feedback")
        async with World(Path(folder) / "try.sqlite3", HARBOUR_HOUSE, feedback=feedback) as world:
            for number, line in enumerate(lines, 1):
                if not line.startswith(("Bot to ", "  ")):
                    said = await _step(world, _numbered(world, line, really=True), number)
                    transcript += [line, *(_numbered(world, each) for each in said)]
    return transcript


def _numbered(world: World, line: str, *, really: bool = False) -> str:
    """A line with the alerts numbered as in every playing of a script, or as they really are."""
    real = [str(reference) for reference in world.references()]
    played = [str(FIRST_REFERENCE + at) for at in range(len(real))]
    means = dict(zip(played, real, strict=True) if really else zip(real, played, strict=True))
    if not means:
        return line
    alone = rf"(?<!\d )\b(?:{'|'.join(means)})\b(?! \d)"  # no part of a telephone number
    return re.sub(alone, lambda found: means[found[0]], line)


async def _step(world: World, line: str, number: int) -> list[str]:
    line = line.strip()
    if not line or line.startswith("#"):
        return []
    if found := IS_ON.fullmatch(line):
        language = LANGUAGES[found[3]] if found[3] else None
        await world.add(found[1], CHANNELS[found[2]], language)
        return []
    if found := IS_ON_CALL.fullmatch(line):
        if found[1] not in world.service.voice.house.safeguarding.rota.on_call(world.clock()):
            raise ScriptMistake(f"line {number}: {found[1]} is not on call then. Sam is, on weekdays from 9 to 5.")
        return []
    if found := LATER.fullmatch(line):
        await world.later(_span(found[1], found[2], f"line {number}: "))
        return list(_shown(world))
    found = SAYS.fullmatch(line)
    if found is None or found[1] not in world.people:
        raise ScriptMistake(
            f"line {number}: not understood. Lines look like: Ada is on SMS. / Ada: JOIN / Ada taps: Yes / 7 days later"
        )
    person = world.people[found[1]]
    await world.later(TYPING)
    try:
        bubbles = await (world.tap(person, found[3]) if found[2] else world.text(person, found[3]))
    except LookupError as missing:
        raise ScriptMistake(f"line {number}: {missing.args[0]}") from None
    return [*(text for bubble in bubbles for text in _lines(person, bubble)), *_shown(world)]


def _shown(world: World) -> Iterator[str]:
    for person in world.people.values():
        for bubble in world.news(person):
            yield from _lines(person, bubble)


def _lines(person: Person, bubble: Bubble) -> Iterator[str]:
    first, *others = bubble.text.splitlines()
    yield f"Bot to {person.name}: {first}"
    for line in others:
        yield f"  {line}".rstrip() or "  "
    if bubble.buttons:
        yield "  " + " ".join(f"[{button.label}]" for button in bubble.buttons)


def _span(number: str, unit: str, where: str = "") -> timedelta:
    """How far the clock is moved at once; longer, and somebody would wait for it."""
    if len(number) > MOST_DIGITS or timedelta(**{f"{unit}s": int(number)}) > LONGEST_STEP:
        raise ScriptMistake(f"{where}the clock moves by a year at most, like: 52 weeks later")
    return timedelta(**{f"{unit}s": int(number)})


# -- the terminal --------------------------------------------------------------------------------------


def talk() -> int:
    """A conversation in the terminal, until /quit or the end of the input."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt, EOFError):
        asyncio.run(_talk(Path(folder)))
    return 0


async def _talk(folder: Path) -> None:
    console = Console()
    async with World(folder / "try.sqlite3", HARBOUR_HOUSE, feedback=feedback_in(folder / "feedback")) as world:
        me = await world.add("Ada", "sms")
        await world.add("Dee", "telegram", "cy")
        console.print(HELP.format(name=me.name), style="dim")
        console.print('Begin with "JOIN".', style="dim")
        while True:
            shown_at = world.clock().strftime("%a %d %b %H:%M")
            line = (await asyncio.to_thread(input, f"{shown_at}  {me.name} ({me.channel})> ")).strip()
            if line in ("/quit", "/q"):
                return
            if line:
                me = await _line(console, world, me, line)


async def _line(console: Console, world: World, me: Person, line: str) -> Person:
    word, _, rest = line.partition(" ")
    shown: list[tuple[Person, Bubble]] = []
    if word == "/as":
        return _somebody(console, world, rest.strip()) or me
    if word == "/later":
        await _move_clock(console, world, rest.strip())
    elif word == "/inbox":
        _print_inbox(console, world)
    elif word == "/feedback":
        _print_feedback(console, world)
    elif word == "/tap":
        try:
            shown = [(me, bubble) for bubble in await world.tap(me, rest)]
        except LookupError as missing:
            console.print(str(missing.args[0]), style="red")
    elif word.startswith("/") and me.channel == "sms":
        console.print(HELP.format(name=me.name), style="dim")
    else:
        await world.later(TYPING)
        shown = [(me, bubble) for bubble in await world.text(me, line)]
    for person, bubble in shown:
        _print_bubble(console, person, bubble)
    for person in world.people.values():
        for bubble in world.news(person):
            _print_bubble(console, person, bubble)
    return me


def _somebody(console: Console, world: World, name: str) -> Person | None:
    """Who has this name; without one, say who there is."""
    chosen = next((each for each in world.people.values() if each.name.casefold() == name.casefold()), None)
    if chosen is None:
        asked = f"There is nobody called {name}. " if name else ""
        console.print(f"{asked}There are: {', '.join(world.people)}. For example: /as dee", style="red", markup=False)
    else:
        console.print(HELP.format(name=chosen.name), style="dim")
    return chosen


async def _move_clock(console: Console, world: World, by: str) -> None:
    found = LATER.fullmatch(f"{by} later")
    if found is None:
        how = "Say how long, in minutes, hours, days or weeks: /later 10 minutes, /later 1 day"
        console.print(how, style="red", markup=False)
        return
    try:
        await world.later(_span(found[1], found[2]))
    except ScriptMistake:
        console.print("The clock moves by a year at most: /later 52 weeks", style="red", markup=False)


def _print_bubble(console: Console, person: Person, bubble: Bubble) -> None:
    buttons = "\n".join(f"[{button.label}]" for button in bubble.buttons)
    text = f"{bubble.text}\n\n{buttons}" if buttons else bubble.text
    panel = Panel(text, title=f"to {person.name}", subtitle=bubble.cost if person.channel == "sms" else None, width=64)
    console.print(panel, markup=False)


def _print_inbox(console: Console, world: World) -> None:
    from bot.showing import inbox_lines

    with world.service.database.reading() as connection:
        for line in inbox_lines(connection, "Europe/London", world.clock()):
            console.print(line, markup=False, highlight=False)


def _print_feedback(console: Console, world: World) -> None:
    from bot.feedback.desk_commands import all_feedback
    from storage.feedback.keys import unlock

    if (feedback := world.service.feedback) is not None:
        keys = unlock(feedback.box.database, FEEDBACK_INBOX, "Bo", PASSPHRASE)
        for line in all_feedback(feedback.box.database, keys, closed=True):
            console.print(line, markup=False)
