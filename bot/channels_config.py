"""The part of the configuration that says how our numbers and bots reach their providers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _an_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be a full address, like https://texts.example.org")
    return url.rstrip("/")


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
