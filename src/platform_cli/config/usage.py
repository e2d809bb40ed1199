"""What a month of a client brings: `platform cost` and `platform recommend` reckon with it."""

from typing import Annotated

from pydantic import Field

from platform_cli.config.fields import Model

Known = Annotated[float | None, Field(ge=0)]


class KnownConfig(Model):
    """Figures that you know better than we guess: see `assumptions` of `platform cost --json`."""

    requests_per_view: Known = None
    megabytes_per_view: Known = None
    pages_per_view: Known = None
    cache_misses: Known = None
    webhooks_per_edit: Known = None
    webhooks_per_order: Known = None
    repeats: Known = None
    changes_per_edit: Known = None
    changes_per_order: Known = None
    builds_per_change: Known = None
    build_overhead_seconds: Known = None
    build_slowness: Known = None
    kilobytes_per_page: Known = None
    waits_per_build: Known = None
    calls_per_build: Known = None
    seconds_to_receive: Known = None
    seconds_to_apply: Known = None
    seconds_to_decide: Known = None
    seconds_to_sweep: Known = None
    kilobytes_per_webhook: Known = None
    kilobytes_per_item: Known = None
    log_kilobytes_per_call: Known = None
    log_kilobytes_per_build: Known = None
    active_hours: Known = None
    alarming_hours: Known = None
    hosting_usd: Known = None


class UsageConfig(Model):
    """What a month brings; the cost is estimated from it."""

    content_edits: int = Field(default=100, ge=0)
    page_views: int = Field(default=10_000, ge=0)
    orders: int = Field(default=0, ge=0)
    average_order_usd: float = Field(default=50, ge=0)
    editors: int = Field(default=1, ge=1)
    """People who write in the CMS: some plans are paid by the seat."""
    pages: int = Field(default=100, ge=1)
    """Of the site: a build writes them all."""
    agency_usd: float | None = Field(default=None, ge=0)
    """What you ask the client for; it is only added up."""
    known: KnownConfig = Field(default_factory=KnownConfig)
