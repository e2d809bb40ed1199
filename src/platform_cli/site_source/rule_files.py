"""The redirects and headers of a site: its own files, and those of the client's file.

The latter are files of the source archive. The publisher adds them to the release, so that the
rules belong to it like its pages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from platform_cli.config.load import relative_path
from platform_cli.errors import Finding
from platform_cli.site_source.detection import folder_reader
from platform_core import contract
from platform_core.hosting.cycles import refuse_cycles
from platform_core.hosting.edge_rules import find_edge_problems
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import (
    HeaderRule,
    HostingRules,
    RedirectRule,
    RefusedRule,
    join_rules,
)

READERS: Final[Mapping[str, Callable[[str, str], HostingRules]]] = {
    "_redirects": read_redirects,
    "_headers": read_headers,
}


class HasRedirect(Protocol):
    """A redirect of a client's file."""

    @property
    def rule(self) -> RedirectRule: ...


class HasHeaders(Protocol):
    """Headers of a client's file."""

    @property
    def rule(self) -> HeaderRule: ...


class RuleSettings(Protocol):
    """The rules of a client's file."""

    @property
    def redirects(self) -> Sequence[HasRedirect]: ...
    @property
    def headers(self) -> Sequence[HasHeaders]: ...


@dataclass(frozen=True, slots=True)
class RuleProblems:
    """The findings in the rules of a site: errors fail each release, refused rules are left out."""

    errors: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


def find_rule_problems(settings: RuleSettings, paths: Sequence[str], folder: Path) -> RuleProblems:
    """Check the rules of the client's file and those of the site's own files together.

    `paths`: files `_redirects` and `_headers` below the folder, which may be below the limit of the
    edge on their own, and above it together.
    """
    read = folder_reader(folder)
    texts = {path: (read(path) or b"").decode("utf-8", "replace") for path in paths}
    own = [READERS[path.rpartition("/")[2]](path, text) for path, text in texts.items()]
    configured = HostingRules(
        redirects=tuple(each.rule for each in settings.redirects),
        headers=tuple(each.rule for each in settings.headers),
    )
    rules = refuse_cycles(join_rules([configured, *own]))
    # A file that is refused as a whole fails the release; a single rule is left out of it.
    whole_files = [refused for refused in rules.refused if refused.where in texts]
    errors = (*whole_files, *find_edge_problems(rules))
    return RuleProblems(
        tuple(_to_finding(problem, folder) for problem in errors),
        tuple(_to_finding(rule, folder) for rule in rules.refused if rule not in whole_files),
    )


def _to_finding(refused: RefusedRule, folder: Path) -> Finding:
    where = relative_path(folder / refused.where) if refused.where else ""
    return Finding(f"{refused.rule}: {refused.reason}", where, refused.way_out)


def write_rule_files(site: RuleSettings) -> dict[str, bytes]:
    """Return the files by name; none for a site without rules."""
    redirects = [
        f"{rule.source} {rule.target} {rule.status}{'!' if rule.force else ''}"
        for rule in (each.rule for each in site.redirects)
    ]
    headers = [
        line
        for rule in (each.rule for each in site.headers)
        for line in (rule.source, *(f"  {name}: {value}" for name, value in rule.headers))
    ]
    files = {contract.CLIENT_REDIRECTS: redirects, contract.CLIENT_HEADERS: headers}
    return {name: "\n".join(lines).encode() for name, lines in files.items() if lines}
