"""The manifest of Shopify's plan Advanced."""

from platform_core.provider import Kind, Plan, Provider, Tier
from platform_core.providers._shopify.needs import NEEDS

PROVIDER = Provider(
    name="shopify_advanced",
    label="Shopify Advanced",
    kind=Kind.COMMERCE,
    tier=Tier.ENTERPRISE,
    engines=("eleventy", "astro", "nextjs", "nuxt"),
    needs=NEEDS,
    plans=(
        Plan(
            "Advanced",
            usd_month="399",
            fee_percent="2.5",
            fee_fixed_usd="0.30",
            takes_cards=True,
            note="paid monthly; both fees, and the additional 0.6 % of each order with another "
            "payment gateway, are from memory",
            source="scandiweb.com/blog/shopify-vs-shopify-plus, for the monthly price",
            as_of="2026-11-20",
            certainty="D",
        ),
    ),
    traits=frozenset({"hosted_checkout", "catalogue", "image_cdn", "no_script"}),
    summary="Shopify for shops with many orders: lower fees and twice the API rate limit.",
)
