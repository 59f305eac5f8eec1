"""The sign-off: what is about danger and was not read yet, or was changed; the safeguarding lead decides.

Signatures go into the same file that `alongside sign-off` writes. A change of our own is said only once it is signed:
first the signature is kept, then the words are said, so that nothing unsigned ever is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.visit import EVERYBODY, SAFEGUARDING, Room, Visit
from bot.console.wording import words_of
from bot.projects.keeping import NotDone
from bot.sign_off import Key, Unsigned, fingerprint, in_groups, unsigned
from bot.wording import keeping
from flows.words import Sentence
from storage.words import Own, own_words

room = Room()
LEADS = frozenset({SAFEGUARDING})


@room.shows("/sign-off", EVERYBODY)
def sign_off(visit: Visit) -> Response:
    """Changes that wait, beside what is said now; and what is said and not signed off, part by part."""
    words, path = words_of(visit), _path(visit)
    with visit.reading() as connection:
        changes = [_change(visit, each) for each in own_words(connection) if each.waiting is not None]
    problem = ""
    groups: list[tuple[str, str, list[Unsigned], str]] = []
    if path is not None:
        try:
            waiting = unsigned(words, keeping.read_signatures(path))
            groups = [(language, section, group, _read(group)) for language, section, group in in_groups(waiting)]
        except NotDone as why:
            problem = str(why)
    return visit.page(
        "words/sign_off.html",
        changes=changes,
        groups=groups,
        unreadable=problem,
        has_file=path is not None,
        may_sign=visit.is_a(SAFEGUARDING),
    )


@room.does("/sign-off/agree", LEADS, again=sign_off)
def agree(visit: Visit) -> Response:
    """Sign a change, and say it from now on."""
    words, (language, key), path = words_of(visit), _typed_key(visit), _known_path(visit)
    with visit.reading() as connection:
        sentence = keeping.waiting_wording(connection, words, language, key)
    read = visit.typed("read")
    if fingerprint(sentence) != read:
        raise NotDone("It was changed while you read it. Please read it again.")
    keeping.sign(path, {(language, key): sentence}, visit.who.name, visit.today)

    def say_it(connection: Connection) -> None:
        keeping.agree(connection, language, key, read, words, visit.who.name, visit.now)

    visit.write(say_it, did="signed off a sentence", about=f"words:{language}:{key}")
    visit.console.service.look_at_words()
    return visit.go("/sign-off", "Signed off. It is said so from now on.")


@room.does("/sign-off/drop", LEADS, again=sign_off)
def drop(visit: Visit) -> Response:
    """Leave a sentence as it is said now."""
    language, key = _typed_key(visit)
    visit.write(
        lambda connection: keeping.drop(connection, language, key, visit.who.name, visit.now),
        did="left a sentence as it was",
        about=f"words:{language}:{key}",
    )
    return visit.go("/sign-off", "It stays as it is said now.")


@room.does("/sign-off/part", LEADS, again=sign_off)
def sign_part(visit: Visit) -> Response:
    """Sign every sentence of a part as it stands, if it is what was read."""
    path, part = _known_path(visit), visit.typed("part")
    waiting = unsigned(words_of(visit), keeping.read_signatures(path))
    for language, section, group in in_groups(waiting):
        if f"{language} {section}" == part and _read(group) == visit.typed("read"):
            sentences: Mapping[Key, Sentence] = {(each.language, each.key): each.sentence for each in group}
            keeping.sign(path, sentences, visit.who.name, visit.today)
            visit.saw("signed off a part of the words", f"words:{language}:{section}", f"{len(group)} sentences")
            return visit.go("/sign-off", f"{len(group)} sentences are signed off.")
    raise NotDone("Something in this part was changed while you read it. Please read it again.")


def _change(visit: Visit, own: Own) -> tuple[Own, Sentence, Sentence | None, str]:
    """What waits, what is said now, what would be, and the fingerprint of that."""
    words = words_of(visit)
    then = words.fitting(own.language, own.key, own.waiting or {})[0]
    return own, words.wording(own.language, own.key), then, fingerprint(then) if then else ""


def _read(group: list[Unsigned]) -> str:
    """Another one for every change of what is in a part."""
    return hashlib.sha256("".join(fingerprint(each.sentence) for each in group).encode()).hexdigest()[:16]


def _typed_key(visit: Visit) -> Key:
    return visit.typed("language"), visit.typed("key")


def _path(visit: Visit) -> Path | None:
    config = visit.console.config
    return None if config is None else config.safeguarding.signed_off


def _known_path(visit: Visit) -> Path:
    path = _path(visit)
    if path is None:
        raise NotDone("There is no configuration that says where signatures are kept.")
    return path
