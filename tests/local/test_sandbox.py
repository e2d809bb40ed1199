"""The sandbox of local builds, with each program that this machine has."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from platform_cli.local.builds.process import without_credentials
from platform_cli.local.builds.sandbox import Sandbox, SandboxFolders, SandboxKind, is_usable

KINDS = [*filter(is_usable, SandboxKind)]


@pytest.fixture(params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(request.param)


@pytest.fixture
def folders(tmp_path: Path) -> SandboxFolders:
    own = tmp_path / "state" / "builds" / "own"
    own.mkdir(parents=True)
    (tmp_path / "state" / "access_keys.json").write_text("{}")
    return SandboxFolders(current=own, writable=(own,), hidden=(tmp_path / "state",))


def run(sandbox: Sandbox, folders: SandboxFolders, script: str) -> tuple[int, str]:
    result = subprocess.run(
        sandbox.wrap(["sh", "-c", script], folders),
        cwd=folders.current,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return result.returncode, result.stdout


def test_a_build_writes_in_its_own_folder(sandbox: Sandbox, folders: SandboxFolders) -> None:
    assert run(sandbox, folders, "pwd; echo made > file; exit 3") == (3, f"{folders.current}\n")
    assert (folders.current / "file").read_text() == "made\n"
    assert (folders.current / "file").stat().st_uid == os.getuid()


def test_nothing_else_is_writable(
    sandbox: Sandbox, folders: SandboxFolders, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    for folder in (beside, Path("/var/tmp"), Path(sys.prefix)):
        assert run(sandbox, folders, f"touch {folder}/planted")[0] != 0
        assert not (folder / "planted").exists()


def test_the_state_folder_is_hidden(sandbox: Sandbox, folders: SandboxFolders) -> None:
    state = folders.hidden[0]
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


def test_the_mounts_cannot_be_undone(sandbox: Sandbox, folders: SandboxFolders) -> None:
    state = folders.hidden[0]
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


def test_the_tools_of_this_installation_run(sandbox: Sandbox, folders: SandboxFolders) -> None:
    script = f"{sys.executable} -c 'import boto3, multiprocessing; multiprocessing.Lock()'"
    assert run(sandbox, folders, script)[0] == 0


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
