"""The `site` and `builds` sections of a client's file."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from platform_cli.config.fields import (
    Command,
    Domain,
    Origin,
    OutputFolder,
    Sentence,
    SiteFolder,
    StrictModel,
    VariableName,
    VariableValue,
    invalid_value,
)
from platform_cli.config.sections.build_secrets import BuildSecretText
from platform_cli.config.sections.forms import SiteForms, list_definitions
from platform_cli.engines import Engine, UrlMethod
from platform_core.forms.definition import FormDefinition
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
from platform_core.provider_kit.git_names import Branch


def _parse_node_version(value: Any) -> Any:
    """Accept a version in quotes, as other tools write it."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 5 else value


NodeVersion = Annotated[Literal[18, 20, 22, 24], BeforeValidator(_parse_node_version)]
"""`engines.NODE_VERSIONS`"""


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


class SiteConfig(StrictModel):
    """Source, build, domain and language of the site."""

    source: Literal["local", "git"] = "local"
    """Location of the source: local (the folder clients/<client_id>/) or git (a repository)."""
    repository: str | None = Field(default=None, pattern=r"^github:[\w.-]+/[\w.-]+$")
    """Git repository of the source, in the form github:owner/name."""
    branch: Branch = "main"
    """Branch of the repository."""
    root: SiteFolder = ""
    """Folder of the source with the site, such as apps/web. By default, the source itself."""
    install_command: Command | None = None
    """Shell command that installs the site's packages. By default, by its package manager."""
    build_command: Command | None = None
    """Shell command that builds the site. By default, its script `build` or its generator."""
    dev_command: Command | None = None
    """Shell command of the development server, at $HOST and $PORT. By default, its generator's."""
    output: OutputFolder | None = None
    """Folder that the build fills, in root. By default, as in the generator's config file."""
    node_version: NodeVersion | None = None
    """Major version of Node.js on AWS. By default, as in .nvmrc or package.json, else 22."""
    package_manager: Literal["npm", "pnpm", "yarn", "bun"] | None = None
    """Package manager of Node.js. By default, the one of the lock file."""
    env: dict[VariableName, VariableValue] = Field(default_factory=dict, max_length=100)
    """Environment variables of the build. Never secrets."""
    content: Literal["feed", "source", "api"] = "feed"
    """Source of the site's content: feed (content.json), source (the files of the repository that
    its editors change) or api (its build asks the CMS)."""
    build_secrets: list[BuildSecretText] = Field(default_factory=list, max_length=20)
    """Secrets that the build gets as variables, such as sanity.read_token (SANITY_READ_TOKEN), or
    sanity.read_token as TOKEN. Every package of the site can read them. Requires content: api."""
    not_found: Literal["page", "spa"] = "page"
    """Answer to unknown paths: page (the 404 page) or spa (the home page, with status 200)."""
    base_url: Literal["flag", "env", "none"] | None = None
    """Way in which the build learns the site's address: flag (an option), env or none."""
    redirects: Redirects = Field(default_factory=list)
    """Redirects, rewrites and errors by path. The first one that matches applies."""
    headers: Headers = Field(default_factory=list)
    """Headers of pages and files by path."""
    forms: SiteForms = Field(default_factory=dict)
    """Contact forms by name. Each posts to /_forms/ and its name."""
    hosted_zone_id: str | None = Field(default=None, pattern=r"^Z[A-Z0-9]{1,31}$")
    """ID of the Route 53 hosted zone for DNS records and certificate, such as Z0123456789ABC."""
    hosted_zone_name: Domain | None = None
    """Domain name of the hosted zone. Required together with hosted_zone_id."""
    certificate_arn: str | None = Field(default=None, pattern=r"^arn:aws:acm:us-east-1:\d{12}:.+$")
    """ARN of a certificate in us-east-1. By default, one is created if a hosted zone is set."""
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language of the pages (BCP 47), such as en or pt-BR."""
    tagline: Sentence = ""
    """Sentence about the client, on the home page and in each footer."""
    analytics_origins: list[Origin] = Field(default_factory=list, max_length=20)
    """Origins of analytics, such as https://plausible.io. Browsers block scripts of any other."""
    aliases: list[Domain] = Field(default_factory=list, max_length=10)
    """Further domains, such as www.acme.example, that redirect to the domain of the site."""

    @property
    def form_definitions(self) -> tuple[FormDefinition, ...]:
        return list_definitions(self.forms)

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if self.source == "git" and self.repository is None:
            raise invalid_value(
                "source: git requires a repository", "add repository: github:owner/name"
            )
        if self.source == "local" and self.repository is not None:
            raise invalid_value("repository requires source: git", field="repository")
        if (self.hosted_zone_id is None) != (self.hosted_zone_name is None):
            present = "hosted_zone_id" if self.hosted_zone_id else "hosted_zone_name"
            raise invalid_value(
                "hosted_zone_id and hosted_zone_name must be set together", field=present
            )
        return self


def check_build_settings(site: SiteConfig, engine: Engine) -> None:
    """Check the settings that depend on the engine: its commands, and the site's address."""
    if not engine.starters and not (site.build_command and site.output):
        raise invalid_value(
            f"ssg_engine: {engine.name} requires build_command and output",
            "for example: site: {build_command: npm run build, output: dist}",
            field="site",
        )
    if site.base_url is None or UrlMethod(site.base_url) is not UrlMethod.FLAG:
        return
    if not engine.conventions.url_option:
        raise invalid_value(
            f"{engine.label} has no option for the address of the site",
            "use base_url: env, or none",
            field="site",
        )
    if site.build_command:
        raise invalid_value(
            "base_url: flag adds an option to the generator's own command, and this site has a "
            "build_command",
            "write the option into build_command, with $SITE_URL, and use base_url: env",
            field="site",
        )


class BuildsConfig(StrictModel):
    """When changes start a build; see `platform_core.pipeline.build.batching.Policy`."""

    grace_seconds: float = Field(default=3, ge=0, le=900)
    """Seconds that a single change waits for further changes before a build starts."""
    bulk_threshold: int = Field(default=10, ge=2, le=100_000)
    """Number of events within bulk_window_seconds that count as a bulk change."""
    bulk_window_seconds: float = Field(default=30, gt=0, le=900)
    """Length of the window in which events are counted."""
    bulk_quiet_seconds: float = Field(default=20, gt=0, le=900)
    """Seconds without a new event after which a bulk change is built."""
    bulk_max_wait_seconds: float = Field(default=240, gt=0, le=3600)
    """Maximum seconds that a bulk change waits."""
    staleness_slo_seconds: float | None = Field(default=None, ge=60, le=86_400)
    """Maximum seconds until a change is live. Builds start as late as this limit permits."""

    @model_validator(mode="after")
    def _check_bulk_waits(self) -> Self:
        if self.bulk_max_wait_seconds < self.bulk_quiet_seconds:
            raise invalid_value(
                "bulk_quiet_seconds is greater than bulk_max_wait_seconds",
                "set bulk_max_wait_seconds to at least bulk_quiet_seconds",
                field="bulk_max_wait_seconds",
            )
        return self
