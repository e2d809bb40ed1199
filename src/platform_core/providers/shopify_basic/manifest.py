"""The manifest of Shopify's plan Basic."""

from platform_core.provider import Kind, Plan, Provider, Tier
from platform_core.providers._shopify.needs import NEEDS

PROVIDER = Provider(
    name="shopify_basic",
    label="Shopify Basic",
    kind=Kind.COMMERCE,
    tier=Tier.ENTERPRISE,
    engines=("eleventy", "astro", "nextjs", "nuxt"),
    aliases=("shopify",),
    needs=NEEDS,
    plans=(
        Plan(
            "Basic",
            usd_month="39",
            fee_percent="2.9",
            fee_fixed_usd="0.30",
            takes_cards=True,
            note="paid monthly; an additional 2 % of each order with another payment gateway",
            source="public fee calculators and articles",
            as_of="2026-08-25",
        ),
    ),
    traits=frozenset({"hosted_checkout", "catalogue", "image_cdn", "no_script"}),
    summary="Products, stock and a hosted checkout; the site links to the shop's cart.",
)
