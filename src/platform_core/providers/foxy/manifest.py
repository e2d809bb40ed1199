"""Foxy's facts."""

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
                "the encryption key of the JSON webhook: admin.foxy.io, Settings, Integrations, "
                "Webhooks",
            ),
            SecretNeed(
                "store_secret",
                "the store secret, which signs what the pages sell: admin.foxy.io, Settings, "
                "Cart, Enable cart validation",
            ),
            SecretNeed(
                "manage_token",
                f"to register without a person: the refresh token {_INTEGRATION}",
                required=False,
            ),
            SecretNeed(
                "manage_id",
                f"to register without a person: the client id {_INTEGRATION}",
                required=False,
            ),
            SecretNeed(
                "manage_secret",
                f"to register without a person: the client secret {_INTEGRATION}",
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
    summary="A cart without a catalogue: sells what the CMS holds, in a checkout of its own look.",
)
