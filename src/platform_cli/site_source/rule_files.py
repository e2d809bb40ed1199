"""Write the redirects and headers of a client's file as files of the source archive.

The publisher adds them to the release, so that the rules belong to it like its pages.
"""

from collections.abc import Sequence
from typing import Protocol

from platform_core import contract
from platform_core.hosting.rules import HeaderRule, RedirectRule


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
