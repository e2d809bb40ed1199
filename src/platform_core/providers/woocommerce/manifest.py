"""WooCommerce's facts."""

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
                "the secret of the webhooks, letters and digits only: WooCommerce, Settings, "
                "Advanced, Webhooks. Without one the shop makes up a guessable one",
            ),
            SecretNeed(
                "read_token",
                "a REST API key that may read, as CONSUMER_KEY:CONSUMER_SECRET: WooCommerce, "
                "Settings, Advanced, REST API",
            ),
            SecretNeed(
                "manage_token",
                "a REST API key of a shop manager that may read and write, in the same form: to "
                "register webhooks",
                required=False,
            ),
        ),
    ),
    plans=(
        Plan(
            "Open source",
            usd_month="0",
            hosted_by_oneself=True,
            note="GPL; the server is one for WordPress",
            source="woocommerce/woocommerce license.txt; from memory",
            as_of="2026-11-20",
            certainty="D",
        ),
    ),
    traits=frozenset({"hosted_checkout", "self_hosted", "open_source", "catalogue", "no_script"}),
    summary="A shop in WordPress, hosted by oneself; the site links into its cart.",
)
