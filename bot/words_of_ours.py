"""The words that anybody can send anywhere: which one a message is, and what each of them does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.alerts import pass_on
from bot.channels import Incoming
from bot.heard import Heard
from bot.moving import give_a_code
from bot.places import report_wrong
from bot.questionnaires.asking import begin_by_word
from bot.sitting import Sitting
from flows.conversation import FLOWS, Json
from flows.help import WRONG_NUMBER, words_behind
from flows.in_one_message import ASK_SOFTLY, SOFTLY, after_a_name, begun_with, in_one_message
from flows.phrases import plain
from flows.words import Keyword
from storage.thanks import has_thanks

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
THEIR_THANKS = {"THANKS", "DIOLCHIADAU"}


def word_of_ours_in(message: Incoming, sitting: Sitting) -> tuple[Keyword | None, str]:
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
    listened_in_danger = in_safety and (heard.leaves_the_question_of_safety(front) or heard.turn(front).took_any_words)
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
