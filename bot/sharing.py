"""A phone that two people share: whose words are these?"""

from __future__ import annotations

from dataclasses import replace

from bot.channels import Incoming
from bot.sitting import Sitting, Voice
from flows.replies import Hearing, one_of
from storage.desk import Desk
from storage.records import AddressRecord, PersonRecord
from storage.tables import Lane


def settle_who(
    desk: Desk, message: Incoming, address: AddressRecord, person: PersonRecord | None, voice: Voice
) -> tuple[Incoming, PersonRecord] | None:
    """The message and whose it is; None when they have been asked, and the words wait for the answer.

    Once they have said who they are, the words that had waited are taken up as theirs. While one of them is asked
    something in secret no words wait here: they are asked to send them again.
    """
    if person is not None and address.unsettled is None:
        return message, person
    holders = desk.holders(address)
    keyword = voice.words.keyword(message.text)
    if person is None and (message.kind != "text" or (keyword and keyword.name in ("STOP", "START"))):
        return message, holders[0]  # STOP is for the phone, whoever holds it
    if address.unsettled is None:
        in_secret = any(Sitting(desk, each, address, voice).asks_in_secret() for each in holders)
        desk.change(address, unsettled="" if in_secret else message.text)
        _ask(desk, address, holders, voice, "house.who")
        return None
    chosen = _chosen(message.text, holders, desk, voice)
    if chosen is None:
        _ask(desk, address, holders, voice, "house.who-again")
        return None
    waited = address.unsettled
    desk.change(address, speaker_id=chosen.id, speaker_since=desk.now, unsettled=None)
    desk.claim_messages(address, chosen)
    if not waited:
        sitting = Sitting(desk, chosen, address, voice)
        sitting.say("house.send-again")
        sitting.come_back()
        sitting.answer()
        return None
    return replace(message, text=waited), chosen


def _chosen(text: str, holders: list[PersonRecord], desk: Desk, voice: Voice) -> PersonRecord | None:
    ids = [str(holder.id) for holder in holders]
    names = {(holder.called or "").casefold(): str(holder.id) for holder in holders if holder.called}
    common = voice.words.hearing(voice.house.language, "house", desk.now.date()).common
    understood = one_of(*ids).understand(text, Hearing(desk.now.date(), common, names))
    return desk.person(int(understood.value)) if understood else None


def _ask(desk: Desk, address: AddressRecord, holders: list[PersonRecord], voice: Voice, key: str) -> None:
    language = holders[0].language or voice.house.language
    names = ", ".join(f"{n} {holder.called or '?'}" for n, holder in enumerate(holders, 1))
    text = voice.words.sentence(language, key, {"names": names}, short=address.channel == "sms")
    desk.add_outgoing(address, person_id=None, lane=int(Lane.REPLY), text=text, buttons=None, conversation_id=None)
