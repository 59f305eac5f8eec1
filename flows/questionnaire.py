"""A questionnaire that a coordinator has written: consent first, then its questions, with pauses after hard ones.

What is asked is a fact, so one flow asks them all. A conversation goes on with the version it was begun with: consent
was given to those questions, and one response never mixes two wordings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flows import written
from flows.acts import BeginResponse, FinishResponse, KeepAnswer, WouldLikeAPerson
from flows.conversation import Talk, flow
from flows.replies import one_of, yes_or_no
from flows.written import Questionnaire, Section, WrittenQuestion
from flows.written_kinds import Given, kind_of, plain_answer

MOST_EARLIER = 5  # answers of before that are looked back on
_WORDS = {  # the sentences around a question of each kind; the others have `question`
    written.SEVERAL_OF: "several",
    written.NUMBER: "number",
    written.DATE: "date",
    written.COMING_DATE: "coming-date",
    written.PHOTO: "photo",
    written.VOICE: "voice",
}


@flow(
    "questionnaire",
    lives_for=timedelta(days=30),
    facts=("written", "version", "earlier", "when_read"),
    between_us=True,
)
async def questionnaire(talk: Talk) -> None:
    """Nothing is kept before they agree; then each answer as it comes, so that an unfinished one is seen as such."""
    asked: Questionnaire | None = talk.facts["written"]
    if asked is None:
        talk.say("gone")
        return
    named = await _consent(talk, asked)
    if named is None:
        talk.say("no-matter")
        return
    talk.do(BeginResponse(talk.facts["version"], named))
    if asked.asks_names and not named:
        talk.say("without-name")
    answers: dict[str, Any] = {}
    for number, section in enumerate(asked.sections, start=1):
        if await _section(talk, number, section, answers, asked.purpose) and section.hard:
            await _afterwards(talk, number, is_last=section is asked.sections[-1])
    words = any(question.kind == written.WORDS and answers.get(question.key) for question in asked.questions)
    quotable = await talk.ask("quote", yes_or_no) if words else None
    talk.do(FinishResponse(bool(quotable)))
    if asked.purpose == written.STATEMENTS:
        _look_back(talk, asked, answers)
    talk.say("thanks" if any(answer is not None for answer in answers.values()) else "nothing-answered")


async def _consent(talk: Talk, asked: Questionnaire) -> bool | None:
    """Whether their name may be seen; None: they would rather not."""
    about = {"title": asked.title, "seen_by": asked.seen_by, "used_for": asked.used_for}
    if asked.asks_names:
        chosen = await talk.ask("consent", one_of("named", "unnamed", "no"), **about)
        return None if chosen in (None, "no") else chosen == "named"
    return False if await talk.ask("agree", yes_or_no, **about) else None


async def _section(talk: Talk, number: int, section: Section, answers: dict[str, Any], purpose: str) -> bool:
    """Ask what is to be asked of a section; whether anything was."""
    if not all(rule.holds(answers) for rule in section.only_if):
        return False
    begun = False
    for question in section.questions:
        if not all(rule.holds(answers) for rule in question.only_if):
            continue
        if not begun:
            _open(talk, number, section)
        begun = True
        if purpose == written.STATEMENTS:
            _remind(talk, question)
        given = await _ask(talk, question)
        answers[question.key] = plain_answer(given)
        talk.do(KeepAnswer(question.key, plain_answer(given), given.more if given else ""), item=question.key)
    return begun


def _open(talk: Talk, number: int, section: Section) -> None:
    if section.hard:
        talk.say(f"hard-next:{number}")
    if section.text:
        talk.say(f"section:{number}", text=section.text)


async def _ask(talk: Talk, question: WrittenQuestion) -> Given | None:
    kind = kind_of(question)
    if question.kind == written.SCALE:
        ends = {"low": f"{question.low:g}", "high": f"{question.high:g}"}
        if not (question.low_text and question.high_text):
            return await talk.ask(f"scale:{question.key}", kind, text=question.text, **ends)
        means = {"low_text": question.low_text, "high_text": question.high_text}
        return await talk.ask(f"scale-in-words:{question.key}", kind, text=question.text, **ends, **means)
    listed = {"listed": _listed(question)} if question.kind == written.SEVERAL_OF else {}
    words = _WORDS.get(question.kind, "question")
    return await talk.ask(f"{words}:{question.key}", kind, text=question.text, **listed)


def _listed(question: WrittenQuestion) -> str:
    return ", ".join(f"{number} {label}" for number, label in enumerate(question.labels.values(), start=1))


async def _afterwards(talk: Talk, number: int, is_last: bool) -> None:
    """After hard questions: go on, a break, or a person."""
    if is_last:
        if await talk.ask(f"a-person:{number}", yes_or_no):
            talk.do(WouldLikeAPerson())
            talk.say("person-told", when_read=talk.facts["when_read"])
        return
    wish = await talk.ask(f"how-now:{number}", one_of("go-on", "break", "person"))
    if wish == "person":
        talk.do(WouldLikeAPerson(), item=str(number))
        await talk.ask(f"with-a-person:{number}", one_of("go-on"), when_read=talk.facts["when_read"])
    elif wish == "break":
        await talk.ask(f"break:{number}", one_of("go-on"))


def _remind(talk: Talk, question: WrittenQuestion) -> None:
    """A statement of the group's own: what they said to it last."""
    before: Sequence[tuple[date, Any]] = talk.facts["earlier"].get(question.key, ())
    if before:
        day, said = before[-1]
        talk.say(f"last-time:{question.key}", day=day, said=said)


def _look_back(talk: Talk, asked: Questionnaire, answers: Mapping[str, Any]) -> None:
    """They see first how their own answers have moved, before anybody else is shown anything."""
    for question in asked.questions:
        before = [said for _, said in talk.facts["earlier"].get(question.key, ())]
        now = answers.get(question.key)
        if before and now is not None:
            earlier = ", ".join(map(str, before[-MOST_EARLIER:]))
            talk.say(f"then-and-now:{question.key}", text=question.text, earlier=earlier, now=now)


@flow("questionnaire-shared", light=True, facts=("shared",))
async def questionnaire_shared(talk: Talk) -> None:
    """What came of a questionnaire, told to the group."""
    talk.say("results", text=talk.facts["shared"])
    talk.say("more")
