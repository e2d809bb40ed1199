"""The `site` and `builds` sections of a client's file."""

from typing import Literal, Self

from pydantic import Field, model_validator

from platform_cli.config.fields import Domain, Origin, Sentence, StrictModel, invalid_value
from platform_core.provider_kit.git_names import Branch


class SiteConfig(StrictModel):
    """Source, domain and language of the site."""

    source: Literal["local", "git"] = "local"
    """Location of the source: local (the folder clients/<client_id>/) or git (a repository)."""
    repository: str | None = Field(default=None, pattern=r"^github:[\w.-]+/[\w.-]+$")
    """Git repository of the source, in the form github:owner/name."""
    branch: Branch = "main"
    """Branch of the repository."""
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
