"""Malicious arguments, folders and texts cannot leave the workspace, control the terminal or leave
partial files."""

import io
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_cli import engines
from platform_cli.errors import PlatformError
from platform_cli.operations.logs import LogLine
from platform_cli.sanitize import one_line, printable
from platform_cli.screen import Flags, Screen
from platform_cli.site_source.archive import pack_source
from platform_cli.verbs import existing_verbs
from platform_cli.views.operations import format_log_line
from platform_cli.workspace import STATE_FOLDER, shipped_folder
from tests.assurance.hostile import nonsense
from tests.cli.conftest import Call

NO_IDS = (
    "../acme", "..", "/etc/passwd", "acme/../acme", "acme.yaml", "ACME", "\u0430cme", "a" * 300, "",
    "~root", "$(id)", "acme\n", "acme\x1b[31m", "\udcff", "a--b", "acme:prod", "acme?", "a b",
)  # fmt: skip
VERBS = sorted({each for verbs in existing_verbs().values() for each in verbs} - {"init"})
"""All verbs except `init`, which creates any folder named on the command line."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", ""), ("validate", "acme", " "), ("cost", "acme", "--svg", ""), ("--workspace", ""),
        ("builds", "acme", "--log="), ("new-client", "pear", "--domain", ""), ("",), ("events", ""),
    ],
)  # fmt: skip
def test_an_empty_argument_is_refused_in_one_line(
    workspace: Path, call: Call, arguments: tuple[str, ...]
) -> None:
    result = call(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[0].endswith(" is empty")


def test_a_chart_is_not_saved_over_a_folder(workspace: Path, call: Call) -> None:
    for folder in (".", "/", str(workspace)):
        result = call("cost", "acme", "--svg", folder)
        assert result.code == 1
        assert "Is a directory" in result.err


def everything(workspace: Path) -> dict[str, bytes]:
    """Read every file in and beside a workspace, except the state of the tool."""
    files = {str(each): each.read_bytes() for each in workspace.rglob("*") if each.is_file()}
    own = {name: body for name, body in files.items() if f"{workspace}/{STATE_FOLDER}/" not in name}
    return own | {str(each): b"" for each in workspace.parent.iterdir()}


@pytest.mark.parametrize("verb", ["show", "validate", "plan", "status", "events", "new-client"])
@pytest.mark.parametrize("name", NO_IDS)
def test_client_id_cannot_leave_the_workspace(
    verb: str, name: str, workspace: Path, call: Call
) -> None:
    (workspace / "acme.yaml").write_text("outside: true")
    before = everything(workspace)
    options = ("--domain", "x.example", "--yes", "--no-input") if verb == "new-client" else ()
    called = call(verb, *options, "--", name)
    assert called.code == 2
    assert "\x1b" not in called.err
    assert "outside" not in called.err
    assert everything(workspace) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from(VERBS),
    words=st.lists(st.sampled_from(NO_IDS) | st.text(st.characters(), max_size=8), max_size=3),
)
def test_any_arguments_are_rejected_without_a_traceback(
    workspace: Path, call: Call, verb: str, words: list[str]
) -> None:
    before = everything(workspace)
    called = call("--no-input", verb, "--", "No-Such-Client", *words)
    assert called.code in {1, 2}
    assert "internal error" not in called.err
    assert everything(workspace) == before


# --- folders and archives ------------------------------------------------------------------------


def packed(folder: Path) -> zipfile.ZipFile:
    engine = engines.load_engine("hugo")
    made = pack_source(engine.source_files(folder), engine, shipped_folder("lambdas") / "publisher")
    return zipfile.ZipFile(io.BytesIO(made.archive))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "clients" / "acme"
    folder.mkdir(parents=True)
    (folder / "hugo.toml").write_text("")
    (tmp_path / "secret").write_text("of this machine")
    return folder


def test_archive_contains_only_files_of_the_site(site: Path) -> None:
    (site / "..hidden").mkdir()
    (site / "..hidden" / "\u202e e\u0301 \u00e9 ;$(id) -rf").write_text("")
    for name in packed(site).namelist():
        assert not name.startswith("/")
        assert ".." not in Path(name).parts


@pytest.mark.parametrize("what", ["file", "folder", "dangling", "deep", "itself"])
def test_symbolic_links_are_rejected(what: str, site: Path, tmp_path: Path) -> None:
    root, secret = site, tmp_path / "secret"
    (site / "below").mkdir()
    match what:
        case "file":
            (site / "x.md").symlink_to(secret)
        case "folder":
            (site / "content").symlink_to(tmp_path)
        case "dangling":
            (site / "x.md").symlink_to(tmp_path / "nothing")
        case "deep":
            (site / "below" / "x.md").symlink_to(secret)
        case _:
            root = tmp_path / "clients" / "bravo"
            root.symlink_to(tmp_path)
    with pytest.raises(PlatformError, match="symbolic link"):
        packed(root)


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"a\\..\\b.md"])
def test_unportable_file_name_is_rejected(name: bytes, site: Path) -> None:
    Path(os.fsdecode(bytes(site) + b"/" + name)).write_text("")
    with pytest.raises(PlatformError, match="names in UTF-8"):
        packed(site)


def test_named_pipe_is_rejected(site: Path) -> None:
    """Reading a pipe would block forever."""
    os.mkfifo(site / "pipe.md")
    with pytest.raises(PlatformError, match="regular files"):
        packed(site)


# --- the terminal --------------------------------------------------------------------------------

STEERS = {"\x1b", "\x07", "\x9b", "\x00", "\u202e", "\u2066", "\r", "\x08", "\x7f", "\u2028"}
HOSTILE = (
    "Sale\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066\r\x00\x08\x7f\u2028\ud800 [red]x[/] [/bold]"
)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal()


def test_table_escapes_vendor_text(terminal: Terminal) -> None:
    screen = Screen(Flags(), out=terminal, err=terminal)
    screen.table("Content", ["title"], [[HOSTILE]])
    output = re.sub(r"\x1b\[[0-9;]*m|\n", "", terminal.getvalue())
    assert not set(output) & STEERS
    assert "[red]x[/]" in output


def test_progress_escapes_vendor_text(terminal: Terminal) -> None:
    """Unclosed markup would abort the command."""
    screen = Screen(Flags(), out=terminal, err=terminal)
    with screen.step(f"Deploying {HOSTILE}") as step:
        step.note(HOSTILE)


@pytest.mark.parametrize("text", [HOSTILE, *nonsense.LETTERS, *nonsense.MARKUP])
def test_one_line_escapes_control_characters(text: str) -> None:
    assert not set(one_line(text)) & (STEERS | {"\n"})
    assert not set(printable(text)) & STEERS
    assert one_line(text).encode()


@pytest.mark.parametrize(
    "said",
    [
        HOSTILE,
        "built\n2026-11-24T10:00:00.000Z  forged",
        json.dumps({"level": HOSTILE, "message": f"built\n{HOSTILE}", HOSTILE: HOSTILE}),
        json.dumps({"message": ["\n"], "level": {"\n": "\n"}}),
        "[" * 100_000,
    ],
)
def test_a_log_line_cannot_imitate_another(said: str) -> None:
    output = format_log_line(LogLine(at=0, source="build", text=said))
    assert not set(output) & (STEERS | {"\n"})


def test_json_output_escapes_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    Screen(Flags(json=True), out=out).print_json("content", {"title": HOSTILE})
    assert not set(out.getvalue()) & STEERS
    assert out.getvalue().encode()
