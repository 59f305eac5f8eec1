"""One sentence of the words: its forms, and the {placeholders} that values are put into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHOICES = "choices"  # the placeholder for numbered choices; any question may use it
_PLAIN = str.maketrans("âêîôûŵŷáíóúïëÂÊÎÔÛŴŶÁÍÓÚÏË", "aeiouwyaiouieAEIOUWYAIOUIE")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class Sentence:
    """A sentence or a question in one language.

    Attributes:
        text: The full form; empty where a file only adds to a sentence that is written elsewhere.
        sms: A shorter form for SMS, if there is one.
        again: A hint for a reply that does not fit, if the question has its own.
        label: What is shown for each choice.
        means: Ways of saying each choice.
    """

    text: str = ""
    sms: str = ""
    again: str = ""
    label: Mapping[str, str] = field(default_factory=dict)
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def form(self, short: bool) -> str:
        """The form to send."""
        return as_texted(self.sms or self.text) if short else self.text

    def changed_by(self, other: Sentence) -> Sentence:
        """This sentence with what another file says about it; a new text makes the old short form void."""
        means = {choice: (*self.means.get(choice, ()), *other.means.get(choice, ())) for choice in self.means}
        return Sentence(
            text=other.text or self.text,
            sms=other.sms or ("" if other.text else self.sms),
            again=other.again or self.again,
            label={**self.label, **other.label},
            means={**other.means, **means},
        )


def as_texted(form: str) -> str:
    """Without the accents that the SMS alphabet lacks, as people leave them out: one more than doubles the price.

    Only for what is ours to word; a name keeps its letters.
    """
    return form.translate(_PLAIN)


def placeholders(form: str) -> frozenset[str]:
    """The names of the values that a form mentions."""
    return frozenset(_PLACEHOLDER.findall(form))


def has_stray_braces(form: str) -> bool:
    """Whether a brace stands there that is no plain {name}: "{name.x}", "{0}", "{name:>9}", "{"."""
    return bool(set("{}") & set(_PLACEHOLDER.sub("", form)))


def fill(form: str, values: Mapping[str, Any]) -> str:
    """Put values into a form, literally: braces in a value stay what they are.

    Raises:
        KeyError: The form mentions a value that is not given.
    """
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), form)
