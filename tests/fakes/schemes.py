"""The scheme names of the conformance vectors, as signature values.

Providers carry their own values; these stand in for the vendors that have no folder yet.
"""

from platform_core.webhooks.signatures import (
    CanonicalRequest,
    HmacBody,
    HmacTimestamped,
    Scheme,
    StandardWebhooks,
    StaticHeader,
)

SCHEMES: dict[str, Scheme] = {
    "github-hmac-sha256": HmacBody("x-hub-signature-256", prefix="sha256="),
    "standard-webhooks": StandardWebhooks(),
    "sanity-t-v1": HmacTimestamped(
        "sanity-webhook-signature", encoding="base64url", ticks_per_second=1000
    ),
    "contentful-canonical": CanonicalRequest(
        "x-contentful-signature",
        "x-contentful-signed-headers",
        "x-contentful-timestamp",
        covers=("content-type", "x-contentful-topic", "x-contentful-webhook-name"),
    ),
    "shopify-hmac-base64": HmacBody("x-shopify-hmac-sha256", encoding="base64"),
    "woocommerce-hmac-base64": HmacBody(
        "x-wc-webhook-signature", encoding="base64", decodes_secret=True
    ),
    "foxy-hmac-hex": HmacBody("foxy-webhook-signature"),
    "stripe-t-v1": HmacTimestamped("stripe-signature"),
    "static-header": StaticHeader("authorization", prefix="Bearer "),
}
