"""Every long wait shows a line, once, unless a step or a question shows it already."""

import time
from io import StringIO

import pytest

from platform_cli.screen import Flags, Screen
from platform_cli.waiting import announce_waits


@pytest.fixture
def messages() -> StringIO:
    return StringIO()


@pytest.fixture
def screen(messages: StringIO) -> Screen:
    return Screen(Flags(), StringIO(), messages)


def test_a_silent_wait_shows_one_line(screen: Screen, messages: StringIO) -> None:
    with announce_waits(screen, "still working", seconds=0.02):
        time.sleep(0.2)
    assert messages.getvalue() == "still working\n"


def test_a_step_and_a_fast_command_show_no_such_line(screen: Screen, messages: StringIO) -> None:
    with announce_waits(screen, "still working", seconds=0.04), screen.step("Reading"):
        time.sleep(0.2)
    with announce_waits(screen, "still working", seconds=60):
        pass
    assert "still working" not in messages.getvalue()


def test_quiet_commands_stay_quiet(messages: StringIO) -> None:
    with announce_waits(Screen(Flags(quiet=True), StringIO(), messages), "still", seconds=0.02):
        time.sleep(0.1)
    assert messages.getvalue() == ""
