"""The door: the one place where an error becomes text and an exit code."""

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from typer import Abort, TyperException

from platform_cli.errors import Exit, Finding, PlatformError
from platform_cli.screen import Flags
from platform_cli.session import Session
from platform_cli.suggest import near
from platform_cli.verbs import root
from platform_core.errors import PipelineError

COMPLETE = "_PLATFORM_COMPLETE"
"""By this variable a shell asks for completions; see `commands/completion.py`."""


def run(arguments: Sequence[str]) -> int:
    """One call of `platform`; its exit code. Nothing but a bug under `--debug` raises."""
    # Read before they are parsed, so that a wrong option is answered in the right manner.
    session = Session(Flags(json="--json" in arguments, debug="--debug" in arguments))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if COMPLETE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
    try:
        code = _guarded(session, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has left (`platform list | head`): end without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.FAILURE
    return code


def _guarded(session: Session, arguments: Sequence[str]) -> int:
    try:
        code = root(session).main(args=list(arguments), prog_name="platform", standalone_mode=False)
        return _refuse(session, code, "interrupted") if code == Exit.INTERRUPTED else int(code)
    except PlatformError as error:
        return _refuse(session, error.exit_code, *error.findings)
    except PipelineError as error:
        return _refuse(session, Exit.FAILURE, str(error))
    except TyperException as error:
        return _refuse(session, Exit.USAGE, _usage(error))
    except (KeyboardInterrupt, Abort):
        return _refuse(session, Exit.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        raise
    except OSError as error:
        if session.flags.debug:
            raise
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return _refuse(session, Exit.FAILURE, what)
    except Exception as error:  # the door: a bug becomes one line and a log
        if session.flags.debug:
            raise
        return _refuse(session, Exit.FAILURE, _bug(session, error))


def _refuse(session: Session, code: Exit, *findings: Finding | str) -> int:
    found = [Finding(each) if isinstance(each, str) else each for each in findings]
    if session.flags.json:
        session.screen.json_error(session.command, found)
    session.screen.findings(found)
    return code


def _usage(error: TyperException) -> Finding:
    """A call that the parser refuses, with the nearest right one or where the help for it is."""
    path = getattr(getattr(error, "ctx", None), "command_path", "platform")
    options = getattr(error, "possibilities", None)
    if options:
        return Finding(error.message, hint=near(getattr(error, "option_name", ""), options))
    message = error.format_message().replace("Value error, ", "")
    choice = re.search(r"'([^']*)' is not one of (.*)\.", message)
    if choice:
        return Finding(message, hint=near(choice[1], re.findall(r"'(.*?)'", choice[2])))
    return Finding(message, hint=f"see `{path} --help`")


def _bug(session: Session, error: Exception) -> Finding:
    """One line for a failure that nobody foresaw; the traceback goes to a file."""
    try:
        folder = session.workspace.state("logs")
    except (PlatformError, OSError):
        folder = Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, prefix="bug-", suffix=".log", delete=False
    ) as log:
        traceback.print_exception(error, file=log)
    return Finding(
        f"a bug in platform: {type(error).__name__}: {error}",
        hint=f"the details are in {log.name}; --debug shows them here",
    )
