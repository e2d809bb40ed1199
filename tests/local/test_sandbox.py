"""The sandbox of local builds, with each program that this machine has."""

import errno
import os
import pwd
import socket
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from platform_cli.api.deployments.rollouts import warn_without_sandbox
from platform_cli.api.progress import StepProgress
from platform_cli.local.builds.process import without_credentials
from platform_cli.local.builds.sandbox import (
    Sandbox,
    SandboxFolders,
    SandboxKind,
    is_usable,
)


@pytest.fixture(scope="module", params=[SandboxKind.BWRAP, SandboxKind.UNSHARE])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    if not is_usable(request.param):
        pytest.skip(f"{request.param} does not work on this machine")
    return Sandbox(request.param)


@pytest.fixture
def folders(tmp_path: Path) -> SandboxFolders:
    """Folders of a build whose state folder is in another hidden folder, such as a home folder."""
    state = tmp_path / "state"
    own = state / "builds" / "own"
    (own / "src").mkdir(parents=True)
    (state / "access_keys.json").write_text("{}")
    return SandboxFolders(
        current=own / "src", writable=(own / "src",), hidden=(tmp_path, state), readable=(own,)
    )


def run(sandbox: Sandbox, folders: SandboxFolders, script: str) -> tuple[int, str]:
    """Run a shell script in the sandbox. Returns its exit code and its output."""
    result = subprocess.run(
        sandbox.wrap(["sh", "-c", f"echo started; {script}"], folders),
        cwd=folders.current,
        capture_output=True,
        text=True,
        timeout=60,
    )
    started, _, output = result.stdout.partition("\n")
    assert started == "started", result.stderr  # a sandbox that does not start hides everything
    return result.returncode, output


def test_a_build_writes_in_its_own_folder(sandbox: Sandbox, folders: SandboxFolders) -> None:
    assert run(sandbox, folders, "pwd; echo made > file; exit 3") == (3, f"{folders.current}\n")
    assert (folders.current / "file").read_text() == "made\n"
    assert (folders.current / "file").stat().st_uid == os.getuid()


def test_nothing_else_is_writable(
    sandbox: Sandbox, folders: SandboxFolders, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    (run_folder,) = folders.readable
    for folder in (beside, run_folder, Path("/tmp"), Path("/var/tmp"), Path(sys.prefix)):
        assert run(sandbox, folders, f"touch {folder}/planted")[0] != 0
        assert not (folder / "planted").exists()


def test_the_state_folder_is_hidden(sandbox: Sandbox, folders: SandboxFolders) -> None:
    state = folders.hidden[1]
    assert run(sandbox, folders, f"ls {state} {state}/builds") == (
        0,
        f"{state}:\nbuilds\n\n{state}/builds:\nown\n",
    )


def test_the_home_folder_shows_tools_only(sandbox: Sandbox, folders: SandboxFolders) -> None:
    home = pwd.getpwuid(os.getuid()).pw_dir
    shown = run(sandbox, folders, f"find {home} -maxdepth 2 -type f")[1].split()
    assert not [path for path in shown if "/bin/" not in path]


def test_a_home_folder_on_the_search_path_stays_hidden(
    sandbox: Sandbox, folders: SandboxFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = pwd.getpwuid(os.getuid()).pw_dir
    for entry in (home, f"{home}/bin", "/", ""):
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{entry}")
    shown = run(sandbox, folders, f"find {home} -maxdepth 1 -type f")[1]
    assert shown == ""


def test_a_folder_on_the_search_path_that_nobody_can_read_is_left_out(
    folders: SandboxFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `su`, where PATH still names folders of the former user."""
    unreadable = "/run/former-user/bin"
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{unreadable}")
    refuse_to_stat(monkeypatch, unreadable)
    assert unreadable not in " ".join(Sandbox(SandboxKind.BWRAP).wrap(["true"], folders))


def refuse_to_stat(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    """Have the operating system refuse a folder. It refuses nothing to the tests of root."""
    stat = os.stat

    def stat_or_refuse(path: Any, **options: Any) -> os.stat_result:
        if str(path) == refused:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), refused)
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", stat_or_refuse)


def test_a_user_without_an_entry_in_passwd_gets_a_sandbox(
    folders: SandboxFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in `docker run --user 1234`."""
    unused = next(uid for uid in range(60_000, 61_000) if not has_entry(uid))
    monkeypatch.setattr(os, "getuid", lambda: unused)
    command = Sandbox(SandboxKind.BWRAP).wrap(["true"], folders)
    assert command[command.index("/home") - 1] == "--tmpfs"


def has_entry(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def test_the_mounts_cannot_be_undone(sandbox: Sandbox, folders: SandboxFolders) -> None:
    state = folders.hidden[1]
    undo = f"umount {state}; umount -l {state}; mount -o remount,rw /"
    nested = f"unshare --user --map-root-user --mount sh -c '{undo}; cat {state}/access_keys.json'"
    for script in (f"{undo}; cat {state}/access_keys.json", nested):
        code, output = run(sandbox, folders, f"({script}) 2>/dev/null")
        assert code != 0
        assert output == ""


def test_other_processes_are_invisible(sandbox: Sandbox, folders: SandboxFolders) -> None:
    code, output = run(sandbox, folders, "ls -d /proc/[0-9]*")
    assert code == 0
    assert f"/proc/{os.getpid()}" not in output.split()
    assert len(output.split()) < 6


@pytest.mark.parametrize("parent", ["/tmp", "/var/tmp"])
def test_a_socket_of_the_user_is_out_of_reach(
    sandbox: Sandbox, folders: SandboxFolders, parent: str
) -> None:
    """tmux, screen and editors listen there, and run commands outside for their caller."""
    with TemporaryDirectory(dir=parent) as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/default")
        listener.listen()
        program = f"import socket; socket.socket(socket.AF_UNIX).connect('{folder}/default')"
        assert run(sandbox, folders, f'{sys.executable} -c "{program}"')[0] != 0
        assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_the_devices_are_those_that_programs_need(
    sandbox: Sandbox, folders: SandboxFolders
) -> None:
    """No disk, and no terminal of the user, in which a build could read what is typed."""
    code, output = run(sandbox, folders, "ls /dev; ls /dev/pts | grep -v ptmx")
    assert code == 1
    assert set(output.split()) - {"console", "core"} == {
        *("fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout"),
        *("tty", "urandom", "zero"),
    }
    script = "head -c 1 /dev/urandom >/dev/null && echo a >/dev/shm/a && echo written >/dev/stdout"
    assert run(sandbox, folders, script) == (0, "written\n")


def test_a_program_opens_a_terminal_of_its_own(sandbox: Sandbox, folders: SandboxFolders) -> None:
    script = f"{sys.executable} -c 'import os, pty; print(os.ttyname(pty.openpty()[1]))'"
    assert run(sandbox, folders, script) == (0, "/dev/pts/0\n")


def test_the_tools_of_this_installation_run(sandbox: Sandbox, folders: SandboxFolders) -> None:
    script = f"{sys.executable} -c 'import boto3, multiprocessing; multiprocessing.Lock()'"
    assert run(sandbox, folders, script)[0] == 0


class Warnings:
    """Collects the warnings of a use case."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def step(self, text: str) -> AbstractContextManager[StepProgress]:
        raise AssertionError(text)

    def warn(self, text: str) -> None:
        self.texts.append(text)


def test_a_local_deploy_warns_only_of_a_machine_without_a_sandbox(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    warnings = Warnings()
    warn_without_sandbox(warnings)
    assert warnings.texts == []
    monkeypatch.setenv("PATH", "/nowhere")
    warn_without_sandbox(warnings)
    assert ["no sandbox" in text for text in warnings.texts] == [True]


def test_settings_with_credentials_are_withheld() -> None:
    network = {
        "HTTPS_PROXY": "http://user:password@proxy.example:3128",
        "http_proxy": "user@proxy.example",
        "PIP_INDEX_URL": "https://token@registry.example/simple",
        "npm_config_registry": "https://registry.example",
        "SSL_CERT_FILE": "/opt/certs@2026/ca.pem",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    settings, withheld = without_credentials(network)
    assert set(settings) == {"npm_config_registry", "SSL_CERT_FILE", "NO_PROXY"}
    assert set(withheld) == {"HTTPS_PROXY", "http_proxy", "PIP_INDEX_URL"}
