"""Meters of visitors' requests."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from platform_cli.blueprint import model
from platform_cli.cost.meters.meter import BUCKET, DISTRIBUTION, EDGE, POINTER, Meter
from platform_core.contract import RELEASES_KEPT


def site_meters(part: model.Site) -> Sequence[Meter]:
    return (*SITE, ZONE) if part.hosted_zone_id else SITE


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
ZONE: Final = Meter(
    "AWS::Route53::RecordSet",
    "route53.zone",
    "the zone that holds the records",
    lambda _: Decimal(1),
)
