"""`alongside audit` on a deployment's own files, and on a simulated one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot.audit import simulate
from bot.audit.attack import try_all
from bot.audit.attacks import ATTACKS
from bot.audit.command import audit, audit_simulated
from bot.audit.simulate import Size
from bot.cli import app
from storage.database import Database
from storage.feedback.database import FeedbackDatabase

WORDS = "about the kettle in the yellow room"
LEAST = Size(people=5, a_week=1, weeks=1, step=timedelta(days=1), phones=1)


@pytest.fixture
def robbed(empty_url, tmp_path):
    """A deployment of two databases with nothing in them, and a folder of logs."""
    (tmp_path / "logs").mkdir()
    feedback = empty_url if "postgresql" in empty_url else f"sqlite:///{tmp_path}/feedback.sqlite3"
    for database in (Database(empty_url), FeedbackDatabase(feedback)):
        database.migrate()
        database.close()

    def run(known=None, out=None):
        said: list[str] = []
        return audit(empty_url, feedback, [tmp_path / "logs"], known, out, said.append), "\n".join(said)

    return run


def test_it_says_what_it_tried_and_what_it_could_not_try(robbed, tmp_path):
    well, said = robbed(out=tmp_path / "reports")
    assert well
    assert "nothing found  schema allow-list" in said
    assert "not tried      canary scan" in said
    assert "not tried      read receipts" in said
    (report,) = (tmp_path / "reports").iterdir()
    assert "| schema allow-list |" in report.read_text()
    assert "Never covered" in report.read_text()


def test_it_finds_known_words_and_does_not_repeat_them(robbed, tmp_path):
    known = tmp_path / "known.txt"
    known.write_text(WORDS + "\n")
    well, said = robbed(known)
    assert well
    assert "nothing found  canary scan" in said
    assert "not tried      order of rows and pages" in said
    (tmp_path / "logs" / "bot.log").write_text(WORDS)
    well, said = robbed(known, tmp_path)
    assert not well
    assert "bot.log: what was said" in said
    assert WORDS not in said + next(tmp_path.glob("audit-*.md")).read_text()


def test_a_simulation_tries_everything_and_reports(tmp_path):
    said: list[str] = []
    assert audit_simulated(tmp_path, said.append, LEAST)
    assert "not tried" not in "\n".join(said)
    assert "of which 0 found something" in next(tmp_path.glob("audit-simulated-*.md")).read_text()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_simulation_of_a_leaky_build_fails(talkative, tmp_path, monkeypatch):
    monkeypatch.setattr(simulate, "simulate", lambda size, say: try_all(talkative, ATTACKS))
    said: list[str] = []
    assert not audit_simulated(tmp_path, said.append)
    assert "FOUND          person rows before and after" in "\n".join(said)
    assert "| FOUND |" in next(tmp_path.glob("audit-simulated-*.md")).read_text()


@pytest.mark.parametrize(("well", "code"), [(True, 0), (False, 1)])
def test_the_command_ends_as_the_attacks_did(monkeypatch, tmp_path, well, code):
    asked = []
    monkeypatch.setattr("bot.audit.command.audit_simulated", lambda out, say: asked.append(out) or well)
    result = CliRunner().invoke(app, ["audit", "--simulate", "--out", str(tmp_path)])
    assert (result.exit_code, asked) == (code, [tmp_path])


@pytest.mark.prove
def test_a_fortnight_of_sixty_people_gives_nobody_away(tmp_path):
    for seed in (1, 2, 3):
        said: list[str] = []
        assert audit_simulated(tmp_path, said.append, Size(seed=seed)), "\n".join(said)
