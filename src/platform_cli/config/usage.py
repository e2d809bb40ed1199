"""The `usage` section of a client's file, the input of `platform cost` and `platform recommend`."""

from typing import Annotated

from pydantic import Field

from platform_cli.config.fields import StrictModel

NonNegative = Annotated[float | None, Field(ge=0)]


class KnownConfig(StrictModel):
    """Measured values that replace our assumptions; see `assumptions` in `platform cost --json`."""

    requests_per_view: NonNegative = None
    megabytes_per_view: NonNegative = None
    pages_per_view: NonNegative = None
    entries_per_view: NonNegative = None
    cache_misses: NonNegative = None
    webhooks_per_edit: NonNegative = None
    webhooks_per_order: NonNegative = None
    repeats: NonNegative = None
    changes_per_edit: NonNegative = None
    changes_per_order: NonNegative = None
    builds_per_change: NonNegative = None
    build_overhead_seconds: NonNegative = None
    build_slowness: NonNegative = None
    kilobytes_per_page: NonNegative = None
    waits_per_build: NonNegative = None
    calls_per_build: NonNegative = None
    previews: NonNegative = None
    seconds_to_receive: NonNegative = None
    seconds_to_apply: NonNegative = None
    seconds_to_decide: NonNegative = None
    seconds_to_sweep: NonNegative = None
    kilobytes_per_webhook: NonNegative = None
    kilobytes_per_item: NonNegative = None
    log_kilobytes_per_call: NonNegative = None
    log_kilobytes_per_build: NonNegative = None
    active_hours: NonNegative = None
    alarming_hours: NonNegative = None
    hosting_usd: NonNegative = None


class UsageConfig(StrictModel):
    """Expected usage per month, from which the cost is estimated."""

    content_edits: int = Field(default=100, ge=0)
    """Content changes per month."""
    page_views: int = Field(default=10_000, ge=0)
    """Page views per month."""
    orders: int = Field(default=0, ge=0)
    """Orders per month."""
    average_order_usd: float = Field(default=50, ge=0)
    """Average value of an order in USD."""
    editors: int = Field(default=1, ge=1)
    """Number of people who edit content. Some CMS plans charge per seat."""
    pages: int = Field(default=100, ge=1)
    """Number of pages on the site. Every build writes all of them."""
    agency_usd: float | None = Field(default=None, ge=0)
    """Monthly fee of the agency in USD. It is added to the total."""
    known: KnownConfig = Field(default_factory=KnownConfig)
