"""The part of the configuration that broadcasts need; what texts cost is in `[sms]`."""

from __future__ import annotations

from pydantic import Field

from bot.channels_config import Part


class BroadcastsConfig(Part):
    """The `[broadcasts]` part of the configuration."""

    confirm_above: int = Field(default=100, ge=1)
