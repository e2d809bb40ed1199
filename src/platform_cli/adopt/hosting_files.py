"""Read the hosting files of a site: its rules, and the settings of its build at the former host."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from platform_cli.adopt.source.site_files import SiteFiles
from platform_cli.errors import Finding
from platform_core.hosting import COPIED_FOLDERS
from platform_core.hosting.cycles import refuse_cycles
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.netlify import parse_netlify, read_netlify
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import REWRITE, HostingRules, join_rules
from platform_core.hosting.vercel import parse_vercel, read_vercel

NETLIFY: Final = "netlify.toml"
VERCEL: Final = "vercel.json"
READERS: Final[Mapping[str, Callable[[str, str], HostingRules]]] = {
    "_redirects": read_redirects,
    "_headers": read_headers,
    NETLIFY: read_netlify,
    VERCEL: read_vercel,
}
"""The files in the order in which their rules apply, with their readers."""
_COMPOUND: Final = re.compile(
    r"(?:if|then|else|fi|for|while|do|done|case|esac|function)\b|[\w-]+\s*\(\)|.*(?:[|({\\]|&&|<<.*)$"
)
"""A line of a shell command that ends on another line."""
MAX_COMMAND: Final = 2000
HOME_PAGES: Final = frozenset({"/index.html", "/", "/200.html"})


@dataclass(frozen=True, slots=True)
class HostedBuild:
    """The settings of the build at the former host. Empty if they are not in a file."""

    base: str = ""
    command: str = ""
    output: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


def read_hosting_rules(files: SiteFiles, root: str) -> HostingRules:
    """Return the rules of all hosting files of a site, without those in a cycle."""
    prefixes = [f"{root}/" if root else "", ""]
    paths = dict.fromkeys(
        f"{prefix}{folder}{name}"
        for name in READERS
        for prefix in prefixes
        for folder in COPIED_FOLDERS
    )
    rules = [
        READERS[path.rpartition("/")[2]](path, text)
        for path in paths
        if (text := files.read_text(path))
    ]
    return refuse_cycles(join_rules(rules))


def is_single_page(rules: HostingRules) -> bool:
    """Return whether every unknown path shows the home page."""
    return any(
        rule.source == "/*" and rule.status == REWRITE and rule.target in HOME_PAGES
        for rule in rules.redirects
    )


def read_hosted_build(files: SiteFiles) -> HostedBuild:
    """Return the settings of the build in the file of the former host."""
    if parsed := parse_netlify(files.read_text(NETLIFY)):
        build = _table(parsed, "build")
        variables = {
            name: value
            for name, value in _table(build, "environment").items()
            if isinstance(value, str)
        }
        return HostedBuild(
            _text(build, "base").strip("/"),
            join_command_lines(_text(build, "command")),
            _text(build, "publish").strip("/"),
            variables,
            NETLIFY,
        )
    if parsed := parse_vercel(files.read_text(VERCEL)):
        return HostedBuild(
            "",
            join_command_lines(_text(parsed, "buildCommand")),
            _text(parsed, "outputDirectory"),
            {},
            VERCEL,
        )
    return HostedBuild()


def join_command_lines(command: str) -> str:
    """Return a command as one line; empty if its lines are no commands of their own.

    >>> join_command_lines("npm ci\\n# pages\\nhugo \\\\\\n  --minify\\n")
    'npm ci && hugo --minify'
    >>> join_command_lines("if true\\nthen x\\nfi")
    ''
    """
    continued = re.sub(r"\\\n\s*", "", command[: MAX_COMMAND + 1])
    stripped = [line.strip() for line in continued.splitlines()]
    lines = [line for line in stripped if line and not line.startswith("#")]
    if len(lines) > 1 and any(_COMPOUND.match(line) for line in lines):
        return ""
    joined = " && ".join(lines)
    return joined if joined.isprintable() and len(command) <= MAX_COMMAND else ""


def find_host_extensions(files: SiteFiles) -> Iterator[Finding]:
    """Yield the parts of the hosting files that run at the former host only."""
    netlify = parse_netlify(files.read_text(NETLIFY)) or {}
    vercel = parse_vercel(files.read_text(VERCEL)) or {}
    yield from _find_script_commands(netlify, vercel)
    for plugin in netlify.get("plugins") or ():
        name = _text(plugin, "package") if isinstance(plugin, dict) else ""
        yield Finding(
            f"the build plugin {name or 'without a name'} of Netlify",
            NETLIFY,
            "call its program in build_command, or remove it",
        )
    folder = _find_function_folder(netlify)
    if folder and any(path.startswith(f"{folder}/") for path in files.paths):
        yield Finding(
            f"the functions in {folder}/ of Netlify",
            NETLIFY,
            "move them to a server of its own, such as AWS Lambda",
        )
    if netlify.get("edge_functions"):
        yield Finding("edge functions of Netlify", NETLIFY, "write them as redirects and headers")
    for name in ("functions", "crons"):
        if vercel.get(name):
            yield Finding(
                f"{name} of Vercel", VERCEL, "move them to a server of its own, such as AWS Lambda"
            )


def _find_script_commands(
    netlify: Mapping[str, Any], vercel: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the build commands that do not fit into one line."""
    commands = (
        (NETLIFY, _text(_table(netlify, "build"), "command")),
        (VERCEL, _text(vercel, "buildCommand")),
    )
    for where, command in commands:
        if command.strip() and not join_command_lines(command):
            yield Finding(
                "a build command that is a script of its own",
                where,
                "write it to a file of the site, and call that by --build-command",
            )


def _find_function_folder(netlify: Mapping[str, Any]) -> str:
    stated = _text(_table(netlify, "functions"), "directory")
    return (stated or _text(_table(netlify, "build"), "functions")).strip("./")


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _text(parent: Mapping[str, Any], name: str) -> str:
    value = parent.get(name)
    return value if isinstance(value, str) else ""
