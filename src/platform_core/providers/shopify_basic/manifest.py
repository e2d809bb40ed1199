"""Shopify's facts, for its plan Basic."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="shopify_basic",
    label="Shopify Basic",
    kind=Kind.COMMERCE,
    tier=Tier.ENTERPRISE,
    engines=("eleventy", "astro", "nextjs", "nuxt"),
    aliases=("shopify",),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "the client secret of the app that makes the webhooks (for webhooks made in the "
                "admin: the key under Settings, Notifications, Webhooks)",
            ),
            SecretNeed(
                "read_token",
                "the Admin API access token of that app, with read_products and read_inventory",
            ),
        ),
    ),
    plans=(
        Plan(
            "Basic",
            usd_month="39",
            fee_percent="2.9",
            fee_fixed_usd="0.30",
            note="paid monthly; 2 % more of each order with another payment gateway",
            source="public fee calculators and articles",
            as_of="2026-08-25",
        ),
    ),
    traits=frozenset({"hosted_checkout", "performance_critical", "enterprise_features"}),
    summary="Products, stock and a hosted checkout; the site links into the shop's cart.",
)
