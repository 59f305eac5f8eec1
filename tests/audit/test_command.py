"""`alongside audit` on a deployment's own files."""

from __future__ import annotations

import pytest

from bot.audit.command import audit


@pytest.fixture
def robbed(deployment, tmp_path):
    def run(known=None, out=None):
        said: list[str] = []
        people, feedback = deployment.world.service.database.url, deployment.feedback.url
        return audit(people, feedback, [deployment.folder], known, out, said.append), "\n".join(said)

    return run


async def test_it_says_what_it_tried_and_what_it_could_not_try(robbed, tmp_path):
    well, said = robbed(out=tmp_path / "reports")
    assert well
    assert "nothing found  schema allow-list" in said
    assert "not tried      canary scan" in said
    (report,) = (tmp_path / "reports").iterdir()
    assert "| schema allow-list |" in report.read_text()


async def test_it_finds_known_words_and_does_not_repeat_them(robbed, deployment, tmp_path):
    known = tmp_path / "known.txt"
    known.write_text(deployment.known.words[0] + "\n")
    well, said = robbed(known)
    assert well
    assert "nothing found  canary scan" in said
    assert "not tried      order of rows and pages" in said
    (deployment.folder / "bot.log").write_text(deployment.known.words[0])
    well, said = robbed(known, tmp_path)
    assert not well
    assert "bot.log: what was said" in said
    assert deployment.known.words[0] not in said + next(tmp_path.glob("audit-*.md")).read_text()
