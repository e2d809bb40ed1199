"""Choose the `site` section of an adopted site: only what detection would not choose itself."""

import re
from collections.abc import Mapping
from typing import Any, Final

from platform_cli import engines
from platform_cli.adopt.content_access import choose_content
from platform_cli.adopt.leaked_secrets import is_secret_assignment
from platform_cli.adopt.report import AdoptionReport
from platform_cli.config.fields import RESERVED_VARIABLE, SITE_FOLDER
from platform_cli.engines import NODE_VERSIONS, Engine
from platform_cli.errors import UsageError
from platform_core.hosting import RULE_FILES
from platform_core.hosting.edge_rules import find_edge_problems
from platform_core.hosting.rules import REWRITE, HostingRules

STATIC_OUTPUT: Final = "_pages"
STATIC_BUILD: Final = f"mkdir {STATIC_OUTPUT} && cp -R ./[!._]* {STATIC_OUTPUT}/"
"""Copies a site of finished pages, without files whose names start with a dot or underscore."""
OF_FORMER_BUILD: Final = re.compile(r"[A-Z]+_VERSION|NPM_\w+|YARN_\w+|PNPM_\w+|CI|NETLIFY_\w+")
"""Variables that configure the build system of the former host."""
PAGE_FREE_OPTIONS: Final = frozenset(
    {
        "--cleanDestinationDir", "--gc", "--minify", "--no-lint", "--panicOnWarning", "--quiet",
        "--verbose",
    }
)  # fmt: skip
"""Options of the generators without which the pages say the same."""
NODE_VERSION: Final = "NODE_VERSION"
_RUN_SCRIPT: Final = r"(npm|pnpm|yarn|bun)( run)? {script}"


def choose_engine(report: AdoptionReport) -> str:
    """Return the detected engine, or the one that runs any command."""
    if report.engine is not None:
        return report.engine
    return next(name for name in engines.engine_names() if not engines.load_engine(name).starters)


def choose_site_settings(
    report: AdoptionReport, build_command: str | None = None, output: str | None = None
) -> dict[str, Any]:
    """Return the settings of the build; a person can state its command and its output.

    Raises `UsageError` if the files do not show them.
    """
    engine = engines.load_engine(choose_engine(report))
    build_command = build_command or _choose_command(report, engine)
    output = output or _choose_output(report, engine)
    if not engine.starters and not (build_command and output):
        raise _unknown_build(build_command)
    settings: dict[str, Any] = {}
    if report.root:
        settings["root"] = report.root
    if report.python:
        settings["install_command"] = report.python.install
    if build_command:
        settings["build_command"] = build_command
    if output:
        settings["output"] = output
    if node_version := _choose_node_version(report):
        settings["node_version"] = node_version
    if report.is_single_page:
        settings["not_found"] = "spa"
    settings |= choose_rules(report)
    settings |= choose_content(report)
    if env := choose_variables(report.hosted.variables):
        settings["env"] = env
    return settings


def _unknown_build(build_command: str) -> UsageError:
    if build_command:
        return UsageError(
            f"no site generator was recognized, and no file shows the folder that "
            f"{build_command!r} fills",
            hint="name it by --output DIR",
        )
    return UsageError(
        "no site generator was recognized, and no file shows how the site is built",
        hint="add --build-command 'npm run build' --output dist, with the site's own values",
    )


def choose_rules(report: AdoptionReport) -> dict[str, Any]:
    """Return the redirects and headers that are in no file which the site's build copies."""
    rules = report.rules
    redirects = [
        {
            "path": rule.source,
            "to": rule.target,
            "status": rule.status,
            **({"force": True} if rule.force else {}),
        }
        for rule in rules.redirects
        if not _is_copied(rule.where)
        and not (report.is_single_page and rule.status == REWRITE and rule.source == "/*")
        and not find_edge_problems(HostingRules(redirects=(rule,)))
    ]
    headers = [
        {"path": rule.source, "values": dict(rule.headers)}
        for rule in rules.headers
        if not _is_copied(rule.where)
    ]
    return {name: rows for name, rows in (("redirects", redirects), ("headers", headers)) if rows}


def _is_copied(where: str) -> bool:
    return where.partition(":")[0].rpartition("/")[2] in RULE_FILES


def choose_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the former build that stay: no secrets, none of the build system."""
    return {
        name: value
        for name, value in variables.items()
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
        and value.isprintable()
        and not OF_FORMER_BUILD.fullmatch(name)
        and not RESERVED_VARIABLE.fullmatch(name)
        and not is_secret_assignment(name, value)
    }


def _choose_command(report: AdoptionReport, engine: Engine) -> str:
    """Return the command of the former host, if it does more than the default one."""
    command = report.hosted.command.strip()
    if not engine.starters:
        return command or _default_command(report)
    script = report.detected.script
    runs_script = script and re.fullmatch(
        _RUN_SCRIPT.format(script=re.escape(script.value)), command
    )
    if not command or runs_script:
        return ""
    return _complete_generator_call(command, engine)


def _complete_generator_call(command: str, engine: Engine) -> str:
    """Return a command that the build can run; empty if the default command does the same.

    The former host has the programs of a site on its PATH.
    """
    program = re.escape(engine.conventions.program)
    call = re.fullmatch(
        rf"(?:npx |bundle exec )?({program}(?: build| generate)?((?: [^&|;<>`$\n]*)?))", command
    )
    if not program or call is None:
        return command
    if set(call[2].split()) <= PAGE_FREE_OPTIONS:
        return ""
    before_program = engine.conventions.build.partition(engine.conventions.program)[0]
    return f"{'npx ' if engine.uses_node else before_program}{call[1]}"


def _default_command(report: AdoptionReport) -> str:
    """Return the build of a site without a known generator."""
    if report.is_static:
        return STATIC_BUILD
    if report.python:
        return report.python.command
    manager = report.detected.package_manager
    return (
        f"{manager.value if manager else 'npm'} run {report.script.script}" if report.script else ""
    )


def _choose_output(report: AdoptionReport, engine: Engine) -> str:
    if report.is_static and not report.hosted.command:
        return STATIC_OUTPUT
    stated = report.hosted.output.removeprefix("./").strip("/")
    if stated and SITE_FOLDER.fullmatch(stated):
        detected = report.detected.output
        default = detected.value if detected else engine.conventions.output
        return "" if stated == default else stated
    known = report.python or report.script
    return known.output if known and not engine.starters else ""


def _choose_node_version(report: AdoptionReport) -> int | None:
    """Return the version that only the former host's file names."""
    stated = re.match(r"v?(\d+)", report.hosted.variables.get(NODE_VERSION, ""))
    if stated is None or report.detected.node_version is not None:
        return None
    return int(stated[1]) if int(stated[1]) in NODE_VERSIONS else None
