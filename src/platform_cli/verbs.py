"""The command tree. Every verb is a module in `commands/`, imported when it is called.

The docstring of the module is the help of the verb, and its first line is the summary in `--help`.
A module defines `run`, or `COMMANDS` (name to function) if the verb has subcommands, and `DEFAULT`
if one of them may be called without its name. Verbs without a module are hidden.
"""

import importlib
import inspect
from collections.abc import Callable, Mapping
from copy import copy
from inspect import cleandoc
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from platform_cli.errors import Exit, UsageError
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.suggest import did_you_mean
from platform_cli.waiting import announce_waits

VERBS: Mapping[str, tuple[str, ...]] = {
    "Clients": (
        "init", "new-client", "adopt", "validate", "list", "show", "export", "catalog", "recommend",
        "cost",
    ),
    "Deploy": (
        "dev", "preview", "plan", "deploy", "status", "open", "domain", "build", "releases",
        "rollback", "destroy",
    ),
    "Content": (
        "send", "listen", "events", "content", "builds", "replay", "deadletters", "forms", "forget",
        "sync", "secrets", "webhooks", "logs",
    ),
    "This machine": ("demo", "local", "doctor", "schema", "completion", "version"),
}  # fmt: skip
"""Verbs by section, in the order of the help."""

MODULE_NAMES = {"list": "list_clients"}
"""Verbs with a different module name, because theirs is a Python builtin."""

COMMANDS_FOLDER = Path(__file__).parent / "commands"
GLOBAL_OPTIONS_NOTE = "Also: --json, --quiet, --workspace DIR, --yes, --no-input, --debug."

CommandFunction = Callable[..., Data | Outcome | None]


def declare_global_options(
    *,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object to stdout and nothing else.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only data, warnings and errors.")
    ] = False,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace", metavar="DIR", help="Workspace: the folder that contains clients/."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Answer yes to all confirmations.")
    ] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Never prompt; fail if an answer is missing.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an internal error.")
    ] = False,
) -> None:
    """Define the options accepted before and after every verb. Only the signature is used."""


GLOBAL_OPTIONS = inspect.signature(declare_global_options).parameters


def _hide_option(parameter: inspect.Parameter) -> inspect.Parameter:
    """Copy an option and hide it from the help of a verb."""
    kind, option = get_args(parameter.annotation)
    hidden_option = copy(option)
    hidden_option.hidden = True
    return parameter.replace(annotation=Annotated[kind, hidden_option])


def pop_global_options(session: Session, arguments: dict[str, Any]) -> None:
    """Move the global options from `arguments` to the flags of the session.

    An option is accepted before and after the verb, so this runs once for each position and never
    resets an option that is already set.
    """
    for name in GLOBAL_OPTIONS:
        value = arguments.pop(name)
        if value:
            setattr(session.flags, name, value)


def command_file(verb: str) -> Path:
    """Return the path of the module of a verb. It may not exist."""
    return COMMANDS_FOLDER / f"{MODULE_NAMES.get(verb, verb.replace('-', '_'))}.py"


def existing_verbs() -> dict[str, list[str]]:
    """Return the verbs with a module, by section."""
    return {
        section: [verb for verb in verbs if command_file(verb).is_file()]
        for section, verbs in VERBS.items()
    }


def read_summary(verb: str) -> str:
    """Read the summary of a verb from its source, without importing the module."""
    with command_file(verb).open(encoding="utf-8") as source:
        return source.readline().strip().strip('"').rstrip(".")


def help_text(documented: ModuleType | CommandFunction) -> str:
    return cleandoc(documented.__doc__ or "")


def write_help(text: str, formatter: Any) -> None:
    """Wrap paragraphs and print indented ones, which are examples, unchanged.

    `cleandoc` removes the indentation if only examples follow the first line, so a paragraph that
    starts with `platform ` is an example, too.
    """
    for paragraph in text.split("\n\n"):
        formatter.write_paragraph()
        with formatter.indentation():
            if paragraph.startswith((" ", "platform ")):
                formatter.write(indent(cleandoc(paragraph), " " * 6) + "\n")
            else:
                formatter.write_text(paragraph)


class Verb(TyperCommand):
    """A command that prints the examples in its help unchanged."""

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        write_help(self.help or "", formatter)


def make_command(session: Session, name: str, run: CommandFunction, text: str) -> Verb:
    """Create a command from `run(session, ...)` and add the global options."""
    signature = inspect.signature(run, eval_str=True)
    parameters = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.annotation is not Session
    ]

    def call(**arguments: Any) -> Exit:
        pop_global_options(session, arguments)
        session.command = name
        with announce_waits(session.screen, f"platform {name} is still working ..."):
            outcome = run(session, **arguments)
        return session.report_outcome(outcome)

    keywords = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    globals_ = [_hide_option(parameter) for parameter in GLOBAL_OPTIONS.values()]
    call.__signature__ = inspect.Signature([*keywords, *globals_])  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    last = name.split()[-1]
    settings = {"help_option_names": ["-h", "--help"]}
    app.command(last, cls=Verb, epilog=GLOBAL_OPTIONS_NOTE, context_settings=settings)(call)
    typer_command = get_command(app)
    assert isinstance(typer_command, Verb)  # noqa: S101 (a single command is never a group)
    typer_command.help = text
    return typer_command


class VerbGroup(TyperGroup):
    """A verb with subcommands; also the base class of the root command."""

    default: str | None = None
    """Subcommand that is called if the first word names none."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str, Any, list[str]]:
        """Resolve the called command; suggests the most similar one if it is unknown."""
        name = args[0]
        if name not in self.list_commands(ctx) and self.default:
            return self.default, self.load_command(self.default), args
        if name not in self.list_commands(ctx):
            raise UsageError(
                f"unknown command {f'{ctx.command_path} {name}'!r}",
                hint=did_you_mean(
                    name, self.list_commands(ctx), f"see `{ctx.command_path} --help`"
                ),
            )
        return name, self.load_command(name), args[1:]

    def load_command(self, name: str) -> Any:
        """Return the subcommand with this name."""
        return self.commands[name]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        write_help(self.help or "", formatter)


class Root(VerbGroup):
    """The root command `platform`, which lists its verbs without importing them."""

    session: Session

    def list_commands(self, ctx: Any) -> list[str]:
        return [verb for verbs in existing_verbs().values() for verb in verbs]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a stub with name and summary, enough for help and shell completion."""
        exists = cmd_name in self.list_commands(ctx)
        return TyperCommand(cmd_name, help=read_summary(cmd_name)) if exists else None

    def load_command(self, name: str) -> Any:
        self.session.command = name
        module = importlib.import_module(f"platform_cli.commands.{command_file(name).stem}")
        commands: Mapping[str, CommandFunction] | None = getattr(module, "COMMANDS", None)
        if commands is None:
            return make_command(self.session, name, module.run, help_text(module))
        inner: dict[str, Any] = {
            subcommand: make_command(self.session, f"{name} {subcommand}", run, help_text(run))
            for subcommand, run in commands.items()
        }
        group = VerbGroup(
            name=name, commands=inner, help=help_text(module), epilog=GLOBAL_OPTIONS_NOTE,
            rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]},
        )  # fmt: skip
        group.default = getattr(module, "DEFAULT", None)
        return group

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Print the verbs by section."""
        for section, verbs in existing_verbs().items():
            if verbs:
                with formatter.section(section):
                    formatter.write_dl([(verb, read_summary(verb)) for verb in verbs])


def make_root(session: Session) -> Root:
    """Create the command line for a session."""

    def call(context: typer.Context, **arguments: Any) -> Exit:
        from platform_cli.commands.version import run as version

        show_version = arguments.pop("version")
        pop_global_options(session, arguments)
        if context.invoked_subcommand is not None:
            return Exit.OK
        session.command = "version"
        if show_version:
            return session.report_outcome(version(session))
        session.screen.write(context.get_help())
        return Exit.OK

    first = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    last = inspect.Parameter(
        "version",
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=Annotated[bool, typer.Option("--version", help="Print the version and exit.")],
    )
    signature = inspect.Signature([first, *GLOBAL_OPTIONS.values(), last])
    call.__signature__ = signature  # type: ignore[attr-defined]
    app = typer.Typer(
        cls=Root, add_completion=False, rich_markup_mode=None, invoke_without_command=True,
        help="One YAML file per client: validate, deploy and operate its website.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback()(call)
    root = get_command(app)
    assert isinstance(root, Root)  # noqa: S101 (guaranteed by `cls=Root`)
    root.session = session
    return root
