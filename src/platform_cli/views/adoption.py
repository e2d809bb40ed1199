"""Views of an adopted site: its build, its services, and the parts that will not work."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from platform_cli.adopt.tree_checks import show_path
from platform_cli.adopt.variables import VariableKind
from platform_cli.config.load import relative_path
from platform_cli.errors import Finding
from platform_cli.screen import Data, Screen
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_heading,
    show_items,
    show_next,
    show_remaining,
    show_rows,
)

if TYPE_CHECKING:
    from platform_cli.adopt.provider_usage import UsedProvider
    from platform_cli.api.clients.adoptions import Adoption
    from platform_cli.engines import Fact

MAX_FINDINGS: Final = 5
"""Findings of a kind that are shown without `--details`."""
Row = tuple[str, str]
BASE_URLS: Final = {
    "flag": "an option of the build command",
    "env": "an environment variable of the build",
    "none": "fixed in the site",
}
CONTENT: Final = {
    "source": "files in the site's source",
    "api": "read by the site's own build",
}
VARIABLES: Final = {
    VariableKind.PLAIN: "variables",
    VariableKind.SECRET: "secret variables",
}
"""The kinds of variables that a person sets, with their labels."""


def show_adoption(
    screen: Screen, adoption: "Adoption", source: str, *, details: bool = False
) -> None:
    """Show the build of a site, its problems with ways out, and the next command."""
    show_answer(screen, _summarize(adoption))
    screen.write("")
    show_rows(screen, list(_rows(adoption)))
    findings = [*adoption.errors, *adoption.report.obstacles]
    _show_findings(screen, "Will not work after the move", findings, details=details)
    _show_findings(screen, "Secrets in the files", adoption.report.secrets, details=details)
    for warning in adoption.warnings:
        screen.warn(warning)
    if adoption.is_written:
        file = relative_path(adoption.file)
        for setting in adoption.examples:
            screen.warn(f"{setting} is an example; replace it in {file}")
    _show_next_steps(screen, adoption, source)


def adoption_data(adoption: "Adoption") -> Data:
    """Return an adoption as JSON data. It contains no value of a secret or a variable."""
    report, site = adoption.report, adoption.config.site
    return {
        "client_id": adoption.client_id,
        "file": str(adoption.file),
        "written": adoption.is_written,
        "source": str(adoption.folder) if adoption.folder else None,
        "repository": adoption.repository,
        "facts": {
            "engine": adoption.config.service_integration.ssg_engine,
            "version": _value(report.detected.version),
            "root": site.root,
            "package_manager": _value(report.detected.package_manager),
            "lock_file": report.detected.lock_file.evidence if report.detected.lock_file else None,
            "node_version": site.node_version or _value(report.detected.node_version),
            "install": list(adoption.install),
            "build": list(adoption.build),
            "output": adoption.output,
            "base_url": adoption.base_url,
            "not_found": site.not_found,
        },
        "providers": [_provider_data(provider) for provider in report.providers],
        "content": report.content,
        "redirects": [asdict(rule) for rule in report.rules.redirects],
        "headers": [asdict(rule) for rule in report.rules.headers],
        "forms": {
            name: form.model_dump(mode="json", exclude_none=True)
            for name, form in site.forms.items()
        },
        "variables": [asdict(variable) for variable in report.variables],
        "secrets": [_finding_data(finding) for finding in report.secrets],
        "obstacles": [_finding_data(finding) for finding in (*adoption.errors, *report.obstacles)],
        "warnings": list(adoption.warnings),
        "examples": list(adoption.examples),
        "needed_secrets": [list(secret) for secret in adoption.secrets],
    }


def _provider_data(provider: "UsedProvider") -> Data:
    return {
        "name": provider.name,
        "kind": provider.kind,
        "evidence": list(provider.evidence),
        "settings": dict(provider.settings),
    }


def _summarize(adoption: "Adoption") -> str:
    count = len(adoption.errors) + len(adoption.report.obstacles)
    verb = "Created" if adoption.is_written else "This would create"
    state = (
        f"{count_noun(count, 'part')} will not work after the move" if count else "ready to build"
    )
    return f"{verb} client {adoption.client_id}, a site of {_label(adoption)}: {state}."


def _rows(adoption: "Adoption") -> Iterator[Row]:
    """Yield the label of each fact, and its value with the file that shows it."""
    report, detected, site = adoption.report, adoption.report.detected, adoption.config.site
    yield "engine", _cite(_label(adoption), detected.engine)
    if site.root:
        yield "root", site.root
    if detected.package_manager:
        yield "packages", _cite(detected.package_manager.value, detected.package_manager)
    if site.node_version:
        yield "Node.js", f"{site.node_version} ({report.hosted.where})"
    elif detected.node_version:
        yield "Node.js", _cite(str(detected.node_version.value), detected.node_version)
    yield "build", adoption.build_command
    yield "output", _cite(adoption.output, detected.output)
    yield "base URL", BASE_URLS[adoption.base_url]
    for provider in report.providers:
        shown = " ".join((provider.name, *map(_describe_setting, provider.settings.items())))
        yield provider.kind, f"{shown} ({provider.evidence[0]})"
    if report.content:
        yield "content", CONTENT[report.content]
    for name, rules in (("redirects", report.rules.redirects), ("headers", report.rules.headers)):
        if rules:
            files = dict.fromkeys(rule.where.partition(":")[0] for rule in rules)
            yield name, f"{count_noun(len(rules), 'rule')} ({', '.join(files)})"
    if site.forms:
        yield (
            "forms",
            f"{', '.join(site.forms)}; entries go to {site.forms[min(site.forms)].notify}",
        )
    for kind, label in VARIABLES.items():
        names = [variable.name for variable in report.variables if variable.kind is kind]
        if names:
            yield label, ", ".join(names)


def _cite(value: str, fact: "Fact[str] | Fact[int] | None") -> str:
    return f"{value} ({fact.evidence})" if fact else value


def _describe_setting(setting: tuple[str, object]) -> str:
    name, value = setting
    return f"{name}={', '.join(value) if isinstance(value, dict) else value}"


def _show_findings(
    screen: Screen, title: str, findings: Sequence[Finding], *, details: bool
) -> None:
    if not findings:
        return
    show_heading(screen, title)
    shown = findings if details else findings[:MAX_FINDINGS]
    show_items(screen, [_describe(finding) for finding in shown])
    show_remaining(screen, len(findings) - len(shown), "findings")


def _describe(finding: Finding) -> str:
    place = f" ({show_path(finding.where)})" if finding.where else ""
    way_out = f"; way out: {finding.hint}" if finding.hint else ""
    return f"{show_path(finding.message)}{place}{way_out}"


def _show_next_steps(screen: Screen, adoption: "Adoption", source: str) -> None:
    client_id = adoption.client_id
    if not adoption.is_written:
        command = f"platform adopt {shlex.quote(source)} {client_id}"
        show_next(screen, (command, "creates the client"))
        return
    secrets = [
        (f"platform secrets set {client_id} {provider} {name}", "")
        for provider, name in adoption.secrets
    ]
    show_next(
        screen,
        (f"platform validate {client_id}", "checks the client's file"),
        (f"platform deploy {client_id} --local", "builds the site on this machine"),
        *secrets,
    )


def _label(adoption: "Adoption") -> str:
    version = adoption.report.detected.version
    return f"{adoption.engine_label} {version.value}" if version else adoption.engine_label


def _value(fact: "Fact[str] | Fact[int] | None") -> str | int | None:
    return fact.value if fact else None


def _finding_data(finding: Finding) -> Data:
    return {
        "message": show_path(finding.message),
        "where": show_path(finding.where),
        "way_out": finding.hint,
    }
