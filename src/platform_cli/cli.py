"""Run the command line and convert errors to messages and exit codes."""

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from typer import Abort, TyperException

from platform_cli.errors import Exit, Finding, PlatformError, UsageError
from platform_cli.screen import Flags
from platform_cli.session import Session
from platform_cli.suggest import did_you_mean
from platform_cli.verbs import make_root
from platform_core.errors import PipelineError

COMPLETION_VARIABLE = "_PLATFORM_COMPLETE"
"""Environment variable with which a shell requests completions; see `commands/completion.py`."""


def run(arguments: Sequence[str]) -> int:
    """Run `platform` and return its exit code. Raises only unexpected errors with `--debug`."""
    # Parsing can fail, and its error must already respect these two options.
    session = Session(Flags(json="--json" in arguments, debug="--debug" in arguments))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if COMPLETION_VARIABLE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
    try:
        code = _run_command(session, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has closed the pipe (`platform list | head`). Redirect stdout,
        # because Python flushes it at exit and would print another BrokenPipeError.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.FAILURE
    return code


def _run_command(session: Session, arguments: Sequence[str]) -> int:
    try:
        _reject_empty_arguments(arguments)
        code = make_root(session).main(
            args=list(arguments), prog_name="platform", standalone_mode=False
        )
        return (
            _report_failure(session, code, "interrupted") if code == Exit.INTERRUPTED else int(code)
        )
    except PlatformError as error:
        return _report_failure(session, error.exit_code, *error.findings)
    except PipelineError as error:
        return _report_failure(session, Exit.FAILURE, str(error))
    except TyperException as error:
        return _report_failure(session, Exit.USAGE, _usage_finding(error))
    except (KeyboardInterrupt, Abort):
        return _report_failure(session, Exit.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        raise
    except Exception as error:  # entry point: report any error in one line
        if session.flags.debug:
            raise
        return _report_failure(session, Exit.FAILURE, *_describe_unexpected(session, error))


def _describe_unexpected(session: Session, error: Exception) -> Sequence[Finding | str]:
    """Describe an error of a service, of the operating system, or, failing that, a bug."""
    from platform_cli.targets.service_errors import to_platform_error

    # Before OSError: some errors of a service are both.
    if service_error := to_platform_error(error):
        return service_error.findings
    if isinstance(error, OSError):
        return [f"{error.filename}: {error.strerror}" if error.filename else str(error)]
    return [_write_bug_report(session, error)]


def _reject_empty_arguments(arguments: Sequence[str]) -> None:
    """Raise `UsageError` for an empty argument, such as a variable that a script has not set."""
    for before, argument in zip(("", *arguments), arguments, strict=False):
        option, equals, value = argument.partition("=")
        if option.startswith("--") and equals and not value.strip():
            name = option
        elif not argument.strip():
            name = f"the argument after {before}" if before.startswith("-") else "an argument"
        else:
            continue
        raise UsageError(f"{name} is empty", hint="pass a value, or leave it out")


def _report_failure(session: Session, code: Exit, *findings: Finding | str) -> int:
    all_findings = [
        Finding(finding) if isinstance(finding, str) else finding for finding in findings
    ]
    if session.flags.json:
        session.screen.print_json_error(session.command, all_findings)
    session.screen.print_findings(all_findings)
    return code


def _usage_finding(error: TyperException) -> Finding:
    """Convert a parser error, with a suggestion or a pointer to the help."""
    path = getattr(getattr(error, "ctx", None), "command_path", "platform")
    options = getattr(error, "possibilities", None)
    if options:
        return Finding(error.message, hint=did_you_mean(getattr(error, "option_name", ""), options))
    message = error.format_message().replace("Value error, ", "")
    choice = re.search(r"'([^']*)' is not one of (.*)\.", message)
    if choice:
        return Finding(message, hint=did_you_mean(choice[1], re.findall(r"'(.*?)'", choice[2])))
    return Finding(message, hint=f"see `{path} --help`")


def _write_bug_report(session: Session, error: Exception) -> Finding:
    """Report an unexpected error in one line and write the traceback to a file."""
    try:
        folder = session.workspace.ensure_state_folder("logs")
    except (PlatformError, OSError):
        folder = Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, prefix="bug-", suffix=".log", delete=False
    ) as log:
        traceback.print_exception(error, file=log)
    return Finding(
        f"internal error (a bug in platform): {type(error).__name__}: {error}",
        hint=f"see the traceback in {log.name}, or repeat the command with --debug",
    )
