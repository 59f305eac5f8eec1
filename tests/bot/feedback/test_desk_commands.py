"""Coordinators at the command line: Bo and Sam open the inbox, answer and close; others are told why they can't."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from storage.feedback import keys as inbox_keys
from storage.feedback.codes import CodeKeys, keys_of, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import public_key
from storage.feedback.sealing import Words, seal
from storage.feedback.store import look_up, release
from storage.feedback.tables import FEEDBACK

CONFIG = """
[organisation]
name = "Harbour House"
[telegram]
token_file = "token"
[safeguarding]
mode = "signpost only"
"""
BO, SAM, NEW = "five kind words in row", "another set of five words", "quite new words for them"


class Desk:
    """The command line of an organisation, and its database."""

    def __init__(self, url: str, config: Path) -> None:
        self.config = config
        self.db = FeedbackDatabase(url)
        self.db.migrate()

    def types(self, *arguments: str, then: str = "") -> Result:
        """A command, and what is typed when it asks, a line each."""
        command, *rest = arguments
        return CliRunner().invoke(app, ["inbox", command, "--config", str(self.config), *rest], input=then)

    def comes(self, text: str, code: CodeKeys | None = None, **values: object) -> str:
        """A feedback is released; returns the number that is shown for it."""
        words = Words(**{"text": text, "channel": "sms", "language": "en", **values})  # type: ignore[arg-type]
        sealed = seal(words, "organisation", public_key(self.db, "organisation"), code)
        release(self.db, [sealed], "2026-W19")
        return sealed.id.hex()[:8]


@pytest.fixture
def nothing_yet(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Nothing was made yet."""
    monkeypatch.setattr(inbox_keys, "ROUNDS", 1)
    monkeypatch.setattr(inbox_keys, "MEMORY_BYTES", 8192)
    config = tmp_path / "config.toml"
    (tmp_path / "token").write_text("1:secret", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    config.write_text(CONFIG + f'[feedback]\nurl = "{empty_url}"\n', encoding="utf-8")
    desk = Desk(empty_url, config)
    yield desk
    desk.db.close()


@pytest.fixture
def desk(nothing_yet: Desk) -> Desk:
    """The organisation's inbox, which Bo and Sam can open."""
    made = create(nothing_yet)
    assert made.exit_code == 0, made.output
    nothing_yet.paper = paper(made)  # type: ignore[attr-defined]
    return nothing_yet


def create(desk: Desk) -> Result:
    names = ("--coordinator", "Bo", "--coordinator", "Sam")
    return desk.types("create", *names, then=f"{BO}\n{BO}\n{SAM}\n{SAM}\n")


def paper(made: Result) -> str:
    (line,) = [line.strip() for line in made.output.splitlines() if line.strip().replace(" ", "").isdigit()]
    return line


def test_an_inbox_is_made_and_the_paper_is_shown_once(nothing_yet):
    made = create(nothing_yet)

    assert len(paper(made).split()) == 12
    assert "twice, for two trustees" in made.output
    again = create(nothing_yet)
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_passphrases_are_not_shown_and_are_no_arguments(desk):
    told = desk.types("feedback", "--as", "Bo", then=f"{BO}\n")

    assert told.exit_code == 0
    assert BO not in told.output
    for command in ("create", "add-coordinator", "remove-coordinator", "recover", "change-key", "feedback", "reply"):
        assert "--passphrase" not in desk.types(command, "--help").output


def test_bo_reads_what_came(desk):
    number = desk.comes("Nobody told us", topic="meetings", may_quote=True)
    desk.comes("It is cold")

    told = desk.types("feedback", "--as", "Bo", then=f"{BO}\n")

    assert f"{number}  2026-W19  new, meetings, may be quoted\n    Nobody told us\n" in told.output
    assert "It is cold" in told.output
    assert "meetings: fewer than 5" in told.output


def test_the_same_words_that_came_twice_are_shown_once(desk):
    for _ in range(2):
        desk.comes("It is cold\nin the hall")

    told = desk.types("feedback", "--as", "Bo", then=f"{BO}\n").output

    assert "new, came 2 times\n    It is cold\n    in the hall\n" in told
    assert told.count("It is cold") == 1


def test_who_gives_no_name_is_asked_for_it(desk):
    assert desk.types("feedback", then=f"Bo\n{BO}\n").exit_code == 0


def test_what_people_write_moves_no_cursor_and_colours_nothing(desk):
    desk.comes("[red]stop[/red] \x1b[2J \x07 end")

    told = desk.types("feedback", "--as", "Bo", then=f"{BO}\n").output

    assert "[red]stop[/red]" in told
    assert "\x1b" not in told
    assert "\x07" not in told


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("--as", "Bo"), SAM),
        (("--as", "Kim"), BO),
    ],
)
def test_a_wrong_name_or_passphrase_is_told_in_a_sentence(desk, arguments, typed):
    desk.comes("Nobody told us")

    told = desk.types("feedback", *arguments, then=f"{typed}\n")

    assert told.exit_code == 1
    assert "does not open this inbox" in told.output
    assert "Nobody told us" not in told.output
    assert typed not in told.output


def test_an_inbox_that_is_not_there_is_told_before_a_passphrase_is_asked(nothing_yet):
    told = nothing_yet.types("feedback", "--as", "Bo")

    assert told.exit_code == 1
    assert "alongside inbox create" in told.output


def test_where_feedback_is_not_set_up_it_says_so(nothing_yet):
    nothing_yet.config.write_text(CONFIG, encoding="utf-8")

    told = nothing_yet.types("feedback", "--as", "Bo")

    assert (told.exit_code, "not set up" in told.output) == (1, True)


def test_an_answer_is_fetched_with_the_code(desk):
    code = keys_of(new_code(), b"p" * 32)
    number = desk.comes("It is cold", code)

    told = desk.types("reply", number, "--as", "Bo", then=f"{BO}\nWe got a heater\n")

    assert "whoever has the code" in told.output
    answer = look_up(desk.db, code)
    assert answer is not None
    assert (answer.status, answer.replies) == ("answered", ("We got a heater",))
    assert "We got a heater" in desk.types("feedback", "--as", "Sam", then=f"{SAM}\n").output


def test_where_nobody_can_fetch_an_answer_it_says_so(desk):
    told = desk.types("reply", desk.comes("It is cold"), "--as", "Bo", then=f"{BO}\nWe got a heater\n")

    assert "nobody can fetch it" in told.output


def test_nothing_is_closed_in_silence(desk):
    code = keys_of(new_code(), b"p" * 32)
    number = desk.comes("It is cold", code)

    told = desk.types("close", number, "--as", "Bo", then=f"{BO}\n")
    assert (told.exit_code, f"alongside inbox reply {number}" in told.output) == (1, True)
    desk.types("reply", number, "--as", "Bo", then=f"{BO}\nWe got a heater\n")
    assert desk.types("close", number, "--as", "Bo", then=f"{BO}\n").exit_code == 0

    answer = look_up(desk.db, code)
    assert answer is not None
    assert answer.status == "closed"
    assert "It is cold" not in desk.types("feedback", "--as", "Bo", then=f"{BO}\n").output
    assert "It is cold" in desk.types("feedback", "--closed", "--as", "Bo", then=f"{BO}\n").output


def test_what_is_in_hand_is_seen_by_who_has_the_code(desk):
    code = keys_of(new_code(), b"p" * 32)
    desk.types("in-hand", desk.comes("It is cold", code), "--as", "Bo", then=f"{BO}\n")

    answer = look_up(desk.db, code)
    assert answer is not None
    assert answer.status == "in hand"


@pytest.mark.parametrize(("number", "why"), [("zz", "no feedback with this number"), ("", "no feedback")])
def test_a_number_that_is_not_there_is_told(desk, number, why):
    desk.comes("It is cold")

    told = desk.types("close", number, "--as", "Bo", then=f"{BO}\n")

    assert (told.exit_code, why in told.output) == (1, True)


def test_a_number_that_several_have_is_told(desk):
    for number in range(40):
        desk.comes(str(number))
    for start in "0123456789abcdef":
        told = desk.types("in-hand", start, "--as", "Bo", then=f"{BO}\n")
        if "type more of it" in told.output:
            return
    raise AssertionError("forty numbers begin with sixteen signs")


def test_what_was_altered_is_shown_as_such_answered_by_nobody_and_can_be_closed(desk):
    number = desk.comes("It is cold")
    with desk.db.writing() as connection:
        connection.execute(FEEDBACK.update().values(body=b"x" * 6144))

    assert "altered" in desk.types("feedback", "--as", "Bo", then=f"{BO}\n").output
    told = desk.types("reply", number, "--as", "Bo", then=f"{BO}\nHello\n")
    assert (told.exit_code, "altered" in told.output) == (1, True)
    assert desk.types("close", number, "--as", "Bo", then=f"{BO}\n").exit_code == 0


def test_an_answer_that_is_too_long_or_empty_is_not_sent(desk):
    number = desk.comes("It is cold")

    long = desk.types("reply", number, "--as", "Bo", then=f"{BO}\n{'a' * 2000}\n")
    empty = desk.types("reply", number, "--as", "Bo", then=f"{BO}\n   \n")

    assert (long.exit_code, "too long" in long.output) == (1, True)
    assert (empty.exit_code, "Nothing was written" in empty.output) == (1, True)


def test_sam_goes_and_kim_comes(desk):
    desk.comes("It is cold")
    desk.types("add-coordinator", "Kim", "--as", "Bo", then=f"{BO}\n{NEW}\n{NEW}\n")

    gone = desk.types("remove-coordinator", "Sam", "--as", "Kim", then=f"{NEW}\n")

    assert gone.exit_code == 0, gone.output
    assert "It is cold" in desk.types("feedback", "--as", "Kim", then=f"{NEW}\n").output
    assert desk.types("feedback", "--as", "Sam", then=f"{SAM}\n").exit_code == 1


def test_a_lost_passphrase_is_replaced_with_the_paper(desk):
    desk.comes("It is cold")

    done = desk.types("recover", "Bo", then=f"{desk.paper}\n{NEW}\n{NEW}\n")

    assert done.exit_code == 0, done.output
    assert desk.paper not in done.output
    assert "It is cold" in desk.types("feedback", "--as", "Bo", then=f"{NEW}\n").output
    assert desk.types("recover", "Bo", then=f"1234\n{NEW}\n{NEW}\n").exit_code == 1


def test_after_a_change_of_key_everything_is_read_as_before(desk):
    desk.comes("from before")

    done = desk.types("change-key", "--as", "Bo", then=f"{BO}\n")

    assert "Bo, Sam and the paper" in done.output
    desk.comes("from after")
    told = desk.types("feedback", "--as", "Sam", then=f"{SAM}\n").output
    assert "from before" in told
    assert "from after" in told


def test_a_weak_passphrase_is_refused(nothing_yet):
    told = nothing_yet.types("create", "--coordinator", "Bo", then="short\nshort\n")

    assert (told.exit_code, "at least 12" in told.output) == (1, True)
    assert "short" not in told.output.replace("shorter", "")


def test_you_said_we_did(desk):
    assert desk.types("said-did", "--add", then="You said it was cold. We got a heater.\n").exit_code == 0

    assert "We got a heater" in desk.types("said-did").output
    assert desk.types("said-did", "--add", then="  \n").exit_code == 1


def test_migrating_brings_both_databases_up_to_date(nothing_yet, tmp_path):
    done = CliRunner().invoke(app, ["migrate", "--config", str(nothing_yet.config)])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "alongside.sqlite3").exists()
    nothing_yet.db.require_up_to_date()


def test_what_waits_for_a_person_is_shown_as_before(nothing_yet):
    CliRunner().invoke(app, ["migrate", "--config", str(nothing_yet.config)])

    told = CliRunner().invoke(app, ["inbox", "--config", str(nothing_yet.config)])

    assert "Waiting for a person" in told.output
