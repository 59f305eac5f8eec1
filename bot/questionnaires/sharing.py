"""What came of a questionnaire, for the group: counts, averages, and words of those who agreed to that; no names.

Nothing is told of fewer than five people, however often they answered. Words are left out where they tell who somebody
is, as far as that can be seen, and where danger is heard in them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

from bot.channels.segments import count, fold
from bot.projects.keeping import NotDone
from bot.projects.telling import not_before_they_join, tell
from bot.questionnaires.keeping import about, people_meant, version_of
from flows import written
from flows.danger import Listener
from flows.phrases import hear, plain
from flows.words import Words
from flows.written import Questionnaire, WrittenQuestion
from storage.people import names_in_use
from storage.questionnaires import Response, responses, versions, who_answered, who_was_asked

FEWEST = 5  # people; of fewer, an answer can be told to be somebody's
LONGEST = 1400  # letters; providers refuse a longer text message
LONGEST_QUOTE = 120
QUOTES = (3, 1, 0)  # how many are tried, until it is short enough
FLOW = "questionnaire-shared"
_TELLS_WHO = re.compile(r"\d{5}|\d[ -]?\d{3}[ -]?\d{3}|@|https?:|www\.", re.IGNORECASE)
_DANGER = ("act", "ask")


@dataclass(frozen=True)
class _Answers:
    """All that was answered to one question: plain values, and the words that may be shown."""

    question: str
    values: Sequence[Any]
    quotes: Sequence[str]


def share(
    connection: Connection,
    name: str,
    words: Words,
    listener: Listener,
    only: Collection[str],
    now: datetime,
    *,
    send: str | None,
    to: Sequence[str] | None,
) -> list[str]:
    """The summary, line by line; it is sent only as somebody has seen it.

    Args:
        connection: A transaction.
        name: The questionnaire's.
        words: The sentences around it.
        listener: Hears danger in what might be quoted.
        only: Keys of the questions to share; none: all.
        now: What time it is.
        send: The code of what was seen, to send exactly that; None: only show it.
        to: To whom; None: whoever was asked or answered.

    Raises:
        NotDone: Too few have answered, or it is too long, or there is no such questionnaire or question.
    """
    summaries = summarised(connection, name, words, listener, only)
    said = []
    for language, text in summaries.items():
        parts = parts_of(text)
        said += [f"[{language}] as a text message: {parts} part{'s' if parts > 1 else ''}", text, ""]
    code = code_of(summaries)
    if send is None:
        return [*said, f"Nothing was sent. To send exactly this, do it again with --send {code}"]
    if send != code:
        raise NotDone(
            "\n".join([*said, f"It has changed since you saw it, so nothing was sent. Now it is --send {code}"])
        )
    people = (
        people_meant(connection, to) if to else who_answered(connection, name) | who_was_asked(connection, about(name))
    )
    told = tell(connection, sorted(people), f"{FLOW}:{name}:{now.date()}", FLOW, summaries, now)
    goes_to = f"It goes to {told.now} {'person' if told.now == 1 else 'people'}, as soon as it suits each of them."
    return [*said, goes_to, *not_before_they_join(told)]


def code_of(summaries: Mapping[str, str]) -> str:
    """What stands for just these words: they are sent only by whoever has seen them."""
    return hashlib.sha256(json.dumps(summaries).encode()).hexdigest()[:6]


def parts_of(text: str) -> int:
    """How many text messages a summary is."""
    return count(fold(text)).parts


def summarised(
    connection: Connection, name: str, words: Words, listener: Listener, only: Collection[str]
) -> dict[str, str]:
    """The summary in every language that there are words in."""
    newest = json.loads(version_of(connection, name).content)
    finished = _newest_of_each(responses(connection, name))
    if len(finished) < FEWEST:
        few = f"Only {len(finished)}" if finished else "Nobody"
        raise NotDone(f"{few} finished it. Nothing is shared of fewer than {FEWEST} people.")
    asked = Questionnaire.from_json(newest, written.ENGLISH)
    if unknown := set(only) - {question.key for question in asked.questions}:
        raise NotDone(f"There is no question {', '.join(sorted(unknown))} in {name}.")
    may_quote = _quotable(connection, listener)
    answers = _answers(connection, name, asked, finished, may_quote)
    shared = [each for each in answers if not only or each.question in only]
    for quotes in QUOTES:
        texts = {
            language: _text(words, language, Questionnaire.from_json(newest, language), len(finished), shared, quotes)
            for language in words.languages
        }
        if all(len(text) <= LONGEST for text in texts.values()):
            return texts
    raise NotDone(f"It is longer than {LONGEST} letters. Choose questions: --only {shared[0].question}")


def _newest_of_each(found: Sequence[Response]) -> list[Response]:
    """One finished response of each person, the last."""
    newest: dict[int, Response] = {}
    for response in found:
        if response.finished_on is None:
            continue
        known = newest.get(response.person_id)
        if known is None or known.finished_on is None or response.finished_on > known.finished_on:
            newest[response.person_id] = response
    return list(newest.values())


def _answers(
    connection: Connection,
    name: str,
    asked: Questionnaire,
    finished: Sequence[Response],
    may_quote: Callable[[str], bool],
) -> list[_Answers]:
    """What was answered to the questions of today, where they were the same then."""
    then = {
        kept.id: {each.key: each for each in Questionnaire.from_json(json.loads(kept.content), "en").questions}
        for kept in versions(connection, name)
    }
    found = []
    for question in asked.questions:
        same = [each for each in finished if _is_the_same(then[each.version_id].get(question.key), question)]
        given = [(each, each.answers[question.key][0]) for each in same if question.key in each.answers]
        values = [value for _, value in given if value is not None]
        said = [value for each, value in given if each.quotable and isinstance(value, str) and may_quote(value)]
        found.append(_Answers(question.key, values, sorted(said, key=str.casefold)))
    return found


def _is_the_same(then: WrittenQuestion | None, now: WrittenQuestion) -> bool:
    if then is None:
        return False
    return (then.text, then.kind, then.english, then.low, then.high) == (
        now.text,
        now.kind,
        now.english,
        now.low,
        now.high,
    )


def _text(
    words: Words, language: str, asked: Questionnaire, people: int, answers: Sequence[_Answers], quotes: int
) -> str:
    questions = {question.key: question for question in asked.questions}
    lines = [words.sentence(language, "questionnaire-summary.title", {"title": asked.title, "people": people})]
    for each in answers:
        if line := _line(words, language, questions[each.question], each, quotes):
            lines.append(line)
    return "\n".join(lines)


def _line(words: Words, language: str, question: WrittenQuestion, answers: _Answers, quotes: int) -> str | None:
    """One question; None where too few answered it, or there is nothing to show."""
    if len(answers.values) < FEWEST:
        return None
    values: dict[str, Any] = {"text": question.text, "people": len(answers.values)}
    if question.kind in (written.SCALE, written.NUMBER):
        values |= {"average": f"{sum(answers.values) / len(answers.values):.1f}".removesuffix(".0")}
        return words.sentence(language, "questionnaire-summary.average", values)
    if question.kind == written.WORDS:
        shown = [quote for quote in answers.quotes if len(quote) <= LONGEST_QUOTE][:quotes]
        values |= {"quotes": ", ".join(f'"{quote}"' for quote in shown)}
        return words.sentence(language, "questionnaire-summary.quotes", values) if shown else None
    if question.kind not in (written.YES_OR_NO, written.ONE_OF, written.SEVERAL_OF):
        return None
    labels = question.labels or {
        choice: words.label(language, "questionnaire.question", choice) for choice in ("yes", "no")
    }
    chosen = Counter(one for value in answers.values for one in (value if isinstance(value, list) else [value]))
    values |= {"counts": ", ".join(f"{label} {chosen[choice]}" for choice, label in labels.items())}
    return words.sentence(language, "questionnaire-summary.counts", values)


def _quotable(connection: Connection, listener: Listener) -> Callable[[str], bool]:
    @cache
    def names() -> frozenset[str]:
        """Every word of a name that anybody is called by."""
        called = names_in_use(connection)
        return frozenset(word for name in called for word in plain(name).split() if len(word) > 1)

    def may_quote(text: str) -> bool:
        tells_who = bool(_TELLS_WHO.search(text)) or not names().isdisjoint(hear(text).words)
        return not tells_who and listener.listen(text).tier not in _DANGER

    return may_quote
