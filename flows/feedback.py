"""Anonymous feedback in conversation: what each message is taken for, from its words and a state in memory alone.

Nothing here is a flow with a place: a place is stored, and of feedback nothing is stored on the person's side, not
even that it was given. So it is decided here before anything is written, by pure functions, what is feedback's own and
what goes the ordinary way. The promise and its reasons are in the practice, point 11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from flows.phrases import plain
from flows.words import Words

Stage: TypeAlias = Literal["words", "name", "sent", "danger", "held"]
OURS = ("FEEDBACK", "CODE", "SOONER", "WIPE")
_BEGINS = re.compile(
    r"""[\W_]*(?P<before>(?:(?:text|send|my|give|giving|make|making|want|to|some|a|an|i|have|ive|got|rhoi|gwneud
        |anonymous|anon|dienw)\s+)*)
        (?:(?P<feedback>feed\s?back|adborth)|complaints?|complain|cwynion|cwyno?)(?![^\W\d_])[\s.,:;!_\u2013-]*""",
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_MORE = re.compile(r"\b(?:i|have|ive|want)\b", re.IGNORECASE)  # "I have a complaint": part of the words
_SHOUTED = re.compile(r"\s*(?:FEEDBACK|ADBORTH)(?=[A-Z][a-z])")  # and then the words without a space
_LIKE_A_CODE = re.compile(r"(?<!\d)(?:\d[ .\u2013\u00a0-]?){15,17}(?!\d)")
LEAVES = {"BACK", "SKIP", "EXIT"}
LEAVES_IF_TYPED = {"CANCEL", "END", "QUIT"}  # elsewhere they say STOP; in front of a question they mean the question
HEADINGS: dict[str, Stage] = {"heading": "words", "heading-name": "name", "heading-receipt": "sent"}
PICTURES = ("photo", "voice", "video", "file", "sticker", "contact", "location", "other")
JOINS = ("join", "ymuno", "/start")


@dataclass(frozen=True)
class Composing:
    """Where somebody is in giving feedback. In memory only, for an hour.

    Attributes:
        stage: What their next message is: the "words"; words that go with their "name"; or what may belong to what was
            "sent", to what was sent with "danger" in it, or to what is "held" until they have said what it is.
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


NeverKept: TypeAlias = Say | Seal | Add | OpenSooner | Wipe | LookUp | Ignore
Decision: TypeAlias = NeverKept | Keep
PROMPT = Say("prompt", Composing("words"))


def asks_for_us(text: str, words: Words) -> tuple[str, str] | None:
    """FEEDBACK, CODE, SOONER or WIPE where a message is it or begins with it, and the words behind; None: it is not.

    Whatever may be a code is one, wherever it stands: a code that is stored tells who wrote.
    """
    if code := _LIKE_A_CODE.search(text):
        return "CODE", code.group()
    whole = words.keyword(text)
    if whole is not None and whole.name in OURS:
        return whole.name, ""
    if begins := _SHOUTED.match(text):
        return "FEEDBACK", text[begins.end() :].strip()
    if begins := _BEGINS.match(text):
        behind = text[begins.end() :].strip()
        only_the_word = begins["feedback"] and not _SAYS_MORE.search(begins["before"])
        return "FEEDBACK", behind if only_the_word or not behind else text.strip()
    return _after_a_keyword(text, words)


def _after_a_keyword(text: str, words: Words) -> tuple[str, str] | None:
    """FEEDBACK with a slip in it, or CODE and numbers."""
    first, *behind = text.split(maxsplit=1)[:2] or [""]
    begins = words.keyword(first.rstrip(":,.!-")) if behind else None
    if begins is not None and begins.name == "FEEDBACK":
        return "FEEDBACK", behind[0]
    if begins is not None and begins.name == "CODE" and behind[0][:1].isdigit():
        return "CODE", behind[0]
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
        return changed(composing) if composing or asked else None
    if kind in PICTURES:
        waits = composing is not None and composing.stage != "name"
        return Say("not-words", composing or Composing("words")) if waits or asked else None
    if kind != "text":
        return None
    if asked:
        return _asked_for_us(*asked, composing, words)
    if composing is None:
        return None
    return _FOLLOWING[composing.stage](text, composing, words, just_sent)


def changed(composing: Composing | None) -> Say:
    """The answer to a changed message: what they send next may be feedback or not, and is asked about.

    What is held, and words of danger that their "1" would pass on, are not forgotten over it.
    """
    stays = composing is not None and composing.stage in ("danger", "held")
    return Say("changed", composing if stays else Composing("sent"))


def hear_apart(
    text: str, kind: str, composing: Composing | None, words: Words, *, just_sent: bool = False
) -> NeverKept:
    """What a message is taken for on the number or bot where everything is feedback without a name.

    Nothing that comes there is ever an ordinary message, whoever wrote it: 1 and 2 are no choices there.
    """
    asked, keyword = asks_for_us(text, words), words.keyword(text)
    if kind in PICTURES or kind == "edited":
        return Say("not-words" if kind != "edited" else "changed", composing)
    if kind != "text":
        return Ignore()
    if keyword is not None and keyword.name == "STOP":
        return Say("apart-stop")
    if asked and asked[0] != "FEEDBACK":
        return _asked_about_it(*asked, composing)
    if asked:
        rest = asked[1]
        return Seal(rest) if rest and words.keyword(rest) is None else Say("prompt-apart")
    if keyword is not None or not text.strip() or text.startswith("/"):
        return Say("prompt-apart")
    return Add(text) if just_sent and composing is not None else Seal(text)


def hear_when_unsure(text: str, words: Words) -> Decision | None:
    """What a message is taken for that may be feedback, and may be anything else.

    An answer of one word, or a word of ours, goes the ordinary way; thanks need no answer and leave no trace; whatever
    is more is held in memory until they have said what it is.
    """
    first = text.split(maxsplit=1)[:1]
    means = _means(text, words)
    if "thanks" in means:
        return Ignore()
    is_an_answer = text.strip().isdecimal() or bool(means)
    if is_an_answer or _elsewhere(text, words) or (first and first[0].casefold() in JOINS) or not text.strip():
        return None
    return Say("held", Composing("held", text))


def _asked_for_us(name: str, rest: str, composing: Composing | None, words: Words) -> Decision:
    if name != "FEEDBACK":
        return _asked_about_it(name, rest, composing)
    held = composing.words if composing is not None and composing.stage == "held" else ""
    if held:
        return Seal(f"{held}\n{rest}".strip())
    return (_to_the_prompt(rest, Composing("words"), words, False) or PROMPT) if rest else PROMPT


def _asked_about_it(name: str, digits: str, composing: Composing | None) -> NeverKept:
    """CODE, SOONER or WIPE."""
    if name == "CODE":
        return LookUp(digits) if digits else Say("code-how", composing)
    return OpenSooner() if name == "SOONER" else Wipe()


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
    """The rest of a text that was cut in two, the name after all where danger was heard, or perhaps something more."""
    if composing.stage == "danger" and _choice(text) == 1:
        return Keep(composing.words, as_feedback=True)
    unsure = hear_when_unsure(text, words)
    return Add(text) if just_sent and isinstance(unsure, Say) else unsure


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
    """They want to leave it, or said only something polite, a number or nothing at all, and are asked on."""
    keyword, means = words.keyword(text), _means(text, words)
    if "leave" in means or (keyword is not None and (keyword.name in LEAVES or keyword.typed in LEAVES_IF_TYPED)):
        return Say("left")
    says_nothing = means & {"go-on", "thanks"} or not text.strip() or text.strip().isdecimal()
    return Say("go-on", composing) if says_nothing else None


def _means(text: str, words: Words) -> set[str]:
    pages = (words.hearing(language, "feedback.go-on", date.min) for language in words.languages)
    return {meaning for page in pages if (meaning := page.means.get(plain(text)))}


def _elsewhere(text: str, words: Words) -> bool:
    """Whether this is a word of ours that means something else than feedback: STOP, HELP, HUMAN, MENU, ..."""
    return words.keyword(text) is not None


def _asks_who(text: str, words: Words) -> bool:
    """Who reads this, is it a person: answered here, as what is true of other messages is not true of feedback."""
    keyword = words.keyword(text)
    return keyword is not None and keyword.name == "WHO"
