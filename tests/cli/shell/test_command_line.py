"""The command line: global options, exit codes, errors and terminal output."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from platform_cli import verbs
from platform_cli.cli import run
from platform_cli.commands import version
from platform_cli.errors import Finding, UsageError
from platform_cli.screen import Flags, Screen
from tests.cli.conftest import Call

PLATFORM = [sys.executable, "-m", "platform_cli"]
VERBS = [verb for group in verbs.existing_verbs().values() for verb in group]


@pytest.mark.parametrize(
    "arguments", [["--json", "version"], ["version", "--json"], ["--json", "version", "--quiet"]]
)
def test_global_options_before_and_after_the_verb(arguments: list[str], call: Call) -> None:
    called = call(*arguments)
    assert (called.code, called.err) == (0, "")
    assert set(called.json) == {"command", "data", "warnings"}
    assert called.json["command"] == "version"


def test_workspace_is_selected_or_found_above(
    workspace: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(workspace / "clients" / "acme")
    assert call("list", "--json").json["data"]["clients"][0]["client_id"] == "acme"
    monkeypatch.chdir(elsewhere)
    assert call("list").code == 2
    assert call("list", "--workspace", str(workspace)).code == 0
    monkeypatch.setenv("PLATFORM_WORKSPACE", str(workspace))
    assert call("list").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["lst"],
        ["list", "--jsno"],
        ["show"],
        ["show", "nobody"],
        ["validate", "acme"],
        ["list", "x"],
    ],
    ids=" ".join,
)
def test_an_error_is_one_object_under_json(
    arguments: list[str], workspace: Path, call: Call
) -> None:
    (workspace / "clients" / "acme.yaml").write_text("client_id: acme\n")
    called = call(*arguments, "--json")
    assert called.code == 2
    assert set(called.json) == {"command", "error", "warnings"}
    known = arguments[0] in VERBS
    assert called.json["command"] == (arguments[0] if known else "")
    error = called.json["error"]
    assert error["message"] == error["findings"][0]["message"]
    assert all(set(each) == {"message", "where", "hint"} for each in error["findings"])


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_with_an_example(verb: str, call: Call) -> None:
    called = call(verb, "--help")
    assert called.code == 0
    assert f"platform {verb}" in called.out.split("Usage:")[1].split("\n", 1)[1]
    assert verbs.read_summary(verb)[:40] in " ".join(called.out.split())


def test_help_lists_only_existing_verbs(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = call("--help").out
    assert all(f"\n  {verb} " in listed for verb in VERBS)
    (tmp_path / "version.py").write_text('"""Only this."""\n')
    monkeypatch.setattr(verbs, "COMMANDS_FOLDER", tmp_path)
    listed = call("--help").out
    assert "Only this" in listed
    assert "validate" not in listed.split("This machine")[1]
    assert call("validate").code == 2


def test_without_a_verb_there_is_help(call: Call) -> None:
    assert call().out.startswith("Usage: platform")
    assert call("--version").out == call("version").out


def fail(error: BaseException) -> object:
    def failing(name: str) -> str:
        raise error

    return failing


def test_internal_error_prints_one_line_and_writes_a_log(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "version", fail(ZeroDivisionError("oh")))
    called = call("version")
    assert called.code == 1
    line, hint = called.err.splitlines()
    assert line == "error: internal error (a bug in platform): ZeroDivisionError: oh"
    log = next((workspace / ".platform" / "logs").iterdir())
    assert str(log) in hint
    assert "Traceback" in log.read_text()
    assert (workspace / ".platform" / ".gitignore").read_text() == "*\n"
    with pytest.raises(ZeroDivisionError):
        run(["version", "--debug"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (EOFError(), 130, "error: interrupted\n"),
        (PermissionError(13, "Permission denied", "acme.yaml"), 1, "acme.yaml: Permission denied"),
        (UsageError("no", hint="yes"), 2, "error: no\n    hint: yes\n"),
    ],
    ids=["ctrl-c", "end of input", "a file", "usage"],
)
def test_expected_errors_print_no_traceback(
    error: BaseException, code: int, said: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "version", fail(error))
    called = call("version")
    assert called.code == code
    assert said in called.err
    assert "Traceback" not in called.err


def test_closed_pipe_is_not_reported() -> None:
    command = subprocess.Popen(
        [*PLATFORM, "catalog"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout
    command.stdout.close()
    _, said = command.communicate()
    assert (command.returncode, said) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"aws_cdk", "boto3", "pydantic", "yaml", "rich", "questionary"}),
        (["validate", "acme"], {"aws_cdk", "boto3", "rich", "questionary", "jsii", "idna"}),
        (["list"], {"aws_cdk", "boto3", "rich", "questionary", "jsii", "idna"}),
        (["show", "acme"], {"aws_cdk", "boto3", "rich", "questionary", "jsii", "idna"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_read_only_commands_import_few_modules(
    arguments: list[str], unwanted: set[str], workspace: Path
) -> None:
    code = (
        "import sys\nfrom platform_cli.cli import run\n"
        f"code = run({arguments})\n"
        f"print(sorted({unwanted} & set(sys.modules)), file=sys.stderr)\nsys.exit(code)\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == 0
    assert process.stderr.splitlines()[-1] == "[]"


def test_completion_knows_verbs_and_clients(workspace: Path) -> None:
    def complete(words: str) -> list[str]:
        variables = {
            "_PLATFORM_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        process = subprocess.run(
            PLATFORM, env={**os.environ, **variables}, capture_output=True, text=True
        )
        return process.stdout.split()

    assert complete("platform val") == ["validate"]
    assert complete("platform show ") == ["acme"]
    assert "staging" in complete("platform show acme --env ")


class Terminal(io.StringIO):
    """A stream that reports to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("surroundings", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["plain", "NO_COLOR", "dumb"],
)
def test_colour_is_used_on_terminals_that_support_it(
    surroundings: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    err = Terminal()
    Screen(Flags(), io.StringIO(), err).print_findings([Finding("wrong", "a.yaml:1:2")])
    assert ("\x1b[" in err.getvalue()) is coloured


def test_a_table_is_drawn_on_a_terminal_and_plain_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def shown(out: io.StringIO) -> str:
        Screen(Flags(), out, io.StringIO()).table("T", ["name", "live"], [["[b]x[/b]", True]])
        return out.getvalue()

    assert shown(io.StringIO()) == "name      live\n[b]x[/b]  yes\n"
    assert "─" in shown(Terminal())
    assert "[b]x[/b]" in shown(Terminal())
    monkeypatch.setenv("CI", "true")
    assert shown(Terminal()) == shown(io.StringIO())


def test_progress_without_a_terminal_is_plain_lines() -> None:
    err = io.StringIO()
    screen = Screen(Flags(), io.StringIO(), err)
    with screen.step("Building") as step:
        step.note("half")
    with pytest.raises(UsageError), screen.step("Flipping"):
        raise UsageError("no")
    lines = err.getvalue().splitlines()
    assert lines[:2] == ["Building ...", "  half"]
    assert lines[2].startswith("ok  Building (")
    assert lines[4].startswith("failed  Flipping (")


def test_progress_on_a_terminal_ends_with_the_result() -> None:
    err = Terminal()
    with Screen(Flags(), io.StringIO(), err).step("Building [x]") as step:
        step.note("half")
    assert "Building [x] (" in err.getvalue().splitlines()[-1]


def test_quiet_prints_only_warnings_and_data() -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(Flags(quiet=True), out, err)
    screen.say("hello")
    with screen.step("Building"):
        screen.warn("careful")
    screen.table("", ["a"], [["b"]])
    assert (out.getvalue(), err.getvalue()) == ("a\nb\n", "warning: careful\n")


def test_vendor_text_cannot_control_the_terminal() -> None:
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(Flags(), out, err)
    screen.table("", ["title"], [["\x1b[2Jgone\x07\u202e"]])
    screen.print_findings([Finding("\x1b]0;mine\x07")])
    screen.warn("\x9b31m")
    assert not set("\x1b\x07\x9b\u202e") & set(out.getvalue() + err.getvalue())


def test_prompt_without_a_terminal_is_an_error() -> None:
    screen = Screen(Flags(), io.StringIO(), Terminal())
    with pytest.raises(UsageError, match="this cannot be asked"):
        screen.confirm("Delete?")
    assert Screen(Flags(yes=True), io.StringIO(), io.StringIO()).confirm("Delete?") is True


def test_json_output_contains_the_warnings() -> None:
    out = io.StringIO()
    screen = Screen(Flags(json=True), out, io.StringIO())
    screen.warn("careful")
    screen.table("", ["a"], [["b"]])
    screen.write("text")
    screen.print_json("x", {"a": 1})
    assert json.loads(out.getvalue()) == {
        "command": "x",
        "data": {"a": 1},
        "warnings": ["careful"],
    }
