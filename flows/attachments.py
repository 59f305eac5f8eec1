"""Pictures and recordings as answers. Only where the provider keeps them passes through here, never what is on them.

They come to a question as words that nobody can type: every channel takes NUL out of what people send.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

_MARK = "\0"


@dataclass(frozen=True)
class Attachment:
    """A picture or recording: "photo" or "voice", where the provider keeps it, and the words beside it."""

    kind: str
    reference: str
    caption: str = ""

    def as_words(self) -> str:
        """What a question that takes attachments understands as this one."""
        return _MARK.join(("", self.kind, self.reference, self.caption))

    @classmethod
    def in_words(cls, text: str) -> Attachment | None:
        """The attachment that `as_words` wrote; None for what somebody typed."""
        parts = text.split(_MARK, 3)
        return cls(*parts[1:]) if len(parts) == 4 and not parts[0] else None

    @classmethod
    def from_json(cls, kept: Any) -> Attachment | None:
        """The attachment that `to_json` kept; None for anything else."""
        fits = isinstance(kept, dict) and isinstance(kept.get("kind"), str) and isinstance(kept.get("reference"), str)
        return cls(kept["kind"], kept["reference"]) if fits else None

    def to_json(self) -> dict[str, str]:
        """What is kept of it: its caption is kept beside."""
        return {"kind": self.kind, "reference": self.reference}


@runtime_checkable
class TakesAttachments(Protocol):
    """A kind of question that a picture or a recording can answer."""

    @property
    def attachments(self) -> Collection[str]:
        """Which: "photo", "voice"."""
