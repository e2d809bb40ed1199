"""Parse a buildspec (version 0.2) and generate the shell script that runs its phases.

All phases run in one shell, as on AWS, so exported variables and the working directory carry over.
The script reports the start and the result of each phase on file descriptor 3.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
_KNOWN_KEYS = {
    "version",
    "env",
    "phases",
    "cache",
    "artifacts",
    "reports",
    "proxy",
    "batch",
    "run-as",
}


class BuildspecInvalid(Exception):
    """The buildspec cannot be run. The message is shown to its author."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A named list of commands."""

    name: str
    commands: tuple[str, ...]
    finally_commands: tuple[str, ...] = ()
    """Commands under `finally`. They run whether or not the other commands succeed."""
    continue_on_failure: bool = False
    """True for `on-failure: CONTINUE`."""


@dataclass(frozen=True, slots=True)
class Buildspec:
    """A parsed buildspec."""

    phases: tuple[Phase, ...]
    variables: Mapping[str, str]
    cache_folders: tuple[str, ...]
    """Source folders to keep between builds."""
    shell: str = "sh"

    def to_script(self) -> str:
        """Return a POSIX shell script that exits with 0 if every required phase succeeds."""
        return "\n".join(
            [_PROLOGUE, *(line for p in self.phases for line in _phase_script_lines(p)), _EPILOGUE]
        )


def parse_buildspec(text: str) -> Buildspec:
    """Parse a buildspec from YAML or JSON text. Raises `BuildspecInvalid`."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecInvalid(f"the buildspec is not valid YAML: {error}") from error
    if not isinstance(data, dict) or str(data.get("version")) != "0.2":
        raise BuildspecInvalid("the buildspec needs `version: 0.2`")
    if unknown := sorted(set(data) - _KNOWN_KEYS):
        raise BuildspecInvalid(f"the buildspec has unknown keys: {', '.join(unknown)}")
    env = data.get("env") or {}
    if secret_keys := sorted(set(env) & {"parameter-store", "secrets-manager"}):
        raise BuildspecInvalid(
            f"a local build gets no secrets: `env.{secret_keys[0]}` is not supported"
        )
    return Buildspec(
        phases=tuple(_parse_phases(data.get("phases") or {})),
        variables={str(k): str(v) for k, v in (env.get("variables") or {}).items()},
        cache_folders=tuple(
            _parse_cache_folder(path) for path in (data.get("cache") or {}).get("paths") or ()
        ),
        shell=str(env.get("shell", "sh")),
    )


def _parse_phases(phases: Mapping[str, Any]) -> Iterator[Phase]:
    if unknown := sorted(set(phases) - set(PHASES)):
        raise BuildspecInvalid(f"unknown phases: {', '.join(unknown)}")
    if not phases:
        raise BuildspecInvalid("the buildspec has no phases")
    for name in PHASES:
        phase = phases.get(name) or {}
        commands = tuple(str(command) for command in phase.get("commands") or ())
        finally_commands = tuple(str(command) for command in phase.get("finally") or ())
        continue_on_failure = str(phase.get("on-failure", "ABORT")).upper() == "CONTINUE"
        yield Phase(name.upper(), commands, finally_commands, continue_on_failure)


def _parse_cache_folder(path: str) -> str:
    """Return the folder of a cache pattern, for example `node_modules` for `node_modules/**/*`."""
    folder = str(PurePosixPath(path.removesuffix("/*").removesuffix("/**")))
    if folder[:1] in {"/", "~"} or folder == "." or "*" in folder or ".." in folder.split("/"):
        raise BuildspecInvalid(
            f"cache path {path!r} must name a folder of the source, such as `folder/**/*`"
        )
    return folder


def _phase_script_lines(phase: Phase) -> Iterator[str]:
    # CodeBuild runs POST_BUILD even where BUILD failed, and stops after an earlier failure.
    blocking_variable = "__broken" if phase.name == "POST_BUILD" else "__failed"
    yield f'if [ -z "${blocking_variable}" ]; then'
    yield f"  _phase {phase.name}"
    for command in phase.commands:
        yield f"  _run {shlex.quote(command)}"
    for command in phase.finally_commands:
        yield f"  _always {shlex.quote(command)}"
    yield f"  _end {phase.name} {'continue' if phase.continue_on_failure else 'abort'}"
    yield "fi"


_PROLOGUE = """\
__failed= __broken= __bad=
_phase() {
  __bad=
  printf 'begin %s\\n' "$1" >&3
  printf '[Container] Entering phase %s\\n' "$1"
}
_run() {
  if [ -n "$__bad" ]; then return 0; fi
  printf '[Container] Running command %s\\n' "$1"
  eval "$1" 3>&-
  __code=$?
  if [ $__code -ne 0 ]; then
    __bad=$__code
    printf '[Container] Command did not exit successfully %s exit status %s\\n' "$1" "$__code"
  fi
}
_always() { __kept=$__bad; __bad=; _run "$1"; __bad=${__kept:-$__bad}; }
_end() {
  if [ -z "$__bad" ]; then printf 'end %s SUCCEEDED\\n' "$1" >&3; return 0; fi
  printf 'end %s FAILED exit status %s\\n' "$1" "$__bad" >&3
  if [ "$2" = continue ]; then return 0; fi
  __failed=$__bad
  if [ "$1" != BUILD ]; then __broken=$__bad; fi
}
trap 'printf "exit\\n" >&3' EXIT"""

_EPILOGUE = 'exit "${__failed:-0}"'
