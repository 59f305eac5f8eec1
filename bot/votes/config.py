"""The part of the configuration that secret votes need."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from bot.channels_config import Part


class VotesConfig(Part):
    """What closes the boxes of secret votes."""

    key: SecretStr | None = None
    key_file: Path | None = None
