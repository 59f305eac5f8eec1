"""The order of listening: what a message is taken for, from danger down to "nobody understood it".

One function a step, tried in the order in which `STEPS` names them; the first that takes the message ends it.
The order and its reasons are in the practice: an answer that is also a word of ours must not kill the
conversation, STOP is never undone by an ordinary message, and nothing is ever met with silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.alerts import is_taken_over, pass_on, relay
from bot.broadcasts.answers import answers_broadcast
from bot.broadcasts.by_message import broadcast_said
from bot.channels import Incoming
from bot.coordinators import coordinator_said
from bot.heard import Heard
from bot.hearing_danger import NEEDS_A_QUESTION, begin_safety, in_danger, listen_for_danger
from bot.inbox_by_text import inbox_said
from bot.moving import GOOD_FOR, give_a_code, has_moved, leave_others, take_along
from bot.places import report_wrong
from bot.questionnaires.asking import answer_with, begin_by_word
from bot.reply_by_text import reply_said
from bot.sharing import settle_who
from bot.sitting import Sitting, Voice
from bot.today_by_text import asked_for_today
from flows.conversation import FLOWS, Json, Reply, Turn
from flows.danger import Heard as Danger
from flows.help import LOOSELY, WRONG_NUMBER, words_behind
from flows.in_one_message import ASK_SOFTLY, SOFTLY, after_a_name, begun_with, in_one_message
from flows.message import label_of, read_button
from flows.phrases import plain
from flows.safety import are_you_safe
from flows.words import Keyword
from storage.desk import Desk
from storage.records import AddressRecord, ConversationRecord, PersonRecord
from storage.tables import Lane
from storage.thanks import has_thanks
from storage.votes import is_in_a_secret_vote

OF_THEIR_DATA = {"MYDATA": "my-data", "FORGET": "forget"}  # also after STOP: nobody has to be texted for it
OPENS = {
    "MENU": "menu",
    "HELP": "help",
    "HUMAN": "human",
    "LANGUAGE": "language",
    "PAUSE": "pause",
    "PLAN": "plan",
    "LIMITS": "limits",
    "SUGGEST": "suggestion",
    "TIMES": "times",
    **OF_THEIR_DATA,
    "MEETINGS": "meetings",
    "VOTE": "votes",
    "SKILLS": "strengths",
    "CONTACT": "contact",
    "ASK": "ask",
    "TASKS": "tasks",
    "STUCK": "stuck",
}
# Words that mean us even where any words would be an answer; "stuck" may well be one.
INTERRUPT = {*OPENS, "EXIT", "MOVE", WRONG_NUMBER} - {"STUCK"}
NOT_LISTENED_TO = "not_listened_to"  # the topic of `flows/danger_words/unheard.toml`
EXIT_ITSELF = {"EXIT", "GADAEL"}
THEIR_THANKS = {"THANKS", "DIOLCHIADAU"}
JOIN_WORDS = {"join", "ymuno", "/start"}
PICTURES = {"photo", "voice", "video", "file", "sticker", "contact", "location", "other"}


def listen(desk: Desk, message: Incoming, voice: Voice) -> None:
    """Take one message: everything that follows from it is on the desk afterwards."""
    if desk.has_seen(message.sender, message.message_id):
        return
    address, person, by_code = _whoever_wrote(desk, message, voice)
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
    keyword, behind = _word_of_ours_in(message, sitting)
    heard = Heard(message, sitting, keyword, danger, behind, came_by_code=by_code)
    for step in STEPS:
        if step(heard):
            break
    _offer_help(heard)
    sitting.answer()


def _word_of_ours_in(message: Incoming, sitting: Sitting) -> tuple[Keyword | None, str]:
    """The word of ours that a message is, and what stands behind it where that belongs to it ("HELP housing")."""
    if message.kind != "text":
        return None, ""
    words = sitting.voice.words
    keyword = words.keyword(message.text)
    with_words = words_behind(message.text, words) or in_one_message(message.text) if keyword is None else None
    if with_words and with_words.keyword.name == ASK_SOFTLY and not _names_a_mate(with_words.behind, sitting):
        return None, ""  # "ask us before you decide"
    return with_words or (keyword, "")


def _names_a_mate(words: str, sitting: Sitting) -> bool:
    """Whether words begin with the name of somebody whom they can ask."""
    mates = sitting.facts(FLOWS["ask"], {}).values["called_mates"]
    return after_a_name(words, mates) is not None


def own_up(desk: Desk, message: Incoming, voice: Voice) -> None:
    """We broke over this message: keep it for a person and say so; places and answers stay as they were."""
    if desk.has_seen(message.sender, message.message_id):
        return
    address = desk.address(message.channel, message.address)
    if address is None:
        address = desk.add_address(message.channel, message.sender, message.address, desk.add_person())
    person = _somebody_at(desk, address, voice)[0]
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


def _whoever_wrote(desk: Desk, message: Incoming, voice: Voice) -> tuple[AddressRecord, PersonRecord | None, bool]:
    """The address, its person, and whether a code has just brought them there.

    The person is None when two share the address and it is not clear who this is.
    """
    address = desk.address(message.channel, message.address)
    code = _invitation_code(message.text)
    if address is not None and any(each.joined_at is not None for each in desk.holders(address)):
        code = None  # sent from the wrong phone, it stays good for the right one
    guest = desk.use_invitation(code, GOOD_FOR) if code else None
    if address is None:
        person = guest or desk.add_person(zone=voice.house.zone)
        address = desk.add_address(message.channel, message.sender, message.address, person)
        if guest is not None:
            _has_moved_to(desk, address, guest)
        return address, person, guest is not None
    holders = _somebody_at(desk, address, voice)
    if guest is not None and len(holders) == 1 and holders[0].joined_at is None:
        take_along(desk, holders[0], guest)
        desk.give_address(address, guest)
        _has_moved_to(desk, address, guest)
        return address, guest, True
    if len(holders) == 1:
        return address, holders[0], False
    since = address.speaker_since
    recent = since is not None and desk.now - since < timedelta(hours=12)
    speaker = desk.person(address.speaker_id) if recent and address.speaker_id else None
    return address, speaker, False


def _has_moved_to(desk: Desk, address: AddressRecord, guest: PersonRecord) -> None:
    """Whoever had joined elsewhere leaves that behind; somebody who was invited has nothing to leave."""
    if guest.joined_at is not None:
        leave_others(desk, guest, address)


def _somebody_at(desk: Desk, address: AddressRecord, voice: Voice) -> list[PersonRecord]:
    """Who can be reached there; somebody unknown, where whoever it was has been forgotten."""
    if not desk.holders(address):
        somebody = desk.add_person(zone=voice.house.zone, preferred_address_id=address.id)
        desk.add_holder(address, somebody)
    return desk.holders(address)


# -- the steps -----------------------------------------------------------------------------------------


def from_a_coordinator(heard: Heard) -> bool:
    """What a coordinator sends about an alert, to somebody, or to many, is about others: danger is not listened for."""
    if not any(said(heard.text, heard.sitting) for said in (coordinator_said, inbox_said, reply_said, broadcast_said)):
        return False
    heard.danger = Danger()
    return True


def told_by_the_provider(heard: Heard) -> bool:
    """The provider says that they stopped us, or let us write again; it has answered them itself."""
    if heard.message.kind == "opted out":
        _stop(heard.sitting)
    elif heard.message.kind == "opted in":
        _start(heard.sitting)
    return heard.message.kind in ("opted out", "opted in")


def stop_or_start(heard: Heard) -> bool:
    """STOP and START and their family, before anything else that could take the words."""
    keyword, sitting = heard.keyword, heard.sitting
    if keyword is None or keyword.name not in ("STOP", "START"):
        return False
    stopped = sitting.address.stopped_at is not None
    if keyword.typed in NEEDS_A_QUESTION and _fits_a_question(heard):
        return False
    if keyword.name == "STOP":
        _stop(sitting)
        sitting.say("house.stopped")
    elif stopped or keyword.typed != "YES":
        _start(sitting)
        if sitting.person.joined_at is None and sitting.front() is None:
            sitting.begin("joining")
        else:
            sitting.say("house.started")
            sitting.come_back()
    else:
        return False
    return True


def flood(heard: Heard) -> bool:
    """Very many messages at once: all are kept, the first is answered, the others only fill a phone and a bill."""
    if heard.message.flood != "no" and heard.sitting.asks_in_secret():
        _keep_no_words(heard)
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
    return not _fits_a_question(heard) and asked_for_today(heard.text, heard.sitting)


def said_stop(heard: Heard) -> bool:
    """They have said STOP and still write: a person reads it, and STOP holds."""
    if heard.sitting.address.stopped_at is None or _is_about_their_data(heard):
        return False
    heard.sitting.add_to_inbox("wrote after STOP")
    heard.sitting.say("house.stopped-still")
    return True


def taken_over(heard: Heard) -> bool:
    """A person has taken the conversation over: the flows are silent, and that person gets the words."""
    if not is_taken_over(heard.sitting) or heard.message.kind not in ("text", "button"):
        return False
    tapped = read_button(heard.message.button or "")
    if _votes_in_secret(heard, tapped[0] if tapped else None):
        _keep_no_words(heard)
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
        if _may_tell_a_vote(heard):
            _keep_no_words(heard)
            heard.sitting.say("house.edited-in-secret")
        else:
            heard.sitting.add_to_inbox("changed a message")
            heard.sitting.say("house.edited")
        return True
    if kind not in PICTURES:
        return False
    if answer_with(heard.sitting, kind, heard.message.reference, heard.text):
        return True
    if _may_tell_a_vote(heard):
        _keep_no_words(heard)
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
            _keep_what_it_said(heard, conversation, tapped[1], tapped[2])
            _keep_to_itself(heard)
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
    if front is None or heard.was_too_late or _leaves_the_question_of_safety(heard, front):
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
    _keep_to_itself(heard)
    sitting.take(front, turn)
    return True


def _is_gone(heard: Heard, front: ConversationRecord, turn: Turn) -> bool:
    """What was asked about is not there any more: that is said, a word of ours goes on, and words go to a person."""
    sitting, flow = heard.sitting, FLOWS[front.flow]
    _keep_to_itself(heard)
    sitting.take(front, turn)
    if heard.keyword is not None and heard.keyword.name not in ("SKIP", "BACK"):
        return False
    if len(heard.text.split()) > 1 and not (flow.between_us or flow.for_others):
        sitting.add_to_inbox("answered what is gone")
        sitting.say("house.kept-for-team")
    return True


def word_of_ours(heard: Heard) -> bool:
    """One of the words that anybody can send anywhere."""
    keyword, sitting = heard.keyword, heard.sitting
    if keyword is None:
        return False
    name = keyword.name.removesuffix(SOFTLY)
    if heard.behind and name == "HELP":
        sitting.begin("help", need=heard.behind)
    elif heard.behind and name in OPENS:
        if FLOWS[OPENS[name]].between_us and sitting.message_id is not None:
            sitting.desk.keep_between_us(sitting.message_id)
        _begin_afresh(sitting, OPENS[name], begun_with(name, heard.behind, sitting.today))
    elif keyword.name in OPENS:
        if keyword.name == "HUMAN":
            pass_on(sitting)  # whoever has an alert of theirs hears of it too, and not only the office
        sitting.begin(OPENS[keyword.name])
    elif keyword.name in ("WRONG", WRONG_NUMBER):
        return report_wrong(sitting, heard.behind)
    elif keyword.name == "EXIT":
        _leave(heard)
    elif keyword.name == "MOVE":
        give_a_code(sitting)
    elif keyword.name == "THANKS":
        _thanked(heard)
    elif keyword.name in ("SKIP", "BACK"):
        sitting.say("house.nothing-open")
    else:
        return False
    return True


def word_of_a_questionnaire(heard: Heard) -> bool:
    """A word that a coordinator has chosen to begin a questionnaire with."""
    return not heard.was_too_late and begin_by_word(heard.sitting, heard.text)


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


def _stop(sitting: Sitting) -> None:
    """STOP holds everywhere: on every address of theirs, for all that waits, and for open conversations."""
    desk, addresses = sitting.desk, sitting.desk.addresses_of(sitting.person) or [sitting.address]
    for address in addresses:
        desk.change(address, stopped_at=address.stopped_at or desk.now)
    for conversation in desk.open_conversations(sitting.person):
        desk.change(conversation, state="ended")
    desk.withdraw(addresses, Lane.REPLY, "they said STOP")
    desk.void_invitations(sitting.person)


def _start(sitting: Sitting) -> None:
    """START undoes STOP and PAUSE, and answers an open question of how long the pause shall be."""
    for conversation in sitting.desk.open_conversations(sitting.person):
        if conversation.flow == "pause":
            sitting.desk.change(conversation, state="ended")
    sitting.desk.change(sitting.address, stopped_at=None)
    sitting.desk.change(sitting.person, paused_until=None, preferred_address_id=sitting.address.id)


def _begin_afresh(sitting: Sitting, flow: str, given: Mapping[str, Json]) -> None:
    """Begin a flow with what they wrote in the same message, in place of one that is open."""
    for conversation in sitting.desk.open_conversations(sitting.person):
        if conversation.flow == flow:
            sitting.desk.change(conversation, state="ended")
    sitting.begin(flow, **given)


def _leave(heard: Heard) -> None:
    """EXIT leaves the conversation in front and says so; the one behind it comes back."""
    sitting = heard.sitting
    sitting.close_expired()
    front = sitting.front()
    if front is None:
        sitting.say("house.nothing-open")
        return
    in_safety = front.flow == "safety"
    listened_in_danger = in_safety and (
        _leaves_the_question_of_safety(heard, front) or heard.turn(front).took_any_words
    )
    sitting.desk.change(front, state="ended")
    sitting.say("house.left-joining" if front.flow == "joining" else "house.left")
    if listened_in_danger:
        sitting.say("safety.here")
    sitting.come_back()


def _thanked(heard: Heard) -> None:
    """The word alone shows what they have been thanked for, if anything; any other way to say it is a courtesy."""
    sitting = heard.sitting
    is_their_word = plain(heard.text).upper() in THEIR_THANKS
    if is_their_word and has_thanks(sitting.desk.connection, sitting.person.id):
        sitting.begin("thanks")
    elif is_their_word and heard.text.strip("/ ").isupper():
        sitting.say("thanks.none")
    else:
        sitting.say("house.welcome-any-time")


def _may_tell_a_vote(heard: Heard) -> bool:
    """Whether words beside their question may say what somebody chooses in a secret vote: one is open to them."""
    desk = heard.sitting.desk
    return is_in_a_secret_vote(desk.connection, heard.sitting.person.id, desk.now)


def _keep_to_itself(heard: Heard) -> None:
    """What is answered in front: where that is secret no word is kept, and what is between us is marked as such."""
    if heard.sitting.asks_in_secret():
        _keep_no_words(heard)
    if heard.sitting.is_between_us() and heard.sitting.message_id is not None:
        heard.sitting.desk.keep_between_us(heard.sitting.message_id)


def _keep_what_it_said(heard: Heard, conversation: ConversationRecord, question_key: str, choice: str) -> None:
    """A button comes as data: what it said is kept, for whoever reads the conversation."""
    sitting = heard.sitting
    question = sitting.question_of(conversation)
    if question is not None and question.key == question_key and sitting.message_id is not None:
        label = label_of(choice, question, sitting.voice.words, sitting.language)
        sitting.desk.keep_words(sitting.message_id, label)


def _keep_no_words(heard: Heard) -> None:
    """What somebody answers in secret is kept nowhere, understood or not."""
    if heard.sitting.message_id is not None:
        heard.sitting.desk.leave_out_words(heard.sitting.message_id)


def _is_for_who_watches(heard: Heard, front: ConversationRecord) -> bool:
    """A wish for a person in the safety conversation: it goes to whoever has the alert, not to the office."""
    is_watched = heard.sitting.voice.house.safeguarding.watched
    return is_watched and front.flow == "safety" and heard.keyword is not None and heard.keyword.name == "HUMAN"


def _leaves_the_question_of_safety(heard: Heard, front: ConversationRecord) -> bool:
    """The word EXIT itself where we ask "Are you safe right now?": they leave, which says nothing of danger.

    Whatever else is not "safe" counts as danger there, "get me out" too.
    """
    if front.flow != "safety" or heard.keyword is None or heard.keyword.typed not in EXIT_ITSELF:
        return False
    question = heard.sitting.question_of(front)
    return question is not None and question.kind is are_you_safe


def _is_about_their_data(heard: Heard) -> bool:
    """MYDATA, FORGET, or an answer to what these ask."""
    if heard.keyword is not None and heard.keyword.name in OF_THEIR_DATA:
        return True
    front = heard.sitting.front()
    fits = front is not None and front.flow in OF_THEIR_DATA.values() and heard.turn(front).outcome == "answered"
    return fits and heard.message.kind in ("text", "button")


def _fits_a_question(heard: Heard) -> bool:
    """Whether an open question, other than one for any words, takes this as its answer."""
    front = heard.sitting.front()
    if front is None:
        return False
    turn = heard.turn(front)
    return turn.outcome == "answered" and not turn.took_any_words


def _invitation_code(text: str) -> str | None:
    """The code in "JOIN CODE" or "/start CODE"."""
    words = text.split()
    return words[1] if len(words) == 2 and words[0].casefold() in JOIN_WORDS else None
