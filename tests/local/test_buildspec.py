"""Parsing of buildspecs and the script generated from them."""

import subprocess
from pathlib import Path

import pytest

from platform_cli.local.builds.buildspec import BuildspecInvalid, parse_buildspec


def run_script(spec: str, folder: Path) -> tuple[int, str, str]:
    script, events = folder / "build.sh", folder / "events"
    script.write_text(parse_buildspec(spec).to_script())
    result = subprocess.run(
        ["sh", "-c", f"exec sh {script} 3> {events}"], cwd=folder, capture_output=True, text=True
    )
    return result.returncode, result.stdout, events.read_text()


def test_quotes_and_dollars_reach_the_shell_as_written(tmp_path: Path) -> None:
    spec = """
version: 0.2
phases:
  build:
    commands:
      - X='a "b" c'; echo "$X" 'it''s'
      - |
        for n in 1 2
        do
          echo line $n
        done
"""
    code, out, _ = run_script(spec, tmp_path)
    assert code == 0
    assert 'a "b" c its' in out
    assert "line 1\nline 2" in out


def test_finally_always_runs_and_on_failure_continue_continues(tmp_path: Path) -> None:
    spec = """
version: 0.2
phases:
  install:
    on-failure: CONTINUE
    commands: ["false", "echo never"]
    finally: ["echo last words"]
  build:
    commands: ["echo went on"]
"""
    code, out, events = run_script(spec, tmp_path)
    assert code == 0
    assert "\nlast words\n" in out
    assert "\nwent on\n" in out
    assert "\nnever\n" not in out
    assert "end INSTALL FAILED exit status 1" in events
    assert "end BUILD SUCCEEDED" in events


@pytest.mark.parametrize("name", ["failed", "broken", "bad", "code", "kept"])
def test_variables_of_a_command_do_not_hide_its_failure(name: str, tmp_path: Path) -> None:
    spec = f"""
version: 0.2
phases:
  install: {{commands: ["{name}=0"]}}
  build: {{commands: ["exit 7"]}}
"""
    code, _, events = run_script(spec, tmp_path)
    assert code == 7
    assert "begin BUILD" in events


def test_a_failing_finally_fails_the_phase(tmp_path: Path) -> None:
    spec = 'version: 0.2\nphases: {build: {commands: ["true"], finally: ["exit 4", "true"]}}'
    assert run_script(spec, tmp_path)[0] == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "not valid YAML"),
        ("version: 0.2", "no phases"),
        ("version: 0.2\nphases: {}\nstages: {}", "stages"),
        ("version: 0.2\nphases: {build: {}}\nenv: {secrets-manager: {}}", "no secret"),
        (
            "version: 0.2\nphases: {build: {commands: [a]}}\ncache: {paths: ['**/*']}",
            "name a folder",
        ),
        ("version: 0.2\nphases: {build: {commands: [a]}}\ncache: {paths: ['../x/**']}", "folder"),
        ("version: 0.2\nphases: {build: {commands: [a]}}\ncache: {paths: ['/x/**']}", "folder"),
        ("version: 0.2\nphases: {build: {commands: [a]}}\ncache: {paths: ['./**/*']}", "folder"),
    ],
)
def test_invalid_buildspecs_are_rejected(text: str, reason: str) -> None:
    with pytest.raises(BuildspecInvalid, match=reason):
        parse_buildspec(text)


def test_cache_folders_and_variables_are_parsed() -> None:
    spec = parse_buildspec(
        "version: 0.2\n"
        "env: {shell: bash, variables: {A: 1}}\n"
        "phases: {build: {commands: [a]}}\n"
        "cache: {paths: ['node_modules/**/*', '.cache/*', plain, './a//b/']}\n"
    )
    assert spec.cache_folders == ("node_modules", ".cache", "plain", "a/b")
    assert spec.variables == {"A": "1"}
    assert spec.shell == "bash"
