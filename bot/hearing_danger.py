"""Danger in the words: how it is listened for, and what comes first once it is heard."""

from __future__ import annotations

import logging

from bot.alerts import raise_alert
from bot.channels import Incoming
from bot.heard import Heard
from bot.logs import where
from bot.sitting import Sitting, Voice
from flows.acts import RaiseAlert
from flows.conversation import FLOWS
from flows.danger import Heard as Danger
from flows.help import words_behind
from flows.safety import DISCREET, may_tell
from storage.records import ConversationRecord
from storage.tables import Lane

log = logging.getLogger(__name__)
NOT_NOW = "this was not a good moment for them"  # why a broadcast is taken back; no more is told there
NEEDS_A_QUESTION = {"YES", "END", "QUIT", "CANCEL"}  # words that carriers gave a meaning to, and people another


def listen_for_danger(message: Incoming, voice: Voice) -> Danger:
    """What is heard in the words, also across the cut of a text message that came in two parts."""
    if not message.text or message.kind in ("button", "opted out", "opted in"):
        return Danger()
    heard = voice.danger.listen(message.text)
    if heard.tier == "ask" and means_us(message.text, voice):
        heard = Danger()  # "talk to someone" alone gets them a person, and no question first
    if heard.tier == "act" or not message.before or voice.danger.listen(message.before).tier == "act":
        return heard
    if means_us(message.text, voice) or means_us(message.before, voice):
        return heard  # "I live in Leeds", then SKIP, is no sentence
    joined = (message.before.rstrip() + message.text.lstrip(), f"{message.before} {message.text}")
    across = (voice.danger.listen(each) for each in joined)
    return next((each for each in across if each.tier == "act"), heard)


def means_us(text: str, voice: Voice) -> bool:
    """Whether this is a word of ours and not perhaps the end of a sentence, as "end" is."""
    keyword = voice.words.keyword(text)
    if keyword is None:
        return words_behind(text, voice.words) is not None
    return keyword.typed not in NEEDS_A_QUESTION


def in_danger(heard: Heard) -> bool:
    """Danger goes before everything, in every state, even after STOP; its reply stands alone."""
    danger, sitting = heard.danger, heard.sitting
    if danger.tier not in ("act", "ask"):
        return False
    front, topic = sitting.front(), danger.topic or ""
    if front is not None and heard.is_a_choice_of(front):
        return False  # our own words, "2 Not safe": whoever writes them out answers us
    if front is not None and front.flow == "safety":
        if danger.tier == "ask":
            return False  # an answer in the safety conversation, like any other words
        if sitting.given(front, "topic") == topic and sitting.given(front, "tier") == "act":
            _in_danger_again(heard, front)
            return True
        sitting.desk.change(front, state="ended")
    elif front is not None and not heard.message.about:
        _take_as_an_answer_too(heard, front)
    begin_safety(sitting, danger)
    return True


def _take_as_an_answer_too(heard: Heard, front: ConversationRecord) -> None:
    """The words still count as an answer where they plainly are one; nothing here may hold up the lines.

    How somebody is on a scale does ("2, i want to die"), and so do any words where any words were asked for, unless
    they would go on to others. A "no" that is found in the words ("i cant go on") may be none: what was asked stays
    open.
    """
    try:
        turn = heard.turn(front)
    except Exception as problem:
        log.error("danger in a conversation that broke", extra={"problem": where(problem)})
        heard.sitting.desk.change(front, state="ended")
        return
    is_plain = turn.took_any_words or heard.is_on_a_scale(front)
    if turn.outcome == "answered" and is_plain and not FLOWS[front.flow].for_others:
        heard.sitting.take_in_silence(front, turn)


def begin_safety(sitting: Sitting, danger: Danger) -> None:
    """The lines, ahead of everything, and what follows from them."""
    sitting.lane = Lane.DANGER
    sitting.desk.withdraw([sitting.address], Lane.BROADCAST, NOT_NOW)
    sitting.begin("safety", tier=danger.tier or "", topic=danger.topic or "", rule=danger.why[0].pattern)


def _in_danger_again(heard: Heard, safety: ConversationRecord) -> None:
    """The lines are repeated short; an alert is raised again, unless they are still being asked if we may."""
    sitting, danger = heard.sitting, heard.danger
    sitting.lane = Lane.DANGER
    topic, discreet = danger.topic or "", danger.topic == DISCREET
    if may_tell(topic, sitting.person.sharing) or sitting.has_done(safety, RaiseAlert):
        alert = RaiseAlert("act", topic, danger.why[0].pattern, discreet)
        raise_alert(sitting, safety.id, f"again:{sitting.message_id}", alert)
    sitting.say("safety.again")
    sitting.take(safety, heard.turn(safety))
