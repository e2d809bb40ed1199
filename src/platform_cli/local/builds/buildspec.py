"""Reads a buildspec, version 0.2, and writes the shell script that runs its phases.

All phases run in one shell, as on AWS: what a command exports or where it goes, the next one
finds. The script says on file descriptor 3 when a phase begins and how it ends.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
_KNOWN = {"version", "env", "phases", "cache", "artifacts", "reports", "proxy", "batch", "run-as"}


class BuildspecInvalid(Exception):
    """The buildspec cannot be run; the message is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One named list of commands."""

    name: str
    commands: tuple[str, ...]
    at_last: tuple[str, ...] = ()
    """`finally`: runs however the commands end."""
    go_on: bool = False
    """`on-failure: CONTINUE`."""


@dataclass(frozen=True, slots=True)
class Buildspec:
    """What a build is asked to do."""

    phases: tuple[Phase, ...]
    variables: Mapping[str, str]
    cached: tuple[str, ...]
    """Folders of the source to keep between builds."""
    shell: str = "sh"

    def script(self) -> str:
        """A POSIX shell script; exits 0 where every phase that counts succeeded."""
        return "\n".join([_PROLOGUE, *(line for p in self.phases for line in _lines(p)), _EPILOGUE])


def parse(text: str) -> Buildspec:
    """Read a buildspec from YAML or JSON text."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecInvalid(f"the buildspec is no YAML: {error}") from error
    if not isinstance(data, dict) or str(data.get("version")) != "0.2":
        raise BuildspecInvalid("the buildspec needs `version: 0.2`")
    if unknown := sorted(set(data) - _KNOWN):
        raise BuildspecInvalid(f"the buildspec has unknown keys: {', '.join(unknown)}")
    env = data.get("env") or {}
    if unread := sorted(set(env) & {"parameter-store", "secrets-manager"}):
        raise BuildspecInvalid(f"a build gets no secret: `env.{unread[0]}` is not read here")
    return Buildspec(
        phases=tuple(_phases(data.get("phases") or {})),
        variables={str(k): str(v) for k, v in (env.get("variables") or {}).items()},
        cached=tuple(_folder(path) for path in (data.get("cache") or {}).get("paths") or ()),
        shell=str(env.get("shell", "sh")),
    )


def _phases(given: Mapping[str, Any]) -> Iterator[Phase]:
    if unknown := sorted(set(given) - set(PHASES)):
        raise BuildspecInvalid(f"unknown phases: {', '.join(unknown)}")
    if not given:
        raise BuildspecInvalid("the buildspec has no phases")
    for name in PHASES:
        phase = given.get(name) or {}
        commands = tuple(str(command) for command in phase.get("commands") or ())
        at_last = tuple(str(command) for command in phase.get("finally") or ())
        go_on = str(phase.get("on-failure", "ABORT")).upper() == "CONTINUE"
        yield Phase(name.upper(), commands, at_last, go_on)


def _folder(path: str) -> str:
    """The folder that a cache pattern keeps: `node_modules/**/*` is `node_modules`."""
    folder = path.removesuffix("/*").removesuffix("/**").removesuffix("/")
    if folder[:1] in {"", "/", "~"} or "*" in folder or ".." in folder.split("/"):
        raise BuildspecInvalid(f"cache path {path!r}: name a folder of the source, `folder/**/*`")
    return folder


def _lines(phase: Phase) -> Iterator[str]:
    # CodeBuild runs POST_BUILD even where BUILD failed, and stops after an earlier failure.
    obstacle = "__broken" if phase.name == "POST_BUILD" else "__failed"
    yield f'if [ -z "${obstacle}" ]; then'
    yield f"  _phase {phase.name}"
    for command in phase.commands:
        yield f"  _run {shlex.quote(command)}"
    for command in phase.at_last:
        yield f"  _always {shlex.quote(command)}"
    yield f"  _end {phase.name} {'continue' if phase.go_on else 'abort'}"
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
