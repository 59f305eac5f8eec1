"""What each conversation costs by SMS: parts that the charity is billed for, and replies that a person pays for.

Every way through every flow is written out as `tests.flows.test_every_path` walks it, in each language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median

from bot.channels.segments import count, fold
from flows.message import write_message
from tests.flows.test_every_path import NAMES, Stop, stops, words


@dataclass(frozen=True)
class Cost:
    """What a flow costs in a language.

    Attributes:
        messages: How many different messages of ours it has.
        parts: The parts of the median message, and of the longest.
        whole: The parts of ours in a whole conversation: on the cheapest way, the median and the dearest.
        replies: A person's replies in a whole conversation, the same.
    """

    messages: int
    parts: tuple[float, int]
    whole: tuple[int, float, int]
    replies: tuple[int, float, int]


def written(stop: Stop, language: str) -> str:
    """What we send at a stop, as it leaves for a phone."""
    return fold(write_message(stop.turn, words(), language, short=True, conversation="ffffffff").text)


@cache
def messages(name: str, language: str) -> dict[str, int]:
    """Each different message of a flow, and its parts; sentences with nothing to say are none."""
    texts = {written(stop, language) for stop in stops(name)}
    return {text: count(text).parts for text in texts if text}


def cost(name: str, language: str) -> Cost:
    """What a flow costs in a language."""
    parts = messages(name, language)
    ended = [stop for stop in stops(name) if stop.turn.ended]
    whole = [sum(parts.get(written(each, language), 0) for each in stop.way) for stop in ended]
    replies = [len(stop.sent_on_the_way) for stop in ended]
    each = list(parts.values()) or [0]
    return Cost(len(parts), (median(each), max(each)), _spread(whole), _spread(replies))


def every_message(language: str) -> dict[str, int]:
    """Each different message of all flows, and its parts."""
    return {text: parts for name in NAMES for text, parts in messages(name, language).items()}


def _spread(numbers: list[int]) -> tuple[int, float, int]:
    return min(numbers), median(numbers), max(numbers)
