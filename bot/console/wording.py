"""The words: every sentence the bot says, by language and section; changing one, with its price and a preview.

What is about danger waits for the safeguarding lead: see `signing_off.py`.
"""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from bot.channels.segments import PENCE_PER_PART, in_words
from bot.console.visit import ADMIN, EVERYBODY, LEAD, SAFEGUARDING, NotThere, Room, Visit
from bot.projects.keeping import NotDone
from bot.sign_off import is_about_danger
from bot.wording import keeping
from bot.wording.keeping import Typed
from flows.words import Sentence, Words
from flows.words.sentences import as_texted
from storage.words import own_wording, own_words

room = Room()
WRITERS = frozenset({LEAD, SAFEGUARDING, ADMIN})
MOST_SHOWN = 100
NAMES = {"en": "English", "cy": "Cymraeg"}


@room.shows("/words", EVERYBODY)
def words_page(visit: Visit) -> Response:
    """The sections, the sentences of one, or what was searched for."""
    words = words_of(visit)
    language = visit.asked("language", "en")
    if language not in words.languages:
        raise NotThere
    section, wanted = visit.asked("section"), visit.asked("find")
    keys = sorted(words.keys(language))
    found = [key for key in keys if _fits(words, language, key, section, wanted)] if section or wanted else []
    with visit.reading() as connection:
        own = {each.key: each for each in own_words(connection) if each.language == language}
        waiting = sum(each.waiting is not None for each in own_words(connection))
    return visit.page(
        "words/words.html",
        languages=[(each, NAMES.get(each, each)) for each in words.languages],
        language=language,
        sections=sorted({key.partition(".")[0] for key in keys}),
        section=section,
        wanted=wanted,
        found=[(key, words.wording(language, key), own.get(key)) for key in found[:MOST_SHOWN]],
        more=len(found) - MOST_SHOWN,
        changed=[key for key, each in own.items() if each.said is not None or each.waiting is not None],
        waiting=waiting,
        is_about_danger=is_about_danger,
        may_write=visit.is_a(*WRITERS),
    )


@room.shows("/words/{language}/{key}", EVERYBODY)
def sentence_page(visit: Visit) -> Response:
    """One sentence: how it is said, what it mentions, what it costs, and a form for saying it otherwise."""
    words, language, key = words_of(visit), *_which(visit)
    ours, now = words.ours(language, key), words.wording(language, key)
    with visit.reading() as connection:
        own = own_wording(connection, language, key)
    waits = words.fitting(language, key, own.waiting)[0] if own is not None and own.waiting is not None else None
    typed = _typed(visit, now) if visit.sent else Typed.of(waits or now)
    fits = own is None or own.said is None or words.fitting(language, key, own.said)[0] is not None
    return visit.page(
        "words/sentence.html",
        language=language,
        key=key,
        section=key.partition(".")[0],
        ours=ours,
        now=now,
        own=own,
        waits=waits,
        fits=fits,
        typed=typed,
        mentions=sorted(words.mentions("en", key)) if words.ours("en", key).text else [],
        preview=_preview(typed),
        costs=_costs(visit, typed),
        is_about_danger=is_about_danger(key),
        may_write=visit.is_a(*WRITERS),
    )


@room.does("/words/{language}/{key}", WRITERS, again=sentence_page)
def save(visit: Visit) -> Response:
    """Look at it first, or say it so from now on."""
    words, language, key = words_of(visit), *_which(visit)
    typed = _typed(visit, words.wording(language, key))
    if visit.typed("do") == "look":
        keeping.parts_of(words, language, key, typed)
        return sentence_page(visit)
    said = visit.write(
        lambda connection: keeping.save(connection, words, language, key, typed, visit.who.name, visit.now),
        did="changed a sentence",
        about=f"words:{language}:{key}",
    )
    visit.console.service.look_at_words()
    return visit.go(f"/words/{language}/{key}", said)


@room.does("/words/{language}/{key}/ours", WRITERS, again=sentence_page)
def say_ours(visit: Visit) -> Response:
    """Say it as we wrote it again; what is about danger only the safeguarding lead takes back."""
    language, key = _which(visit)
    if is_about_danger(key) and not visit.is_a(SAFEGUARDING):
        raise NotDone("This is about danger, so only the safeguarding lead can take it back.")
    said = visit.write(
        lambda connection: keeping.say_ours(connection, language, key, visit.who.name, visit.now),
        did="took our words for a sentence again",
        about=f"words:{language}:{key}",
    )
    visit.console.service.look_at_words()
    return visit.go(f"/words/{language}/{key}", said)


@room.does("/segments", EVERYBODY)
def segments(visit: Visit) -> Response:
    """How long a text will be and what it costs, with an example in the place of every {mention}."""
    typed = visit.typed("words")[: keeping.LONGEST * 4]
    said = keeping.with_examples(typed)
    return PlainTextResponse(in_words(as_texted(said) if visit.asked("of") == "ours" else said, _pence(visit)))


def words_of(visit: Visit) -> Words:
    """What the service says."""
    return visit.console.service.voice.words


def _which(visit: Visit) -> tuple[str, str]:
    language, key = visit.request.path_params["language"], visit.request.path_params["key"]
    try:
        words_of(visit).ours(language, key)
    except KeyError:
        raise NotThere from None
    return language, key


def _typed(visit: Visit, now: Sentence) -> Typed:
    label = {choice: visit.typed(f"label.{choice}") for choice in now.label}
    return Typed(visit.typed("text"), visit.typed("sms"), visit.typed("again"), label)


def _costs(visit: Visit, typed: Typed) -> str:
    said = typed.sms or typed.text
    return in_words(as_texted(keeping.with_examples(said)), _pence(visit)) if said else ""


def _pence(visit: Visit) -> float:
    """What a part costs here."""
    sms = visit.console.config.sms if visit.console.config is not None else None
    return sms.pence_per_part if sms is not None else PENCE_PER_PART


def _preview(typed: Typed) -> list[tuple[str, str]]:
    shown = [("Telegram", typed.text), ("Text message", as_texted(typed.sms or typed.text))]
    shown += [("If the reply is not understood", typed.again)]
    return [(name, keeping.with_examples(said)) for name, said in shown if said]


def _fits(words: Words, language: str, key: str, section: str, wanted: str) -> bool:
    if section and key.partition(".")[0] != section:
        return False
    said = words.wording(language, key)
    every = " ".join((key, said.text, said.sms, said.again, *said.label.values()))
    return wanted.casefold() in every.casefold()
