"""What a client's file says of its site: where the source lies, how visitors reach it, and when it
is built."""

from typing import Literal, Self

from pydantic import Field, model_validator

from platform_cli.config.fields import Domain, Model, wrong


class SiteConfig(Model):
    """Where the site's source lies, and how visitors reach it."""

    source: Literal["local", "git"] = "local"
    """`local`: the folder clients/<client_id>/. `git`: a repository; a deploy clones it."""
    repository: str | None = Field(default=None, pattern=r"^github:[\w.-]+/[\w.-]+$")
    """As github:owner/name."""
    branch: str = Field(default="main", pattern=r"^[\w.][\w./-]*$", max_length=200)
    """A branch of that repository."""
    hosted_zone_id: str | None = Field(default=None, pattern=r"^Z[A-Z0-9]{1,31}$")
    """The Route53 zone for the domain's records and certificate, such as Z0123456789ABC."""
    hosted_zone_name: Domain | None = None
    certificate_arn: str | None = Field(default=None, pattern=r"^arn:aws:acm:us-east-1:\d{12}:.+$")
    """One of us-east-1 that exists; else one is made where a hosted zone is given."""
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """The language of the pages (BCP 47), such as en or pt-BR."""

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.source == "git" and self.repository is None:
            raise wrong("source: git needs a repository", "repository: github:owner/name")
        if self.source == "local" and self.repository is not None:
            raise wrong("a repository goes with source: git only", field="repository")
        if (self.hosted_zone_id is None) != (self.hosted_zone_name is None):
            given = "hosted_zone_id" if self.hosted_zone_id else "hosted_zone_name"
            raise wrong("hosted_zone_id and hosted_zone_name go together", field=given)
        return self


class BuildsConfig(Model):
    """When to build; see `platform_core.pipeline.build.batching.Policy`."""

    grace_seconds: float = Field(default=3, ge=0, le=900)
    """How long a single change waits for others."""
    bulk_threshold: int = Field(default=10, ge=2, le=100_000)
    """So many events within the window are a bulk."""
    bulk_window_seconds: float = Field(default=30, gt=0, le=900)
    bulk_quiet_seconds: float = Field(default=20, gt=0, le=900)
    """A bulk waits for so long a silence ..."""
    bulk_max_wait_seconds: float = Field(default=240, gt=0, le=3600)
    """... but never longer than this."""
    staleness_slo_seconds: float | None = Field(default=None, ge=60, le=86_400)
    """A promise: changes are live after so long. Builds then start as late as it allows."""

    @model_validator(mode="after")
    def _bulk_can_end(self) -> Self:
        if self.bulk_max_wait_seconds < self.bulk_quiet_seconds:
            raise wrong(
                "a bulk cannot wait longer for silence than it may wait at all",
                "make bulk_max_wait_seconds at least bulk_quiet_seconds",
                field="bulk_max_wait_seconds",
            )
        return self
