"""The manifest of Foxy."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

_INTEGRATION = "of an integration of this client's own: admin.foxy.io, Settings, Integrations"

PROVIDER = Provider(
    name="foxy",
    label="Foxy",
    kind=Kind.COMMERCE,
    tier=Tier.PROFESSIONAL,
    engines=("hugo", "eleventy", "astro", "gatsby"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "encryption key of the JSON webhook: admin.foxy.io, Settings, Integrations, "
                "Webhooks",
            ),
            SecretNeed(
                "store_secret",
                "store secret, which signs the products on the pages: admin.foxy.io, Settings, "
                "Cart, Enable cart validation",
            ),
            SecretNeed(
                "manage_token",
                f"refresh token, for automatic registration, {_INTEGRATION}",
                required=False,
            ),
            SecretNeed(
                "manage_id",
                f"client id, for automatic registration, {_INTEGRATION}",
                required=False,
            ),
            SecretNeed(
                "manage_secret",
                f"client secret, for automatic registration, {_INTEGRATION}",
                required=False,
            ),
        ),
        listing=False,
    ),
    plans=(
        Plan(
            "Entry",
            usd_month="25",
            usd_month_low="20",
            fee_percent="1",
            fee_least_usd="0.05",
            fee_most_usd="0.35",
            source="public price tables, best effort: they contradict each other",
            as_of="2026-07-01",
            certainty="C",
        ),
    ),
    traits=frozenset(
        {"subscriptions", "custom_checkout", "hosted_checkout", "sells_cms", "no_script"}
    ),
    summary="A cart without a catalog: sells the CMS's products in a customizable checkout.",
)
