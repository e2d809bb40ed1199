"""The site: its distribution, and the stores that every client has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, Self

from platform_cli.blueprint.binding import PartContext
from platform_cli.blueprint.stores import (
    Bucket,
    Expiry,
    KeyValueStore,
    LogAlarm,
    Queue,
    QueueAlarm,
    Store,
    Table,
)
from platform_core import contract


class DomainSettings(Protocol):
    """The DNS zone and certificate of a client's domain, and its answer to unknown paths."""

    @property
    def hosted_zone_id(self) -> str | None: ...
    @property
    def hosted_zone_name(self) -> str | None: ...
    @property
    def certificate_arn(self) -> str | None: ...
    @property
    def not_found(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def redirects(self) -> Sequence[object]: ...
    @property
    def headers(self) -> Sequence[object]: ...


class SiteSettings(Protocol):
    """The configuration that the site reads."""

    @property
    def domain(self) -> str: ...
    @property
    def site(self) -> DomainSettings: ...
    @property
    def preview(self) -> object | None:
        """The settings of previews; None without previews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The distribution and its function, DNS where a zone is given, and the shared stores."""

    swept: ClassVar[tuple[str, ...]] = ()
    expiries: ClassVar[tuple[Expiry, ...]] = ()

    domain: str
    hosted_zone_id: str | None = None
    hosted_zone_name: str | None = None
    certificate_arn: str | None = None
    """An existing us-east-1 certificate; without it, one is made when a zone is given."""
    is_single_page: bool = False
    """Whether the home page answers unknown paths, with status 200."""
    has_release_assets: bool = False
    """Whether a file below `assets/` without a hash in its name belongs to its release, as in a
    site that is not one of our starters. Releases share the others."""
    has_rules: bool = False
    """Whether the edge function applies the redirects and headers of the live release."""
    preview_cookie: str = ""
    """Name of the cookie that opens a preview; empty for a client without previews."""
    aliases: tuple[str, ...] = ()
    """Further domains, which redirect to `domain`."""
    dead_letters: Queue
    site_bucket: Bucket
    """Releases, shared assets and the error page: all that visitors can reach."""
    data_bucket: Bucket
    """Shared by all parts, each with prefixes of its own."""
    pointer: KeyValueStore
    """Holds the folder of the live release."""
    site_table: Table
    """Rows of the site, its builds, its releases and the audit trail."""
    kind: Literal["site"] = "site"

    @classmethod
    def compose(cls, settings: SiteSettings, context: PartContext) -> Self:
        """Make the site, which every client has."""
        names, retained = context.names, context.retain_data
        return cls(
            domain=settings.domain,
            hosted_zone_id=settings.site.hosted_zone_id,
            hosted_zone_name=settings.site.hosted_zone_name,
            certificate_arn=settings.site.certificate_arn,
            is_single_page=settings.site.not_found == "spa",
            has_release_assets=not context.detected.is_starter,
            has_rules=_has_rules(settings.site, context),
            preview_cookie=contract.preview_cookie(names.prefix) if settings.preview else "",
            aliases=tuple(settings.site.aliases),
            dead_letters=Queue(
                id="DeadLetters",
                name=names.queue("dead-letters"),
                topics=names.event_topics if context.is_event_driven else (),
                rules=(names.build_finished_rule,),
                alarm=QueueAlarm(
                    "dead-letters", "Deliveries or calls were given up: see `platform status`."
                ),
            ),
            site_bucket=Bucket(id="SiteBucket", name=names.bucket("site"), retained=retained),
            data_bucket=Bucket(
                id="DataBucket",
                name=names.bucket("data"),
                expiries=context.expiries,
                retained=retained,
            ),
            pointer=KeyValueStore(id="Pointer", name=names.edge("pointer")),
            site_table=Table(
                id="SiteTable",
                name=names.site_table,
                attributes={contract.SITE_KEY: "S", contract.SITE_SORT: "S"},
                partition=contract.SITE_KEY,
                sort=contract.SITE_SORT,
                retained=retained,
            ),
        )

    @property
    def stores(self) -> tuple[Store, ...]:
        return (
            self.dead_letters,
            self.site_bucket,
            self.data_bucket,
            self.pointer,
            self.site_table,
        )

    @property
    def answers_are_changed(self) -> bool:
        """Whether the edge function runs for answers, too: it adds headers."""
        return self.has_rules or bool(self.preview_cookie)

    @property
    def routing(self) -> str:
        """The value of `contract.OUT_ROUTING`."""
        words = {
            contract.ROUTE_SINGLE_PAGE: self.is_single_page,
            contract.ROUTE_RELEASE_ASSETS: self.has_release_assets,
            contract.ROUTE_RULES: self.has_rules,
            contract.ROUTE_PREVIEWS: bool(self.preview_cookie),
        }
        return " ".join(word for word, applies in words.items() if applies)

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        return ()


def _has_rules(site: DomainSettings, context: PartContext) -> bool:
    return bool(site.redirects or site.headers or context.detected.rule_files)
