"""The part of the configuration that says how our numbers and bots reach their providers, and what an address is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def _an_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be a full address, like https://texts.example.org")
    return url.rstrip("/")


def _a_database(url: str) -> str:
    """Never the URL itself in what is said: it may hold a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    if parts is None or parts.drivername not in ("sqlite", "postgresql+psycopg") or not parts.database:
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://, as config.example.toml shows")
    return url


DatabaseUrl = Annotated[str, AfterValidator(_a_database)]
WebAddress = Annotated[str, AfterValidator(_an_address)]


class Part(BaseModel):
    """A table of the configuration: what it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sms(Part):
    """A number at Twilio."""

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: SecretStr | None = None
    auth_token_file: Path | None = None
    sends_as: str
    parts_per_second: float = Field(default=10, gt=0)
    api_url: WebAddress = "https://api.twilio.com"
    timeout_seconds: float = Field(default=10, gt=0)


class OurSms(Sms):
    """The number that we write from, and what its texts cost."""

    pence_per_part: float = Field(default=4, ge=0)
    monthly_budget_pounds: float | None = Field(default=None, ge=0)


class Telegram(Part):
    """A Telegram bot."""

    token: SecretStr | None = None
    token_file: Path | None = None
    way_in: Literal["polling", "webhook"] = "polling"
    webhook_secret: SecretStr | None = None
    webhook_secret_file: Path | None = None
    messages_per_second: float = Field(default=30, gt=0)
    seconds_per_chat: float = Field(default=1, ge=0)
    api_url: WebAddress = "https://api.telegram.org"
