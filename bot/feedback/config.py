"""The part of the configuration that sets up feedback without a name; absent, it is not offered."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from bot.channels_config import DatabaseUrl, Part, Sms, Telegram
from bot.feedback.hours import OpeningHour

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class FeedbackConfig(Part):
    """Where feedback waits and is kept, when it is opened, and the numbers where everything is feedback."""

    url: DatabaseUrl = "sqlite:///feedback.sqlite3"
    inbox: str = "organisation"
    memory: Path = Path("/dev/shm/alongside")  # noqa: S108 - looked at before it is used
    spool: Path = Path("feedback")
    slots: int = Field(default=500, ge=10, le=100_000)
    pepper: SecretStr | None = None
    pepper_file: Path | None = None
    outer_key: SecretStr | None = None
    outer_key_file: Path | None = None
    release_day: Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"] = "FR"
    release_hour: int = Field(default=12, ge=0, le=23)
    swap: Literal["", "encrypted"] = ""
    sweep_after_hours: float = Field(default=24, ge=1)
    sms: Sms | None = None
    telegram: Telegram | None = None

    def opens(self, zone: str) -> OpeningHour:
        """When the box is opened, by the organisation's clock."""
        return OpeningHour(DAYS.index(self.release_day), self.release_hour, zone)
