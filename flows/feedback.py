"""Anonymous feedback in conversation: what each message is taken for, from its words and a state in memory alone.

Nothing here is a flow with a place: a place is stored, and of feedback nothing is stored on the person's side, not
even that it was given. So it is decided here before anything is written, by pure functions, what is feedback's own and
what goes the ordinary way. The promise and its reasons are in the practice, point 11.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from flows.phrases import plain
from flows.words import Words

Stage: TypeAlias = Literal["words", "name", "sent", "danger", "held"]
OURS = ("FEEDBACK", "CODE", "SOONER", "WIPE")
MORE_THAN_A_KEYWORD = ("complaint", "complain", "cwyn", "cwyno")  # a complaint about ... : these belong to the words
LEAVES = {"BACK", "SKIP", "EXIT"}
LEAVES_IF_TYPED = {"CANCEL", "END", "QUIT"}  # elsewhere they say STOP; in front of a question they mean the question
HEADINGS: dict[str, Stage] = {"heading": "words", "heading-name": "name", "heading-receipt": "sent"}
PICTURES = ("photo", "voice", "video", "file", "sticker", "contact", "location", "other")
LONGEST_ONE_WORD = 12  # letters: "3", "yes" and "Thursday" are answers, hardly ever feedback


@dataclass(frozen=True)
class Composing:
    """Where somebody is in giving feedback. In memory only, for ten minutes.

    Attributes:
        stage: What their next message is: the "words"; words that go with their "name"; or something that follows
            what was "sent", what was sent with "danger" in it, or what is "held" since we came back from a crash.
        words: What they wrote, as long as it may still be needed.
    """

    stage: Stage
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Say:
    """Say a sentence of `feedback.…`; their next message is taken as `then` says."""

    key: str
    then: Composing | None = None


@dataclass(frozen=True)
class Seal:
    """These words are the feedback."""

    words: str = field(repr=False)


@dataclass(frozen=True)
class Add:
    """These words are the rest of what was just sealed: a text message that came in two parts."""

    words: str = field(repr=False)


@dataclass(frozen=True)
class OpenSooner:
    """What was just sealed is to be opened at the next full hour."""


@dataclass(frozen=True)
class Wipe:
    """What was said about it here is to be taken out of the chat."""


@dataclass(frozen=True)
class LookUp:
    """Somebody asks after what they sent, with these digits."""

    digits: str = field(repr=False)


@dataclass(frozen=True)
class Keep:
    """By their own wish this is an ordinary message from now on: it is stored, with their name."""

    words: str = field(repr=False)
    as_feedback: bool = False


@dataclass(frozen=True)
class Ignore:
    """Nothing is done and nothing is kept."""


Decision: TypeAlias = Say | Seal | Add | OpenSooner | Wipe | LookUp | Keep | Ignore
PROMPT = Say("prompt", Composing("words"))


def asks_for_us(text: str, words: Words) -> tuple[str, str] | None:
    """FEEDBACK, CODE, SOONER or WIPE where a message is it or begins with it, and the words behind; None: it is not."""
    first, _, rest = text.strip().partition(" ")
    if "\n" in first:
        first, _, rest = text.strip().partition("\n")
    whole = words.keyword(text)
    if whole is not None and whole.name in OURS:
        return whole.name, ""
    begins = words.keyword(first.rstrip(":,.!-"))
    if begins is None or begins.name not in OURS or not rest.strip():
        return None
    if begins.name == "FEEDBACK":
        return "FEEDBACK", text.strip() if plain(first) in MORE_THAN_A_KEYWORD else rest.strip()
    if begins.name == "CODE" and any(sign.isdigit() for sign in rest):
        return "CODE", rest.strip()
    return None


def answers_prompt(replied_to: str, words: Words) -> Composing | None:
    """What a reply to one of our own messages is, told by that message's first words; None: it was another one."""
    for language in words.languages if replied_to else ():
        for heading, stage in HEADINGS.items():
            if replied_to.startswith(words.sentence(language, f"feedback.{heading}")):
                return Composing(stage)
    return None


def hear(
    text: str, kind: str, composing: Composing | None, words: Words, *, just_sent: bool = False
) -> Decision | None:
    """What a message is taken for.

    Args:
        text: What they wrote.
        kind: As in `bot.channels.Kind`.
        composing: Where they are, if they are giving feedback.
        words: Every language's.
        just_sent: Whether it came so soon after a text message that it may be the rest of it.

    Returns:
        What to do; None: this has nothing to do with feedback and goes the ordinary way.
    """
    asked = asks_for_us(text, words)
    if kind == "reaction":
        return Ignore()  # a thumb under a receipt must not be a row with a time
    if kind == "edited":
        return Say("changed", composing) if composing or asked else None
    if kind in PICTURES:
        waits = composing is not None and (composing.stage == "words" or just_sent)
        return Say("not-words", composing) if waits or asked else None
    if kind != "text":
        return None
    if asked:
        return _asked_for_us(*asked, composing, words)
    if composing is None:
        return None
    return _FOLLOWING[composing.stage](text, composing, words, just_sent)


def hear_apart(text: str, kind: str, composing: Composing | None, words: Words, *, just_sent: bool = False) -> Decision:
    """What a message is taken for on the number or bot where everything is feedback without a name."""
    asked, keyword = asks_for_us(text, words), words.keyword(text)
    if kind in PICTURES or kind == "edited":
        return Say("not-words" if kind != "edited" else "changed", composing)
    if kind != "text" or (keyword is not None and keyword.name in ("STOP", "START") and text[:1] != "/"):
        return Ignore()  # the provider has taken it for the number's own, and has answered
    if asked:
        return Say("prompt-apart") if asked == ("FEEDBACK", "") else _asked_for_us(*asked, composing, words)
    if keyword is not None or not text.strip() or text.startswith("/"):
        return Say("prompt-apart")
    return Add(text) if just_sent and composing is not None else Seal(text)


def after_a_crash(text: str, words: Words) -> Decision | None:
    """What a message is taken for while somebody may have been in the middle of feedback when we broke down.

    An answer of one word goes the ordinary way; whatever is more is held in memory until they have said what it is.
    """
    if len(text.strip()) <= LONGEST_ONE_WORD or words.keyword(text) is not None:
        return None
    return Say("held", Composing("held", text))


def _asked_for_us(name: str, rest: str, composing: Composing | None, words: Words) -> Decision:
    if name == "CODE":
        return LookUp(rest) if rest else Say("code-how", composing)
    if name in ("SOONER", "WIPE"):
        return OpenSooner() if name == "SOONER" else Wipe()
    held = composing.words if composing is not None and composing.stage == "held" else ""
    if held:
        return Seal(f"{held}\n{rest}".strip())
    return (_to_the_prompt(rest, Composing("words"), words, False) or Seal(rest)) if rest else PROMPT


def _to_the_prompt(text: str, composing: Composing, words: Words, _: bool) -> Decision | None:
    """The words themselves; or 1 for my name to it, 2 for a person, or a word that leaves."""
    match _choice(text):
        case 1:
            return Say("prompt-name", Composing("name"))
        case 2:
            return Keep("HUMAN")
    if _asks_who(text, words):
        return Say("who", composing)
    return _left(text, composing, words) or (None if _elsewhere(text, words) else Seal(text))


def _with_a_name(text: str, composing: Composing, words: Words, _: bool) -> Decision | None:
    """Whatever they write now goes with their name, as they wished."""
    if _choice(text) == 1:
        return Say("prompt-name", composing)
    return _left(text, composing, words) or (None if _elsewhere(text, words) else Keep(text, as_feedback=True))


def _after_sending(text: str, composing: Composing, words: Words, just_sent: bool) -> Decision | None:
    """The rest of a text that was cut in two, or the name after all where danger was heard."""
    if composing.stage == "danger" and _choice(text) == 1:
        return Keep(composing.words, as_feedback=True)
    return Add(text) if just_sent and not _elsewhere(text, words) else None


def _what_was_held(text: str, composing: Composing, words: Words, _: bool) -> Decision | None:
    """1: it was for the team. 2: it was feedback. Anything else is held with it."""
    match _choice(text):
        case 1:
            return Keep(composing.words)
        case 2:
            return Seal(composing.words)
    if _elsewhere(text, words):
        return None
    return Say("held", replace(composing, words=f"{composing.words}\n{text}"))


_FOLLOWING = {
    "words": _to_the_prompt,
    "name": _with_a_name,
    "sent": _after_sending,
    "danger": _after_sending,
    "held": _what_was_held,
}


def _choice(text: str) -> int | None:
    number = text.strip().strip(".)(")
    return int(number) if number in ("1", "2") else None


def _left(text: str, composing: Composing, words: Words) -> Say | None:
    """They want to leave it, or said only yes or nothing at all, and are asked on."""
    keyword, said = words.keyword(text), plain(text)
    pages = (words.hearing(language, "feedback.go-on", date.min) for language in words.languages)
    means = {page.means.get(said) for page in pages}
    if "leave" in means or (keyword is not None and (keyword.name in LEAVES or keyword.typed in LEAVES_IF_TYPED)):
        return Say("left")
    return Say("go-on", composing) if "go-on" in means or not text.strip() else None


def _asks_who(text: str, words: Words) -> bool:
    """Who reads this, is it a person: answered here, as what is true of other messages is not true of feedback."""
    keyword = words.keyword(text)
    return keyword is not None and keyword.name == "WHO"


def _elsewhere(text: str, words: Words) -> bool:
    """Whether this is a word of ours that means something else than feedback: STOP, HELP, HUMAN, MENU, ..."""
    return words.keyword(text) is not None
