"""The redirects and headers in the `site` section of a client's file."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from platform_cli.config.fields import StrictModel, invalid_value
from platform_core.hosting.cycles import refuse_cycles
from platform_core.hosting.edge_rules import find_edge_problems
from platform_core.hosting.rules import (
    MAX_RULES,
    HeaderRule,
    HostingRules,
    RedirectRule,
    RefusedRule,
    check_headers,
    check_redirect,
)

MAX_HEADERS: Final = 100


class RedirectConfig(StrictModel):
    """A redirect, a rewrite or an error for all paths that match."""

    path: str
    """Path of the visitor, such as /old, /blog/:slug or /old/*."""
    to: str
    """Path or address. It can repeat placeholders; :splat stands for the matches of *."""
    status: int = 301
    """301, 302, 303, 307, 308, 200 (show that page), 404 or 410."""
    force: bool = False
    """Whether the rule wins over a page at the same path."""

    @model_validator(mode="after")
    def _check(self) -> "RedirectConfig":
        rule = self.rule
        _raise_first(filter(None, [check_redirect(rule)]))
        _raise_first(find_edge_problems(HostingRules(redirects=(rule,))))
        return self

    @property
    def rule(self) -> RedirectRule:
        return RedirectRule(self.path, self.to, self.status, self.force)


class HeaderConfig(StrictModel):
    """Headers of all pages and files whose path matches."""

    path: str
    """Path, such as /* or /blog/:slug."""
    values: dict[str, str] = Field(min_length=1, max_length=50)
    """Headers by name."""

    @model_validator(mode="after")
    def _check(self) -> "HeaderConfig":
        _raise_first(check_headers(self.path, self.values, "").refused)
        return self

    @property
    def rule(self) -> HeaderRule:
        return HeaderRule(self.path, tuple(self.values.items()))


def _raise_first(refused: "filter[RefusedRule] | tuple[RefusedRule, ...]") -> None:
    for rule in refused:
        raise invalid_value(f"{rule.rule}: {rule.reason}", rule.way_out)


def _check_redirects(redirects: list[RedirectConfig]) -> list[RedirectConfig]:
    rules = HostingRules(redirects=tuple(config.rule for config in redirects))
    _raise_first(refuse_cycles(rules).refused)
    _raise_first(find_edge_problems(rules))
    return redirects


def _check_headers(headers: list[HeaderConfig]) -> list[HeaderConfig]:
    _raise_first(find_edge_problems(HostingRules(headers=tuple(each.rule for each in headers))))
    return headers


Redirects = Annotated[
    list[RedirectConfig], Field(max_length=MAX_RULES), AfterValidator(_check_redirects)
]
Headers = Annotated[
    list[HeaderConfig], Field(max_length=MAX_HEADERS), AfterValidator(_check_headers)
]
