"""Meters of visitors' requests."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.blueprint import model
from platform_cli.cost.meters.meter import BUCKET, DISTRIBUTION, EDGE, POINTER, Meter
from platform_core.contract import RELEASES_KEPT


def site_meters(part: model.Site) -> Sequence[Meter]:
    rules = RULES if part.has_rules else ()
    zone = (ZONE,) if part.hosted_zone_id else ()
    return (*SITE, *rules, *zone)


SITE: Final = (
    Meter(
        DISTRIBUTION,
        "cloudfront.egress.us.gb",
        "page views x megabytes a view",
        lambda m: m.usage.page_views * m.guess.megabytes_per_view / 1024,
    ),
    Meter(
        DISTRIBUTION,
        "cloudfront.https.req",
        "page views x requests a view",
        lambda m: m.requests,
    ),
    Meter(
        EDGE,
        "cloudfront.function",
        "page views x requests a view",
        lambda m: m.requests,
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.read",
        "page views x requests that are no shared asset",
        lambda m: m.usage.page_views * m.guess.pages_per_view,
    ),
    Meter(
        BUCKET,
        "s3.get",
        "requests that the edge cannot answer",
        lambda m: m.requests * m.guess.cache_misses,
    ),
    Meter(
        BUCKET,
        "s3.storage.gb",
        "kept releases, and deleted ones for 30 days, x size of a release",
        lambda m: (min(m.builds, Decimal(RELEASES_KEPT)) + m.builds) * m.release_gb,
    ),
)
READS_OF_RULES: Final = 9
"""Reads of the store for a page of a site with rules, besides the one of every site: five before
the answer and four for its headers. A list of more than 1 KB is read in several pieces."""
RULES: Final = (
    Meter(
        EDGE,
        "cloudfront.function",
        "page views x requests a view: headers of the answers",
        lambda m: m.requests,
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.read",
        f"page views x requests a view x {READS_OF_RULES} reads of redirects and headers",
        lambda m: m.requests * READS_OF_RULES,
    ),
    Meter(
        POINTER,
        "cloudfront.kvs.api",
        "builds x 3: the version, the rules of up to 50 pages, and their deletion",
        lambda m: m.builds * 3,
    ),
)
ZONE: Final = Meter(
    "AWS::Route53::RecordSet",
    "route53.zone",
    "the zone that holds the records",
    lambda _: Decimal(1),
)
