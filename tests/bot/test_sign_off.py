"""What is said around danger needs the safeguarding lead's sign-off; a sentence that changes needs it again."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.checking import notes, problems
from bot.cli import app
from bot.config import read_config, read_secrets
from bot.sign_off import (
    Signature,
    SignaturesUnreadable,
    about_danger,
    fingerprint,
    in_groups,
    read_signatures,
    unsigned,
    write_signatures,
)
from flows.words import Words

WORDS = Words.load()
EVERYTHING = list(about_danger(WORDS))
TODAY = date(2026, 3, 2)
A_LINE_OF_HELP = re.compile(r"\b(999|116 123|85258)\b")


def signed_by_kim(words: Words = WORDS) -> dict[tuple[str, str], Signature]:
    return {(each.language, each.key): each.signed("Kim", TODAY) for each in unsigned(words, {})}


def run(config: Path, *words: str, answers: str = ""):
    return CliRunner().invoke(app, [*words, "--config", str(config)], input=answers)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "4242:hush")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[organisation]\nname = "Harbour House"\nwords = "{tmp_path / "own"}"\n[telegram]\n'
        f'[database]\nurl = "sqlite:///{tmp_path / "a.sqlite3"}"\n'
        f'[safeguarding]\nmode = "signpost only"\nsigned_off = "{tmp_path / "signed_off.toml"}"\n',
        encoding="utf-8",
    )
    (tmp_path / "own" / "en").mkdir(parents=True)
    return path


def says_now(config: Path, text: str) -> None:
    own = config.with_name("own") / "en" / "ours.toml"
    own.write_text(f"[safety]\nhere = {text!r}\n", encoding="utf-8")


# -- which sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", WORDS.languages)
def test_every_sentence_that_names_a_line_of_help_needs_the_sign_off(language: str):
    naming = {key for key in WORDS.keys(language) if A_LINE_OF_HELP.search(WORDS.wording(language, key).text)}
    assert naming
    assert {(language, key) for key in naming} <= set(EVERYTHING)


@pytest.mark.parametrize(
    "key", ["safety.are-you-safe", "alerts.told", "help.lines", "places.found", "joining.sharing", "safety.nhs-wales"]
)
@pytest.mark.parametrize("language", WORDS.languages)
def test_whatever_goes_out_around_danger_needs_it_in_every_language(language: str, key: str):
    assert (language, key) in EVERYTHING
    assert (language, "check-in.thanks") not in EVERYTHING


# -- what counts as signed -----------------------------------------------------------------------------


def test_what_was_signed_as_it_stands_is_signed():
    assert unsigned(WORDS, signed_by_kim()) == []
    assert [(each.language, each.key) for each in unsigned(WORDS, {})] == EVERYTHING


def test_one_language_does_not_sign_for_the_other():
    english = {key: signature for key, signature in signed_by_kim().items() if key[0] == "en"}
    assert {each.language for each in unsigned(WORDS, english)} == {"cy"}


@pytest.mark.parametrize(
    "own",
    [
        '[safety]\nare-you-safe = "Are you safe?"',
        '[safety.are-you-safe]\nsms = "Are you safe? {choices}"',
        '[safety.are-you-safe]\nagain = "Sorry?"',
        '[safety.are-you-safe]\nlabel.safe = "Fine"',
    ],
)
def test_a_sentence_that_an_organisation_changes_needs_it_again(tmp_path: Path, own: str):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ours.toml").write_text(own, encoding="utf-8")
    [changed] = unsigned(Words.load(tmp_path), signed_by_kim())
    assert (changed.language, changed.key) == ("en", "safety.are-you-safe")
    assert next(changed.lines()) == "safety.are-you-safe  (changed since Kim signed it off on 2026-03-02)"


def test_more_ways_of_understanding_a_reply_need_no_sign_off(tmp_path: Path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ours.toml").write_text('[help.tell]\nmeans.tell = ["get Sam"]', encoding="utf-8")
    assert unsigned(Words.load(tmp_path), signed_by_kim()) == []


# -- the file ------------------------------------------------------------------------------------------


def test_what_is_kept_is_read_again(tmp_path: Path):
    path, signatures = tmp_path / "signed_off.toml", signed_by_kim()
    signatures["en", "safety.here"] = Signature('Kim "K" O\\Neill\n', TODAY, "abc")
    write_signatures(path, signatures)
    kept = read_signatures(path)
    assert kept.keys() == signatures.keys()
    assert kept["cy", "safety.here"] == Signature("Kim", TODAY, fingerprint(WORDS.wording("cy", "safety.here")))
    assert kept["en", "safety.here"].by == 'Kim "K" O\\Neill'


def test_without_a_file_nothing_is_signed_and_a_broken_one_is_told(tmp_path: Path):
    assert read_signatures(tmp_path / "none.toml") == {}
    broken = tmp_path / "broken.toml"
    broken.write_text("[en", encoding="utf-8")
    with pytest.raises(SignaturesUnreadable, match=r"safeguarding\.signed_off: .*broken\.toml can't be read"):
        read_signatures(broken)


def test_an_entry_that_is_no_signature_signs_nothing(tmp_path: Path):
    path = tmp_path / "signed_off.toml"
    path.write_text('en = 1\n[cy]\n"safety.here" = "Kim"\n"safety.again" = { by = "Kim" }\n', encoding="utf-8")
    assert read_signatures(path) == {}


# -- the commands --------------------------------------------------------------------------------------


def test_the_lead_is_shown_every_sentence_and_signs_part_by_part(config: Path):
    groups = [(language, section) for language, section, _ in in_groups(unsigned(WORDS, {}))]
    said_no_to = ("cy", "alerts")
    answers = "".join("n\n" if each == said_no_to else "y\n" for each in groups)
    shown = run(config, "sign-off", "--by", "Kim", answers=answers)
    assert shown.exit_code == 0
    assert WORDS.wording("cy", "safety.here").text in shown.output
    assert "  by SMS: " + WORDS.wording("en", "safety.are-you-safe").sms in shown.output
    assert "  to choose: Yes / No / Not sure" in shown.output
    left = unsigned(WORDS, read_signatures(config.with_name("signed_off.toml")))
    assert {(each.language, each.section) for each in left} == {said_no_to}
    assert f"{len(left)} sentences are not signed off." in shown.output

    again = run(config, "sign-off", "--by", "Kim", answers="y\n")
    assert again.output.count("may these be sent as they stand?") == 1
    assert "Everything is signed off" in again.output


def test_somebody_has_to_sign(config: Path):
    told = run(config, "sign-off")
    assert told.exit_code == 2
    assert not config.with_name("signed_off.toml").exists()


def test_check_lists_what_is_not_signed_by_key_and_language_without_the_text(config: Path):
    told = "\n".join(notes(read_config(config)))
    assert f"has not signed off {len(EVERYTHING)}, or they have changed since" in told
    assert re.search(r"^not signed off, cy: all of alerts, .*safety", told, re.MULTILINE)
    assert "safety.here" not in told, "a wall of keys would hide the faults"
    assert WORDS.wording("en", "safety.here").text not in told

    write_signatures(config.with_name("signed_off.toml"), signed_by_kim())
    assert not any("signed off" in note for note in notes(read_config(config)))
    says_now(config, "I am here.")
    header, listed = (note for note in notes(read_config(config)) if "signed off" in note)
    assert "has not signed off 1, or they have changed since" in header
    assert listed == "not signed off, en: safety.here"


@pytest.mark.parametrize("command", ["run", "sign-off"])
def test_words_that_need_a_correction_are_told_without_a_traceback(config: Path, command: str):
    (config.with_name("own") / "en" / "ours.toml").write_text('[safety]\nhear = "x"\n', encoding="utf-8")
    told = run(config, command, *(["--by", "Kim"] if command == "sign-off" else []))
    assert told.exit_code == 1
    assert "safety.hear: there is no such sentence" in told.output


async def test_a_broken_file_of_signatures_is_a_fault_and_never_written_over(config: Path):
    path = config.with_name("signed_off.toml")
    path.write_text("[en", encoding="utf-8")
    told = run(config, "sign-off", "--by", "Kim", answers="y\n")
    assert told.exit_code == 1
    assert "can't be read" in told.output
    assert path.read_text(encoding="utf-8") == "[en"
    read = read_config(config)
    read = read.model_copy(update={"telegram": None})
    assert any("signed_off.toml can't be read" in problem for problem in await problems(read, read_secrets(read)))
