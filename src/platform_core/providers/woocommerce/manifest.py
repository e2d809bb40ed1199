"""The manifest of WooCommerce."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="woocommerce",
    label="WooCommerce",
    kind=Kind.COMMERCE,
    tier=Tier.PROFESSIONAL,
    engines=("hugo", "eleventy", "astro", "gatsby", "nextjs", "nuxt"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "secret of the webhooks, letters and digits only: WooCommerce, Settings, "
                "Advanced, Webhooks. Without one, the shop generates a guessable one",
            ),
            SecretNeed(
                "read_token",
                "REST API key with read permission, as CONSUMER_KEY:CONSUMER_SECRET: WooCommerce, "
                "Settings, Advanced, REST API",
            ),
            SecretNeed(
                "manage_token",
                "REST API key of a shop manager with read and write permission, in the same form, "
                "to register webhooks",
                required=False,
            ),
        ),
    ),
    plans=(
        Plan(
            "Open source",
            usd_month="0",
            hosted_by_oneself=True,
            note="GPL; needs a server for WordPress",
            source="woocommerce/woocommerce license.txt; from memory",
            as_of="2026-11-20",
            certainty="D",
        ),
    ),
    traits=frozenset({"hosted_checkout", "self_hosted", "open_source", "catalogue", "no_script"}),
    summary="A self-hosted shop in WordPress; the site links to its cart.",
)
