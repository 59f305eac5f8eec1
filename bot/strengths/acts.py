"""What the flow of strengths knows, and carrying out what it wants done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out, went_back
from bot.facts import Given, fact
from flows.acts import NameStrength, RemoveStrength
from storage.records import ConversationRecord
from storage.strengths import add_strength, remove_strength, strengths_of, take_strengths_back

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("strengths")
def _strengths(sitting: Sitting, given: Given) -> dict[str, str]:
    """Not those of a conversation that goes on: it would turn another way with each of them."""
    desk = sitting.desk
    going_on = [each.id for each in desk.open_conversations(sitting.person)]
    return {str(row.id): row.words for row in strengths_of(desk.connection, sitting.person.id, going_on)}


@carries_out(NameStrength)
def _(act: NameStrength, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    mine = {"conversation_id": conversation.id, "name": name, "person_id": sitting.person.id}
    add_strength(desk.connection, **mine, words=act.words, at=desk.now)


@carries_out(RemoveStrength)
def _(act: RemoveStrength, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    remove_strength(sitting.desk.connection, sitting.person.id, int(act.strength))


@went_back
def _(sitting: Sitting, conversation: ConversationRecord, names: tuple[str, ...]) -> None:
    if any(name.startswith(NameStrength.__name__) for name in names):
        take_strengths_back(sitting.desk.connection, conversation.id, names)
