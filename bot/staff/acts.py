"""Carrying out what the flows of staff want done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.projects.telling import WORTH_TELLING_FOR
from bot.staff.people import person_of
from flows.acts import TalkItOver
from storage.nudges import NewNudge, add_nudges
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting


@carries_out(TalkItOver)
def _(act: TalkItOver, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    """Only the manager hears of it, when it suits them: it goes into no inbox, and there is nothing more to know."""
    desk, manager = sitting.desk, sitting.voice.house.safeguarding.named(act.manager)
    if manager is not None:
        given, until = {"who": str(sitting.person.id)}, desk.now + WORTH_TELLING_FOR
        about = f"talk-it-over:{conversation.id}"
        nudge = NewNudge(person_of(desk, manager), about, "talk-it-over", desk.now, until, given)
        add_nudges(desk.connection, [nudge])
