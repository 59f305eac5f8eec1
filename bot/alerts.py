"""Bringing a person in when somebody is in danger (placeholder until the alerts land; same contract)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sitting import Sitting
    from flows.acts import RaiseAlert


def raise_alert(sitting: Sitting, conversation_id: int, name: str, act: RaiseAlert) -> None:
    """Put it in front of the coordinators."""
    sitting.add_to_inbox(f"danger: {act.topic}", conversation_id=conversation_id, name=name)


def who_will_see(sitting: Sitting) -> tuple[str, dict[str, Any]]:
    """The key and values of the honest sentence."""
    return "alerts.nobody-watches", {}


def may_speak(sitting: Sitting) -> None:
    """They have said that it is safe to text them here."""
