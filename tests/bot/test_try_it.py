"""`alongside try` has people to tell: danger reaches a coordinator's handset, and goes on until somebody says ACK."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.try_it import ScriptMistake, played
from tests.prove.process import ROOT, alongside, environment

JOINS = ["Ada is on SMS.", "Ada: JOIN", "Ada: Ada", "Ada: SKIP", "Ada: 1", "Ada: 1", "Ada: always"]


async def after_joining(*lines: str) -> str:
    """What is shown for these lines, once Ada has joined on a Monday at ten."""
    shown = await played([*JOINS, *lines])
    return "\n".join(shown[shown.index(lines[0]) :])


async def test_sam_is_told_acknowledges_and_ada_hears_it():
    shown = await after_joining("Ada: I can't go on", "Sam: ACK 4821", "Sam: READ 4821")
    place = 0
    for said in (
        "Bot to Ada: Thank you for telling me. I'm a computer",
        "I am trying to reach our team now.",
        "Bot to Sam: ALERT 4821: in danger now, suicide or self-harm.",
        "Sam: ACK 4821",
        "Bot to Sam: 4821 is yours.",
        "Bot to Ada: I have told Sam on our team.",
        "Bot to Sam: 4821: Ada, +447700900",
        "I can't go on",
    ):
        place = shown.index(said, place)


async def test_when_nobody_acknowledges_the_next_are_told_as_the_clock_is_moved():
    shown = await after_joining(
        "Ada: i cant go on", "9 minutes later", "1 minute later", "10 minutes later", "Kim: ACK 4821"
    )
    first, rest = shown.split("9 minutes later\n")
    nobody_yet, rest = rest.split("1 minute later\n")
    then_bo, rest = rest.split("10 minutes later\n")
    then_all, kim_has_it = rest.split("Kim: ACK 4821\n")
    assert "Bot to Sam: ALERT 4821" in first
    assert nobody_yet == ""
    assert "Bot to Bo: ALERT 4821" in then_bo
    assert "Bot to Kim" not in then_bo
    assert "Bot to Kim: ALERT 4821" in then_all
    assert "Bot to Lou: ALERT 4821" in then_all
    assert "Bot to Ada: I have told Kim on our team." in kim_has_it
    assert "Bot to Sam: 4821: Kim has it now." in kim_has_it


async def test_a_long_step_of_the_clock_tells_each_at_their_time():
    shown = await after_joining("Ada: i cant go on", "2 hours later")
    assert "Bot to Bo: ALERT 4821" in shown
    assert "Bot to Lou: ALERT 4821" in shown
    assert "Bot to Sam: STILL OPEN 4821" in shown


async def test_at_the_weekend_ada_is_told_when_somebody_may_see_it():
    shown = await after_joining("5 days later", "Ada: i cant go on")
    assert "No one at our charity may see this until 9am Monday." in shown
    assert "Bot to Sam" not in shown
    assert "Bot to Bo: ALERT 4821" in shown
    assert "Bot to Kim: ALERT 4821" in shown


async def test_a_script_says_who_is_on_call_only_where_that_is_so():
    assert await after_joining("Sam is on call.") == "Sam is on call."
    with pytest.raises(ScriptMistake, match="Sam is not on call then"):
        await after_joining("5 days later", "Sam is on call.")
    with pytest.raises(ScriptMistake, match="Bo is not on call then"):
        await after_joining("Bo is on call.")


async def test_two_alerts_have_the_same_numbers_in_every_playing_and_numbers_of_lines_stay():
    script = ["Cai is on SMS.", "Cai: i want to die", "Ada: my fella hit me again", "Sam: ACK 4822", "Sam: ACK 4821"]
    shown = await after_joining(*script)
    assert shown == await after_joining(*script)
    assert "Bot to Sam: 4822 is yours. I have NOT told them" in shown
    assert "0808 2000 247" in shown


async def test_a_long_conversation_is_no_flood():
    shown = await after_joining(*(f"Ada: {word}" for _ in range(20) for word in ("MENU", "EXIT")))
    assert shown.count("What would you like?") == 20


@pytest.mark.parametrize("line", ["999999999999 weeks later", "54 weeks later", "9999999 minutes later"])
async def test_the_clock_moves_by_a_year_at_most(line: str):
    with pytest.raises(ScriptMistake, match="line 1: the clock moves by a year at most"):
        await played([line])


@pytest.mark.parametrize(
    ("name", "said"), [("none.txt", "there is no such file"), (".", "can't be read"), ("latin.txt", "can't be read")]
)
def test_a_script_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path, name: str, said: str):
    (tmp_path / "latin.txt").write_bytes(b"Ada: caf\xe9")
    told = alongside("try", "--script", str(tmp_path / name))
    assert told.returncode == 2
    assert said in told.stderr
    assert (told.stderr.count("\n"), "Errno" in told.stderr) == (1, False)


def in_the_terminal(typed: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "bot", "try", "--terminal"],
        cwd=ROOT,
        env=environment(COLUMNS="120"),
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def test_in_the_terminal_a_mistake_is_told_with_what_would_be_right():
    shown = in_the_terminal("/as zed\n/as\n/later soon\n/later\n/later 99999999999999999999 weeks\n/quit\n")
    everybody = "There are: Sam, Bo, Kim, Lou, Ada, Dee. For example: /as dee"
    assert f"There is nobody called zed. {everybody}" in shown
    assert shown.count(everybody) == 2
    assert shown.count("Say how long, in minutes, hours, days or weeks: /later 10 minutes, /later 1 day") == 2
    assert "The clock moves by a year at most" in shown


def test_in_the_terminal_an_alert_comes_to_the_coordinators_handset():
    shown = in_the_terminal("i cant go on\n/later 10 minutes\n/as sam\nhello\n/quit\n")
    assert "be staff: Sam is on call" in shown
    for who in ("Ada", "Sam", "Bo"):
        assert f" to {who} " in shown
    assert shown.count("ALERT") == 2
    assert "No one at our charity watches" not in shown
