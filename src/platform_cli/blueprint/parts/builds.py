"""Builds: the build project, and the builder that decides when it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar, Final, Literal, Protocol, Self

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from platform_cli.blueprint.binding import Binding, PartContext
from platform_cli.blueprint.stores import Expiry, LogAlarm, Store
from platform_cli.engines import BuildSettings, load_engine, tailor_engine
from platform_core import contract
from platform_core.pipeline.build.batching import Policy
from platform_core.providers import has_module, load_manifest

BUILD_IMAGE: Final = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
"""Arm is cheaper and faster for site generators. The image includes Node 22 and Python 3.13."""

CACHE: Final = "cache/"
"""Prefix of the data bucket for packages that the next build reuses."""


class EngineSettings(Protocol):
    """The choice of a site generator."""

    @property
    def ssg_engine(self) -> str: ...


class PreviewBuildSettings(Protocol):
    """The settings of the builds of previews."""

    @property
    def build_secrets(self) -> Sequence[str]: ...


class BuildsSettings(Protocol):
    """The configuration that builds read."""

    @property
    def service_integration(self) -> EngineSettings: ...
    @property
    def site(self) -> BuildSettings: ...
    @property
    def preview(self) -> PreviewBuildSettings | None: ...
    @property
    def builds(self) -> object:
        """A value with the fields of `Policy`."""


def _source_provider(bindings: tuple[Binding, ...]) -> str:
    """Return the provider whose editors commit to the repository of the site.

    The client's file is checked: it has one.
    """
    return next((each.provider for each in bindings if has_module(each.provider, "source")), "")


def _with_numbers_as_written(data: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Validate a policy but keep a whole number whole.

    Pydantic turns 3 into 3.0. The policy is written as text to the builder's environment, so every
    stack would change.
    """
    validated = validate(data)
    return Policy(**data) if isinstance(data, dict) else validated


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """The build project and the builder that decides when it runs."""

    swept: ClassVar[tuple[str, ...]] = ("builder",)
    expiries: ClassVar[tuple[Expiry, ...]] = (
        Expiry(CACHE, days=30),
        Expiry(contract.COMMITS, days=30),
        Expiry(contract.PREVIEW_SOURCES, days=30),
    )

    engine: str
    buildspec: Mapping[str, object]
    image: str
    policy: Annotated[Policy, WrapValidator(_with_numbers_as_written)]
    bindings: tuple[Binding, ...] = ()
    """Providers of the feed's buy buttons and, in direct mode, of the content."""
    asks_api: bool = False
    """Whether the site's build asks the vendors itself (`site.content: api`)."""
    builds_each_event: bool = False
    """Whether no build is skipped: the build asks a vendor whose content cannot be listed."""
    source_provider: str = ""
    """Provider whose repository has the files of the site (`site.content: source`); else empty."""
    build_timeout_minutes: int = 20
    queue_timeout_minutes: int = 30
    kind: Literal["builds"] = "builds"

    @classmethod
    def compose(cls, settings: BuildsSettings, context: PartContext) -> Self:
        """Make the builds, which every client has."""
        generator = tailor_engine(
            load_engine(settings.service_integration.ssg_engine),
            settings.site,
            context.detected,
            has_preview_secrets=bool(settings.preview and settings.preview.build_secrets),
        )
        asks_api = settings.site.content == "api"
        renders_source = settings.site.content == "source"
        policy = {field.name: getattr(settings.builds, field.name) for field in fields(Policy)}
        return cls(
            engine=generator.name,
            buildspec=generator.buildspec(),
            image=BUILD_IMAGE,
            policy=Policy(**policy),
            bindings=context.bindings,
            asks_api=asks_api,
            source_provider=_source_provider(context.bindings) if renders_source else "",
            builds_each_event=asks_api
            and any(not load_manifest(each.provider).needs.listing for each in context.bindings),
        )

    @property
    def stores(self) -> tuple[Store, ...]:
        """Empty: the records of builds are in the site's table."""
        return ()

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return (
            LogAlarm(
                "build-failed",
                contract.ALARM_BUILD,
                "builder",
                "A build failed, the site is held, or no build could start for an hour: see "
                "`platform status`.",
            ),
            LogAlarm(
                "build-stuck",
                contract.ALARM_STUCK,
                "builder",
                "A build outlived its hard limit: see `platform builds`.",
            ),
        )
