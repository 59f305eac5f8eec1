"""An alert's record in sentences: everything that is written into it has one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import bot
import storage
from bot.alert_record import SENTENCES, THEIRS, TOLD, in_sentences
from bot.escalation import NOBODY_YET
from storage.alert_notices import FATES
from storage.taking_over import SILENT

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
WRITES = {
    "alerts.record": 3,
    "order.record": 0,
    "talk.record": 0,
    "self.record": 0,
    "order.take_on": 0,
    "self.take_on": 0,
    "_note": 2,
    "order.tell_them": 1,
    "talk.write": 1,
    "tell_them": 4,
}
"""What writes into the record, and which of what it is given says what happened."""
TELLS_THEM = {"order.tell_them": 0, "talk.write": 0, "tell_them": 3}
"""What writes to the person in danger, and where the sentence stands."""
PASSED_ON = {"what", "fate.state", "taking_over.SILENT", "NOBODY_YET", "f'not {what}: {why}'"}
"""How it is called where it is not said on the spot: it was given there, or is held below."""
GIVEN = {*FATES, SILENT, NOBODY_YET, "raised", "raised again", "told", "answered", "words of a coordinator"}


def calls() -> Iterator[tuple[str, list[ast.expr]]]:
    for room in (bot, storage):
        for path in sorted(Path(room.__file__).parent.rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "alert" in text:
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.Call):
                        yield ast.unparse(node.func), node.args


def told_to_the_team() -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The sentence, and what the record says of it, of everything that is told to a coordinator."""
    for name, given in calls():
        if name == "tell" and len(given) >= 5 and ast.unparse(given[0]).endswith("desk"):
            yield given[4], given[5] if len(given) > 5 else None
        elif name == "_tell_who_has_it":
            yield given[2], ast.Constant("told of it")


def literal(found: list[ast.expr]) -> set[str]:
    """The words that are said on the spot; what is passed on must be known here."""
    parts = [each for one in found for each in ((one.body, one.orelse) if isinstance(one, ast.IfExp) else (one,))]
    others = {ast.unparse(each) for each in parts if not isinstance(each, ast.Constant)}
    assert others <= PASSED_ON | {"key"}, "the record is given words here that this test does not see"
    return {each.value for each in parts if isinstance(each, ast.Constant)}


def test_everything_that_is_written_into_the_record_has_a_sentence_and_no_other_has():
    found = [(name, given[WRITES[name]]) for name, given in calls() if name in WRITES and len(given) > WRITES[name]]
    whats = literal([each for _, each in found] + [what for _, what in told_to_the_team() if what is not None]) | GIVEN
    held_back = {f"not {each}" for each in literal([each for name, each in found if name == "order.tell_them"])}
    whats = {each.partition(": ")[0] for each in whats | held_back}
    assert len(whats) > 25
    assert whats - SENTENCES.keys() == set()
    assert SENTENCES.keys() - whats == set()


def test_everything_that_is_told_to_the_team_or_to_them_is_known_by_its_sentence():
    to_them = [
        given[TELLS_THEM[name]] for name, given in calls() if name in TELLS_THEM and len(given) > TELLS_THEM[name]
    ]
    assert literal(to_them) == set(THEIRS)
    # "not-delivered" is chosen by whether they may be texted
    assert literal([key for key, _ in told_to_the_team()]) | {"not-delivered", "not-delivered-discreet"} == TOLD.keys()


def said(what: str, who: str | None = None, note: str | None = None) -> list[str]:
    return [
        f"{each.said} {each.note or ''}".strip()
        for each in in_sentences([SimpleNamespace(at=AT, what=what, who=who, note=note, outbox_id=None)])
    ]


def test_every_sentence_can_be_said_of_the_team_and_of_them():
    for what in SENTENCES:
        for who in ("Sam", "them", None):
            (sentence,) = said(what, who)
            assert "{" not in sentence
            assert sentence[0].isupper()


def test_why_something_was_not_done_is_said_and_what_is_unknown_stands_as_it_is():
    assert said("not told who has it: it may not be safe", "them") == [
        "They were NOT told who has it: it may not be safe."
    ]
    assert said("reply held back: they have said STOP", "Kim") == ["What Kim wrote was NOT sent: they have said STOP."]
    assert said("failed", "them", "The number is gone.") == ["A message to them did not arrive. The number is gone."]
    assert said("acknowledged", "Sam", "late: 40 minutes after it was raised") == [
        "Sam took it on. 40 minutes after it was raised"
    ]
    assert said("acknowledged", "Sam", "1 minutes after it was raised") == [
        "Sam took it on. 1 minute after it was raised"
    ]
    assert said("a thing of another time", "Sam") == ["a thing of another time."]


def test_what_was_read_of_several_messages_at_once_is_said_once():
    line = SimpleNamespace(at=AT, what="read", who="Kim", note=None, outbox_id=None)
    assert [each.said for each in in_sentences([line, line, line])] == ["Kim read what they wrote."]


def line_of(what: str, who: str, outbox_id: int, note: str | None = None, minutes: int = 0) -> SimpleNamespace:
    return SimpleNamespace(at=AT + timedelta(minutes=minutes), what=what, who=who, note=note, outbox_id=outbox_id)


def test_that_a_message_went_stands_with_its_line_and_that_one_was_lost_by_itself():
    told, lost = line_of("told", "Kim", 1, "alert"), line_of("told", "Sam", 2, "alert")
    gone = line_of("failed", "Sam", 2, "The number is gone.", 2)
    record = [told, lost, line_of("sent", "Kim", 1, None, 1), line_of("sent", "Sam", 2, None, 1), gone]
    first, second, third = in_sentences([*record, line_of("delivered", "Kim", 1, None, 3)])
    assert first.said == "Kim was told of the alert."
    assert first.went == (("sent", AT + timedelta(minutes=1)), ("arrived", AT + timedelta(minutes=3)))
    assert second.went == (("sent", AT + timedelta(minutes=1)),)
    assert (third.said, third.note, third.went) == ("A message to Sam did not arrive.", "The number is gone.", ())


def test_what_became_of_a_message_of_which_no_line_speaks_is_said():
    assert [each.said for each in in_sentences([line_of("sent", "Kim", 1)])] == ["A message to Kim was sent."]
