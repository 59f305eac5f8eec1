"""What flows can ask for by name: each fact is fetched when a turn first looks at it, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from bot import alerts
from bot.places import known_to
from flows.check_in import LOW

if TYPE_CHECKING:
    from bot.sitting import Sitting

Given: TypeAlias = Mapping[str, Any]
"""What a conversation was begun with and has been answered: `given["task"]` says which task it is about."""

FACTS: dict[str, Callable[[Sitting, Given], Any]] = {}


def fact(name: str) -> Callable[[Callable[[Sitting, Given], Any]], Callable[[Sitting, Given], Any]]:
    """Make a function the one that fetches a fact."""

    def enter(fetch: Callable[[Sitting, Given], Any]) -> Callable[[Sitting, Given], Any]:
        FACTS[name] = fetch
        return fetch

    return enter


class Fetched(dict[str, Any]):
    """The facts that a flow asked for, each fetched when it is first looked at: some cost a query."""

    def __init__(self, sitting: Sitting, given: Given, names: Sequence[str]) -> None:
        super().__init__()
        self._sitting = sitting
        self._given = given
        self._names = names

    def __missing__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        self[name] = value = FACTS[name](self._sitting, self._given)
        return value


@fact("low_before")
def _low_before(sitting: Sitting, given: Given) -> int:
    """How many of their last two check-ins were low, counted back from the newest."""
    moods = sitting.desk.last_moods(sitting.person, 2)
    return next((at for at, mood in enumerate(moods) if mood > LOW), len(moods))


@fact("chosen")
def _chosen(sitting: Sitting, given: Given) -> dict[str, tuple[str, str]]:
    """What was chosen from a list before, by its question's name: the question's whole key, and the choice."""
    answers = ((key, answer) for key, answer in given.items() if ":" in key and isinstance(answer, str))
    return {key.partition(":")[0]: (key, answer) for key, answer in answers}


OF_THE_PERSON: Mapping[str, Callable[[Sitting], Any]] = {
    "name": lambda s: s.person.called or s.voice.words.sentence(s.language, "house.no-name", {}),
    "called": lambda s: s.person.called,
    "invited_by": lambda s: s.person.invited_by,
    "sharing": lambda s: s.person.sharing,
}
OF_THE_HOUSE: Mapping[str, Callable[[Sitting], Any]] = {
    "organisation": lambda s: s.voice.house.name,
    "who_reads": lambda s: s.voice.house.in_language(s.voice.house.who_reads, s.language),
    "when_read": lambda s: s.voice.house.in_language(s.voice.house.when_read, s.language),
    "watched": lambda s: s.voice.house.safeguarding.watched,
    "seen": lambda s: s.sentence(*alerts.who_will_see(s)),
    "nhs": lambda s: s.sentence(f"safety.nhs-{s.voice.house.nation}"),
    "abuse_line": lambda s: s.sentence(f"safety.abuse_line-{s.voice.house.nation}"),
    "shelter": lambda s: s.sentence(f"safety.shelter-{s.voice.house.nation}"),
    "council": lambda s: s.council(),
    "local_topics": lambda s: known_to(s).local_topics,
    "towns": lambda s: known_to(s).directory.towns,
}


def _whatever_was_given(of: Callable[[Sitting], Any]) -> Callable[[Sitting, Given], Any]:
    return lambda sitting, given: of(sitting)


FACTS.update({name: _whatever_was_given(of) for name, of in {**OF_THE_PERSON, **OF_THE_HOUSE}.items()})
