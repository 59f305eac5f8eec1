"""What a broadcast says: in each language, with a shorter form for SMS where there is one, and names filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels import clean
from bot.channels.segments import Segments, count, fold
from bot.house import House
from flows.words import Words
from flows.words.sentences import as_texted, fill, has_stray_braces, placeholders
from storage.audiences import Candidate

LANGUAGES = {"en": "English", "cy": "Welsh"}
FILLED_IN = {"name"}


@dataclass(frozen=True)
class Form:
    """The words in one language.

    Attributes:
        text: The words; {name} becomes what the person is called.
        sms: Shorter ones for SMS; empty: the same.
    """

    text: str
    sms: str = ""


@dataclass(frozen=True)
class Office:
    """What a broadcast needs to know of the organisation: its words, and the facts of the house."""

    words: Words
    house: House


@dataclass(frozen=True)
class Wording:
    """The words in every language there are; whoever's language is missing gets them in the house's."""

    forms: Mapping[str, Form]

    def spoken_to(self, language: str | None, house: House) -> str:
        """The language in which somebody gets it."""
        wished = (language or house.language, house.language)
        return next((each for each in wished if each in self.forms), next(iter(self.forms)))

    def to_person(self, person: Candidate, office: Office) -> str:
        """What exactly somebody gets.

        Where two share a phone it calls nobody by name: what one belongs to is not the other's business.
        """
        language = self.spoken_to(person.language, office.house)
        nobody = office.words.sentence(language, "house.no-name")
        name = nobody if person.shares_phone else person.called or nobody
        return self.shown(language, person.channel or "", name)

    def shown(self, language: str, channel: str, name: str) -> str:
        """What is shown in a language and on a channel."""
        form = self.forms[language]
        if channel != "sms":
            return clean(fill(form.text, {"name": name}))
        return fold(clean(fill(as_texted(form.sms or form.text), {"name": name})))

    def faults(self) -> list[str]:
        """Why these words can't be sent as they are."""
        found = []
        for language, form in self.forms.items():
            if not form.text.strip():
                found.append(f"There are no words in {LANGUAGES.get(language, language)}.")
            for each in (form.text, form.sms):
                unknown = sorted(placeholders(each) - FILLED_IN)
                if unknown or has_stray_braces(each):
                    what = f"{{{unknown[0]}}}" if unknown else "A brace on its own"
                    found.append(f"{what} can't be filled in. Only {{name}} can stand in braces.")
        return list(dict.fromkeys(found or ([] if self.forms else ["There are no words."])))

    def lines(self) -> list[list[str]]:
        """What it says in each language, and as a text message where that differs, for a screen."""
        forms = [(LANGUAGES.get(language, language), form) for language, form in self.forms.items()]
        said = [(f"{called}:", form.text) for called, form in forms]
        said += [(f"{called}, as a text message:", form.sms) for called, form in forms if form.sms]
        return [[title, *(f"   | {line}" for line in text.splitlines())] for title, text in said]

    def to_json(self) -> str:
        """As it is stored."""
        forms = {language: {"text": form.text, "sms": form.sms} for language, form in self.forms.items()}
        return json.dumps(forms, ensure_ascii=False)

    @classmethod
    def from_json(cls, stored: str) -> Wording:
        """As it was stored."""
        return cls({language: Form(**form) for language, form in json.loads(stored).items()})


def segments(text: str) -> Segments:
    """What a text takes on SMS."""
    return count(text)
