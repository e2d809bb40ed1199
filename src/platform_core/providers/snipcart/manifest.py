"""The manifest of Snipcart."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

_PRICING = "public price tables (api-evangelist/snipcart, finops)"

PROVIDER = Provider(
    name="snipcart",
    label="Snipcart",
    kind=Kind.COMMERCE,
    tier=Tier.BUDGET,
    engines=("hugo", "eleventy", "astro", "gatsby"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "secret API key, which verifies webhooks and reads orders: app.snipcart.com, "
                "Account, API keys (Test and Live have one each)",
                is_api_key=True,
            ),
        ),
    ),
    plans=(
        Plan(
            "Standard",
            usd_month="0",
            fee_percent="2",
            source=_PRICING,
            as_of="2026-06-12",
        ),
        Plan(
            "Standard, small month",
            usd_month="20",
            sales_below_usd="1000",
            note="instead of the fee",
            source=_PRICING,
            as_of="2026-06-12",
        ),
    ),
    traits=frozenset({"transaction_based", "sells_cms"}),
    summary="A cart on the site's own pages; sells the CMS's products for 2 % of each order.",
)
