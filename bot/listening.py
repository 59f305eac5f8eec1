"""The order of listening: what a message is taken for, from danger down to "nobody understood it".

One function a step, tried in the order in which `STEPS` names them; the first that takes the message ends it.
The order and its reasons are in the practice: an answer that is also a word of ours must not kill the
conversation, STOP is never undone by an ordinary message, and nothing is ever met with silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.alerts import is_taken_over, relay
from bot.broadcasts.answers import answers_broadcast
from bot.broadcasts.by_message import broadcast_said
from bot.channels import Incoming
from bot.coordinators import coordinator_said
from bot.heard import Heard
from bot.hearing_danger import begin_safety, in_danger, listen_for_danger
from bot.in_confidence import keep_no_words, keep_to_itself, keep_what_it_said, may_tell_a_vote
from bot.inbox_by_text import inbox_said
from bot.moving import has_moved
from bot.questionnaires.asking import answer_with, begin_by_word
from bot.reply_by_text import reply_said
from bot.sharing import settle_who
from bot.sitting import Sitting, Voice
from bot.stop_and_start import said_stop, stop_or_start, told_by_the_provider
from bot.today_by_text import asked_for_today
from bot.whoever_wrote import JOIN_WORDS, somebody_at, whoever_wrote
from bot.words_of_ours import INTERRUPT, word_of_a_questionnaire, word_of_ours, word_of_ours_in
from flows.conversation import FLOWS, Reply, Turn
from flows.danger import Heard as Danger
from flows.help import LOOSELY
from flows.message import read_button
from storage.desk import Desk
from storage.records import AddressRecord, ConversationRecord, PersonRecord
from storage.tables import Lane

NOT_LISTENED_TO = "not_listened_to"  # the topic of `flows/danger_words/unheard.toml`
PICTURES = {"photo", "voice", "video", "file", "sticker", "contact", "location", "other"}


def listen(desk: Desk, message: Incoming, voice: Voice) -> None:
    """Take one message: everything that follows from it is on the desk afterwards."""
    if desk.has_seen(message.sender, message.message_id):
        return
    address, person, by_code = whoever_wrote(desk, message, voice)
    message_id = _keep(desk, message, address, person)
    desk.change(address, last_heard_at=desk.now, sender=message.sender)
    if address.closed_at is not None and message.kind != "opted out":
        desk.change(address, closed_at=None, closed_reason=None)
    danger = listen_for_danger(message, voice)
    if danger.tier in ("act", "ask"):
        person = person or desk.holders(address)[0]  # who it is can wait
    else:
        settled = settle_who(desk, message, address, person, voice)
        if settled is None:
            sittings = [Sitting(desk, each, address, voice) for each in desk.holders(address)]
            if any(each.asks_in_secret() for each in sittings):
                desk.leave_out_words(message_id)
            if any(each.is_between_us() for each in sittings):
                desk.keep_between_us(message_id)
            return
        message, person = settled
    sitting = Sitting(desk, person, address, voice, Lane.REPLY, message_id)
    keyword, behind = word_of_ours_in(message, sitting)
    heard = Heard(message, sitting, keyword, danger, behind, came_by_code=by_code)
    for step in STEPS:
        if step(heard):
            break
    _offer_help(heard)
    sitting.answer()


def own_up(desk: Desk, message: Incoming, voice: Voice) -> None:
    """We broke over this message: keep it for a person and say so; places and answers stay as they were."""
    if desk.has_seen(message.sender, message.message_id):
        return
    address = desk.address(message.channel, message.address)
    if address is None:
        address = desk.add_address(message.channel, message.sender, message.address, desk.add_person())
    person = somebody_at(desk, address, voice)[0]
    sitting = Sitting(desk, person, address, voice, message_id=_keep(desk, message, address, person))
    if sitting.asks_in_secret() and sitting.message_id is not None:
        desk.leave_out_words(sitting.message_id)
    sitting.add_to_inbox("we broke over this")
    danger = listen_for_danger(message, voice)
    if danger.tier in ("act", "ask"):
        begin_safety(sitting, danger)
    else:
        sitting.say("house.broke")
    sitting.answer()


def _keep(desk: Desk, message: Incoming, address: AddressRecord, person: PersonRecord | None) -> int:
    return desk.add_message(
        message.sender,
        message.message_id,
        person_id=person.id if person else None,
        address_id=address.id,
        kind=message.kind,
        text=message.text,
        reference=message.reference,
    )


# -- the steps -----------------------------------------------------------------------------------------


def from_a_coordinator(heard: Heard) -> bool:
    """What a coordinator sends about an alert, to somebody, or to many, is about others: danger is not listened for."""
    if not any(said(heard.text, heard.sitting) for said in (coordinator_said, inbox_said, reply_said, broadcast_said)):
        return False
    heard.danger = Danger()
    return True


def flood(heard: Heard) -> bool:
    """Very many messages at once: all are kept, the first is answered, the others only fill a phone and a bill."""
    if heard.message.flood != "no" and heard.sitting.asks_in_secret():
        keep_no_words(heard)
    if heard.message.flood == "begins":
        heard.sitting.add_to_inbox("a lot of messages at once")
        heard.sitting.say("house.a-lot")
    return heard.message.flood != "no"


def feedback_with_their_name(heard: Heard) -> bool:
    """They were asked, and chose to put their name to it: only then is feedback an ordinary message."""
    if heard.message.about != "feedback":
        return False
    heard.sitting.add_to_inbox("feedback with their name")
    heard.sitting.say("feedback.named")
    return True


def asked_who(heard: Heard) -> bool:
    """Who is this, is it a person, who reads it: answered in every state, then the open question is put again.

    The practice is open about power, and the bot never seems human; so this goes before any question that would
    take the words for an answer. While a person writes here instead of us, it is theirs to answer.
    """
    sitting = heard.sitting
    if heard.keyword is None or heard.keyword.name != "WHO" or is_taken_over(sitting):
        return False
    house = sitting.voice.house
    sitting.close_expired()
    front = sitting.front()
    sitting.say("house.what-i-am", who_reads=house.in_language(house.who_reads, sitting.language))
    if sitting.voice.takes_feedback:
        sitting.say("house.without-name")
    if sitting.address.stopped_at is not None:
        sitting.say("house.still-stopped")
    elif front is not None and front.flow == "safety" and heard.turn(front).took_any_words:
        sitting.take(front, heard.turn(front))  # whoever has the alert sees these words as well
    elif front is not None:
        sitting.come_back()
    elif sitting.person.joined_at is None:
        sitting.say("house.how-to-join")
    return True


def today_for_a_coordinator(heard: Heard) -> bool:
    """A coordinator asks what needs a person; where a question waits that takes the word, it is the answer."""
    return not heard.fits_a_question() and asked_for_today(heard.text, heard.sitting)


def taken_over(heard: Heard) -> bool:
    """A person has taken the conversation over: the flows are silent, and that person gets the words."""
    if not is_taken_over(heard.sitting) or heard.message.kind not in ("text", "button"):
        return False
    tapped = read_button(heard.message.button or "")
    if _votes_in_secret(heard, tapped[0] if tapped else None):
        keep_no_words(heard)
        relay(heard.sitting, heard.sitting.sentence("alerts.perhaps-a-vote"))
        return True
    relay(heard.sitting, heard.text or (tapped[2] if tapped else "?"))
    return True


def _votes_in_secret(heard: Heard, tapped: str | None) -> bool:
    """Whether a button, or words that fit the question in front, are an answer that nobody may see."""
    sitting = heard.sitting
    if tapped is not None:
        theirs = sitting.desk.open_conversations(sitting.person)
        return any(FLOWS[each.flow].secret and f"{each.id:x}" == tapped for each in theirs)
    front = sitting.front()
    return front is not None and FLOWS[front.flow].secret and heard.turn(front).outcome == "answered"


def picture_or_sound(heard: Heard) -> bool:
    """What a computer can't look at goes to a person, as a reference; a changed message too."""
    kind = heard.message.kind
    if kind == "reaction":
        return True  # kept; a thumb under a message is not a message
    if kind == "edited":
        if may_tell_a_vote(heard):
            keep_no_words(heard)
            heard.sitting.say("house.edited-in-secret")
        else:
            heard.sitting.add_to_inbox("changed a message")
            heard.sitting.say("house.edited")
        return True
    if kind not in PICTURES:
        return False
    if answer_with(heard.sitting, kind, heard.message.reference, heard.text):
        return True
    if may_tell_a_vote(heard):
        keep_no_words(heard)
    heard.sitting.add_to_inbox(f"sent a {kind}" if kind != "other" else "sent something")
    heard.sitting.say("house.passed-on-picture")
    return True


def tapped_button(heard: Heard) -> bool:
    """A button knows its conversation and question, so an old one is recognised."""
    if heard.message.kind != "button":
        return False
    sitting, tapped = heard.sitting, read_button(heard.message.button or "")
    for conversation in sitting.desk.open_conversations(sitting.person):
        if tapped and tapped[0] == f"{conversation.id:x}":
            sitting.bring_to_front(conversation)
            keep_what_it_said(heard, conversation, tapped[1], tapped[2])
            keep_to_itself(heard)
            sitting.take(conversation, sitting.reply(conversation, Reply(tapped[2], question=tapped[1])))
            return True
    sitting.say("house.old-button")
    sitting.come_back()
    return True


def invited(heard: Heard) -> bool:
    """JOIN, or the code of an invitation: "/start CODE" from a Telegram link, or "JOIN CODE"."""
    words = heard.text.split()
    if not words or words[0].casefold() not in JOIN_WORDS or len(words) > 2:
        return False
    sitting = heard.sitting
    if sitting.person.joined_at is not None and heard.came_by_code:
        has_moved(sitting)
    elif sitting.person.joined_at is not None:
        sitting.say("house.already-joined")
    else:
        sitting.begin("joining")
    return True


def answer(heard: Heard) -> bool:
    """An answer to the question last asked, when it fits that question."""
    sitting = heard.sitting
    heard.was_too_late = sitting.close_expired()
    front = sitting.front()
    if front is None or heard.was_too_late or heard.leaves_the_question_of_safety(front):
        return False
    turn = heard.turn(front)
    if heard.keyword is not None and heard.keyword.name not in ("SKIP", "BACK") and heard.keyword.typed != "YES":
        free = turn.took_any_words and heard.keyword.name in INTERRUPT and not _is_for_who_watches(heard, front)
        if turn.outcome == "not understood" or free:
            return False
    if turn.outcome == "gone":
        return _is_gone(heard, front, turn)
    if turn.outcome == "not understood" and begin_by_word(sitting, heard.text):
        return True
    keep_to_itself(heard)
    sitting.take(front, turn)
    return True


def _is_gone(heard: Heard, front: ConversationRecord, turn: Turn) -> bool:
    """What was asked about is not there any more: that is said, a word of ours goes on, and words go to a person."""
    sitting, flow = heard.sitting, FLOWS[front.flow]
    keep_to_itself(heard)
    sitting.take(front, turn)
    if heard.keyword is not None and heard.keyword.name not in ("SKIP", "BACK"):
        return False
    if len(heard.text.split()) > 1 and not (flow.between_us or flow.for_others):
        sitting.add_to_inbox("answered what is gone")
        sitting.say("house.kept-for-team")
    return True


def not_listened_to(heard: Heard) -> bool:
    """They don't feel listened to: that is said back, they are asked what it would look like, and offered the ways.

    Point 11 of the practice. A person reads it in any case.
    """
    if heard.danger.topic != NOT_LISTENED_TO or heard.was_too_late:
        return False
    sitting = heard.sitting
    sitting.add_to_inbox("does not feel listened to")
    sitting.say("feedback.unheard")
    if sitting.voice.takes_feedback:
        sitting.say("feedback.unheard-too")
    return True


def answers_a_broadcast(heard: Heard) -> bool:
    """Words that answer no question, from somebody who got a broadcast a short while ago: a person reads them."""
    return heard.message.kind == "text" and not heard.was_too_late and answers_broadcast(heard.sitting)


def nobody_understood(heard: Heard) -> bool:
    """A person will read it, and they are told so, and when."""
    sitting = heard.sitting
    hearing = sitting.voice.words.hearing(sitting.language, "house", sitting.today)
    if not heard.was_too_late and hearing.common.get(heard.text.casefold().strip()) == "yes":
        sitting.say("house.welcome-any-time")
        return True
    sitting.add_to_inbox("answered too late" if heard.was_too_late else "nobody understood")
    if heard.was_too_late:
        sitting.say("house.too-late")
    elif sitting.person.joined_at is None:
        sitting.say("house.who-is-this")
    else:
        sitting.say("house.passed-on")
    return True


STEPS: tuple[Callable[[Heard], bool], ...] = (
    from_a_coordinator,
    in_danger,
    told_by_the_provider,
    stop_or_start,
    flood,
    feedback_with_their_name,
    asked_who,
    said_stop,
    today_for_a_coordinator,
    taken_over,
    picture_or_sound,
    tapped_button,
    invited,
    answer,
    word_of_ours,
    word_of_a_questionnaire,
    not_listened_to,
    answers_a_broadcast,
    nobody_understood,
)


def _offer_help(heard: Heard) -> None:
    """Where hard things are only talked about: one sentence that help is there, at most once a day."""
    sitting, offered_at = heard.sitting, heard.sitting.person.offered_help_at
    asked_for_it = heard.keyword is not None and heard.keyword.name in ("HELP", LOOSELY)
    elsewhere = asked_for_it or heard.danger.topic == NOT_LISTENED_TO
    if heard.danger.tier != "offer" or sitting.address.stopped_at is not None or elsewhere:
        return
    if offered_at is None or sitting.desk.now - offered_at > timedelta(days=1):
        sitting.desk.change(sitting.person, offered_help_at=sitting.desk.now)
        sitting.say("safety.offer")


# -- what they do --------------------------------------------------------------------------------------


def _is_for_who_watches(heard: Heard, front: ConversationRecord) -> bool:
    """A wish for a person in the safety conversation: it goes to whoever has the alert, not to the office."""
    is_watched = heard.sitting.voice.house.safeguarding.watched
    return is_watched and front.flow == "safety" and heard.keyword is not None and heard.keyword.name == "HUMAN"
