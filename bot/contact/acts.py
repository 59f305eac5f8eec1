"""What the flow CONTACT knows, and carrying out what it wants done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.acts import carries_out
from bot.facts import Given, fact
from flows.acts import ForgetTrusted, PreferWay, TrustSomebody
from flows.contact import Trusted
from storage.contact import keep_wish, wish_of
from storage.records import ConversationRecord

if TYPE_CHECKING:
    from bot.sitting import Sitting


@fact("trusted")
def _trusted(sitting: Sitting, given: Given) -> Trusted | None:
    row = wish_of(sitting.desk.connection, sitting.person.id)
    if row is None or row.trusted_name is None:
        return None
    return Trusted(row.trusted_name, row.trusted_number, row.trusted_when)


@carries_out(PreferWay)
def _(act: PreferWay, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    keep_wish(sitting.desk.connection, sitting.person.id, way=act.way)


@carries_out(TrustSomebody)
def _(act: TrustSomebody, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    trusted = {"trusted_name": act.name, "trusted_number": act.number, "trusted_when": act.when}
    keep_wish(sitting.desk.connection, sitting.person.id, **trusted)


@carries_out(ForgetTrusted)
def _(act: ForgetTrusted, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    nobody = {"trusted_name": None, "trusted_number": None, "trusted_when": None}
    keep_wish(sitting.desk.connection, sitting.person.id, **nobody)
