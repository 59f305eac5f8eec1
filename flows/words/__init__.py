"""Every sentence the bot says, and what ordinary phrases mean, by language; never anything said by a person.

The files lie beside this one, a folder for each language. An organisation changes single sentences with a
folder of its own that looks the same, without touching these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flows.dates import MONTHS, WEEKDAYS, Weekdays
from flows.hearing import Hearing
from flows.phrases import Phrasebook, plain
from flows.words.keywords import Keyword, Keywords
from flows.words.reading import ENGLISH, Library, Pages, WordsMistake, checked
from flows.words.sentences import Sentence, as_texted, fill, placeholders

__all__ = ["Keyword", "Sentence", "Words", "WordsMistake"]

_HERE = Path(__file__).parent
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_HOUSE_CHOICES = ("yes", "no")
_COURTESIES = ("polite", "please", "filler")
_WISHES = ("skip", "back")  # understood in every language, like the keywords they are


class Words:
    """The words of every language. What a language lacks is said in English."""

    def __init__(self, pages: Mapping[str, Pages]) -> None:
        self._pages = pages
        self._read = {language: dict(page.sentences) for language, page in pages.items()}
        self._common = {language: _common(pages, language) for language in pages}
        self._hearings: dict[tuple[str, str], Hearing] = {}
        keyword = {phrase: name for page in pages.values() for phrase, name in page.keyword.items()}
        ordinary = frozenset(phrase for common in self._common.values() for phrase in common)
        self._keywords = Keywords(keyword, ordinary, _courtesies(self._common.values()))

    @classmethod
    def load(cls, override: Path | None = None) -> Words:
        """Read the built-in words, then the organisation's own.

        Args:
            override: The organisation's folder: language folders with TOML files of any name.

        Raises:
            WordsMistake: Some files need a correction; it lists them all.
        """
        if override is None:
            return cls(_built_in())
        library = Library(_built_in())
        library.read(override)
        return cls(_without_mistakes(library))

    def say_instead(self, own: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[tuple[str, str]]:
        """From now on say these over what the files say, and nothing that was said instead before.

        Whoever holds these words says them at their next message. What a question takes for an answer to it may for
        one message still be what was shown before.

        Args:
            own: The language, the key, and the parts as a file has them: text, sms, again, label.

        Returns:
            The language and key of those that no longer fit, and so are not said.
        """
        pages = {
            language: Pages(dict(self._read[language]), page.common, page.keyword, page.meanings)
            for language, page in self._pages.items()
        }
        left_out = []
        for language, key, parts in own:
            sentence = self.fitting(language, key, parts)[0] if language in pages else None
            if sentence is None:
                left_out.append((language, key))
            else:
                pages[language].sentences[key] = sentence
        self._pages, self._hearings = pages, {}
        return left_out

    def fitting(self, language: str, key: str, parts: Mapping[str, Any]) -> tuple[Sentence | None, list[str]]:
        """A sentence as it would be said with these parts instead, or None and what is wrong with them."""
        sentence, problems = checked(key, parts, self._read[ENGLISH].get(key))
        before = self._read[language].get(key) if language in self._read else None
        return (before.changed_by(sentence) if before and sentence else sentence), problems

    def ours(self, language: str, key: str) -> Sentence:
        """A sentence as the files have it; raises `KeyError` where they have none in that language."""
        return self._read[language][key]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are words in, English first."""
        return tuple(self._pages)

    def keys(self, language: str = ENGLISH) -> frozenset[str]:
        """The keys of the sentences that a language has itself."""
        return frozenset(self._pages[language].sentences)

    def wording(self, language: str, key: str) -> Sentence:
        """All that is written for a sentence in that very language; raises `KeyError` where it has none."""
        return self._pages[language].sentences[key]

    def sentence(self, language: str, key: str, values: Mapping[str, Any] = _NOTHING, *, short: bool = False) -> str:
        """A sentence, ready to send.

        Args:
            language: The person's language.
            key: The sentence: "check-in.thanks".
            values: What it mentions; days and times of day are written out in the person's language.
            short: Whether to take the shorter SMS form, where there is one.

        Raises:
            KeyError: There is no such sentence, or it mentions a value that is not given.
        """
        return fill(self._written(language, key).form(short), self._in_words(language, values))

    def mentions(self, language: str, key: str, *, short: bool = False) -> frozenset[str]:
        """The names of the values that a sentence mentions."""
        return placeholders(self._written(language, key).form(short))

    def label(self, language: str, question: str, choice: str, *, short: bool = False) -> str:
        """What is shown for a choice: the question's own label, the house's, or else the choice itself."""
        for spoken in dict.fromkeys((language, ENGLISH)):
            own = self._own(spoken, question)
            if own and choice in own.label:
                return as_texted(own.label[choice]) if short else own.label[choice]
            if choice in _HOUSE_CHOICES and (house := self._own(spoken, f"replies.{choice}")):
                return house.form(short)
        return choice

    def again(self, language: str, question: str, values: Mapping[str, Any] = _NOTHING, *, short: bool = False) -> str:
        """The hint for a reply that does not fit: the question's own, or the house's."""
        own = self._own(language, question)
        if own and own.again:
            return fill(as_texted(own.again) if short else own.again, self._in_words(language, values))
        return self.sentence(language, "replies.again", values, short=short)

    def hearing(self, language: str, question: str, today: date) -> Hearing:
        """What a reply to a question may lean on; English is understood in every language."""
        known = self._hearings.get((language, question))
        if known is None:
            known = self._hearings[language, question] = self._gathered(language, question, today)
        if known.today == today:
            return known
        return Hearing(today, known.common, known.means, known.labels, known.book)

    def keyword(self, text: str) -> Keyword | None:
        """The keyword that a whole message is, in whatever language."""
        return self._keywords.find(text)

    def keyword_before(self, text: str) -> tuple[Keyword, str] | None:
        """HELP or WRONG where a message begins with it, in whatever language, and what is behind it."""
        return self._keywords.find_before(text)

    def _gathered(self, language: str, question: str, today: date) -> Hearing:
        means: dict[str, str] = {}
        labels: dict[str, str] = {}
        for spoken in dict.fromkeys((ENGLISH, language)):
            if own := self._own(spoken, question):
                means |= {phrase: choice for choice, phrases in own.means.items() for phrase in phrases}
                labels |= {plain(shown): choice for choice, shown in own.label.items()}
        common = self._common.get(language, self._common[ENGLISH])
        return Hearing(today, common, means, labels, Phrasebook(common, {**labels, **means}))

    def _own(self, language: str, key: str) -> Sentence | None:
        pages = self._pages.get(language)
        return pages.sentences.get(key) if pages else None

    def _written(self, language: str, key: str) -> Sentence:
        for spoken in (language, ENGLISH):
            found = self._own(spoken, key)
            if found and found.text:
                return found
        raise KeyError(f"there is no sentence {key!r}")

    def _in_words(self, language: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if not any(isinstance(value, (date, time, Weekdays)) for value in values.values()):
            return values
        return {name: self._in_word(language, value) for name, value in values.items()}

    def _in_word(self, language: str, value: Any) -> Any:
        if isinstance(value, time):
            return self._time(language, value)
        if isinstance(value, Weekdays):
            return self._weekdays(language, value)
        return self._day(language, value) if isinstance(value, date) else value

    def _time(self, language: str, value: time) -> str:
        if value.minute == 0 and value.hour % 12 == 0:
            return self._written(language, "alerts.noon" if value.hour else "alerts.midnight").text
        clock = f"{value.hour % 12 or 12}" + (f":{value.minute:02}" if value.minute else "")
        return fill(self._written(language, "alerts.pm" if value.hour >= 12 else "alerts.am").text, {"clock": clock})

    def _weekdays(self, language: str, days: Weekdays) -> str:
        *others, last = (self._weekday(language, each) for each in days)
        if not others:
            return last
        return fill(self._written(language, "replies.days-and-one").text, {"days": ", ".join(others), "one": last})

    def _weekday(self, language: str, day: int) -> str:
        return self._written(language, f"replies.{WEEKDAYS[day]}").text

    def _day(self, language: str, day: date) -> str:
        month = self._written(language, f"replies.{MONTHS[day.month - 1]}").text
        return f"{self._weekday(language, day.weekday())} {day.day} {month}"


def _courtesies(common: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Every language's single words of politeness and of greeting."""
    phrases = ((phrase, meaning) for spoken in common for phrase, meaning in spoken.items() if " " not in phrase)
    return frozenset(phrase for phrase, meaning in phrases if meaning in _COURTESIES)


@cache
def _built_in() -> Mapping[str, Pages]:
    """Our own, which are read once; nobody changes them."""
    library = Library()
    library.read(_HERE)
    return _without_mistakes(library)


def _without_mistakes(library: Library) -> Mapping[str, Pages]:
    if library.problems:
        raise WordsMistake(library.problems)
    return library.pages


def _common(pages: Mapping[str, Pages], language: str) -> dict[str, str]:
    """English phrases, over them the language's own, and everybody's words for SKIP and BACK."""
    common = {**pages[ENGLISH].common, **pages[language].common}
    for other in pages.values():
        for phrase, meaning in other.common.items():
            if meaning in _WISHES:
                common.setdefault(phrase, meaning)
    return common
