"""Which verbs there are. Each is a file in `commands/`, loaded when it is called.

A file's docstring is its verb's help, and the first line of that its line in `--help`; a verb
without a file does not exist. A file holds either `run`, or for a verb with verbs of its own
`COMMANDS`, a mapping of name to function.
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
from platform_cli.suggest import near

VERBS: Mapping[str, tuple[str, ...]] = {
    "Clients": (
        "init", "new-client", "validate", "list", "show", "catalog", "recommend", "cost",
    ),
    "Deploy": ("plan", "deploy", "status", "build", "releases", "rollback", "destroy"),
    "Content": (
        "send", "events", "content", "builds", "replay", "deadletters", "sync", "secrets",
        "webhooks", "logs",
    ),
    "This machine": ("demo", "local", "doctor", "schema", "completion", "version"),
}  # fmt: skip
"""In the order of the help."""

MODULES = {"list": "list_clients"}
"""Verbs whose file bears another name, because theirs is a word of Python."""

HOME = Path(__file__).parent / "commands"
EVERYWHERE = "Also: --json, --quiet, --workspace DIR, --yes, --no-input, --debug."

Run = Callable[..., Data | Outcome | None]


def everywhere(
    *,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout, and nothing else there.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only data, warnings and errors.")
    ] = False,
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", metavar="DIR", help="The folder that has clients/ in it."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm everything.")] = False,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Never ask; fail where an answer is missing.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug.")] = False,
) -> None:
    """The options that stand before and after every verb: only its signature is used."""


GLOBALS = inspect.signature(everywhere).parameters


def _hidden(parameter: inspect.Parameter) -> inspect.Parameter:
    """The same option, left out of a verb's own help."""
    kind, option = get_args(parameter.annotation)
    unseen = copy(option)
    unseen.hidden = True
    return parameter.replace(annotation=Annotated[kind, unseen])


def take_flags(session: Session, given: dict[str, Any]) -> None:
    """Move the global options out of `given`; each may stand before or after the verb."""
    for name in GLOBALS:
        value = given.pop(name)
        if value:
            setattr(session.flags, name, value)


def file_of(verb: str) -> Path:
    """Where the verb's command lies, if it exists."""
    return HOME / f"{MODULES.get(verb, verb.replace('-', '_'))}.py"


def existing() -> dict[str, list[str]]:
    """The verbs that work, by section."""
    return {
        section: [verb for verb in verbs if file_of(verb).is_file()]
        for section, verbs in VERBS.items()
    }


def summary(verb: str) -> str:
    """The first line of the command's file, read without loading it."""
    with file_of(verb).open(encoding="utf-8") as source:
        return source.readline().strip().strip('"').rstrip(".")


def help_of(documented: ModuleType | Run) -> str:
    return cleandoc(documented.__doc__ or "")


def write_help(text: str, formatter: Any) -> None:
    """Paragraphs fill the line; indented ones are examples, and stand as they are.

    Where nothing but examples follows the first line, Python takes their indentation away.
    """
    for paragraph in text.split("\n\n"):
        formatter.write_paragraph()
        with formatter.indentation():
            if paragraph.startswith((" ", "platform ")):
                formatter.write(indent(cleandoc(paragraph), " " * 6) + "\n")
            else:
                formatter.write_text(paragraph)


class Verb(TyperCommand):
    """A command whose help keeps its examples."""

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        write_help(self.help or "", formatter)


def command(session: Session, name: str, run: Run, text: str) -> Verb:
    """`run(session, ...)` as a command that takes the global options, too."""
    signature = inspect.signature(run, eval_str=True)
    own = [each for each in signature.parameters.values() if each.annotation is not Session]

    def call(**given: Any) -> Exit:
        take_flags(session, given)
        session.command = name
        return session.finish(run(session, **given))

    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    globals_ = [_hidden(each) for each in GLOBALS.values()]
    call.__signature__ = inspect.Signature([*keywords, *globals_])  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    last = name.split()[-1]
    settings = {"help_option_names": ["-h", "--help"]}
    app.command(last, cls=Verb, epilog=EVERYWHERE, context_settings=settings)(call)
    made = get_command(app)
    assert isinstance(made, Verb)  # noqa: S101 (one command, no group)
    made.help = text
    return made


class Group(TyperGroup):
    """A verb with verbs of its own, and the root of all."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str, Any, list[str]]:
        """The command that is called; refuses an unknown one with the nearest that exists."""
        name = args[0]
        if name not in self.list_commands(ctx):
            raise UsageError(
                f"there is no command {f'{ctx.command_path} {name}'!r}",
                hint=near(name, self.list_commands(ctx), f"see `{ctx.command_path} --help`"),
            )
        return name, self.load(name), args[1:]

    def load(self, name: str) -> Any:
        """The command itself."""
        return self.commands[name]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        write_help(self.help or "", formatter)


class Root(Group):
    """`platform`: lists its verbs without loading them."""

    session: Session

    def list_commands(self, ctx: Any) -> list[str]:
        return [verb for verbs in existing().values() for verb in verbs]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What lists and the shell's completion need of a verb: its name and summary."""
        known = cmd_name in self.list_commands(ctx)
        return TyperCommand(cmd_name, help=summary(cmd_name)) if known else None

    def load(self, name: str) -> Any:
        self.session.command = name
        module = importlib.import_module(f"platform_cli.commands.{file_of(name).stem}")
        commands: Mapping[str, Run] | None = getattr(module, "COMMANDS", None)
        if commands is None:
            return command(self.session, name, module.run, help_of(module))
        inner: dict[str, Any] = {
            each: command(self.session, f"{name} {each}", run, help_of(run))
            for each, run in commands.items()
        }
        return Group(
            name=name, commands=inner, help=help_of(module), epilog=EVERYWHERE,
            rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]},
        )  # fmt: skip

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The verbs under their sections."""
        for section, verbs in existing().items():
            if verbs:
                with formatter.section(section):
                    formatter.write_dl([(verb, summary(verb)) for verb in verbs])


def root(session: Session) -> Root:
    """The whole command line of one call."""

    def call(context: typer.Context, **given: Any) -> Exit:
        from platform_cli.commands.version import run as version

        wanted = given.pop("version")
        take_flags(session, given)
        if context.invoked_subcommand is not None:
            return Exit.OK
        session.command = "version"
        if wanted:
            return session.finish(version(session))
        session.screen.write(context.get_help())
        return Exit.OK

    first = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    last = inspect.Parameter(
        "version",
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=Annotated[bool, typer.Option("--version", help="The version, and no more.")],
    )
    signature = inspect.Signature([first, *GLOBALS.values(), last])
    call.__signature__ = signature  # type: ignore[attr-defined]
    app = typer.Typer(
        cls=Root, add_completion=False, rich_markup_mode=None, invoke_without_command=True,
        help="One YAML file per client: validate, deploy and operate its website.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback()(call)
    made = get_command(app)
    assert isinstance(made, Root)  # noqa: S101 (what `cls` says)
    made.session = session
    return made
