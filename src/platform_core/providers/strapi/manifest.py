"""The manifest of Strapi, for versions 4 and 5."""

from platform_core.contract import DRAFTS_TOKEN
from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="strapi",
    label="Strapi",
    kind=Kind.CMS,
    tier=Tier.BUDGET_PLUS,
    engines=("astro", "gatsby", "nextjs", "nuxt"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "long random value: the webhook sends it as its header Authorization, after the "
                "word Bearer",
            ),
            SecretNeed(
                "read_token",
                "API token with find and findOne for the site's types: Settings, API Tokens",
            ),
            SecretNeed(
                DRAFTS_TOKEN,
                "API token with find and findOne for the site's types, for previews with drafts: "
                "Settings, API Tokens",
                required=False,
            ),
        ),
        drafts=True,
    ),
    plans=(
        Plan(
            "Community, self-hosted",
            usd_month="0",
            hosted_by_oneself=True,
            source="strapi/strapi LICENSE (MIT outside of ee/)",
            as_of="2026-11-20",
            certainty="A",
        ),
        Plan(
            "Cloud Free",
            usd_month="0",
            for_clients=False,
            note="500 entries, 10 GB and 10,000 API requests a month; sleeps when idle",
            source="docs.strapi.io, Usage and billing (an undated copy)",
            as_of="2026-11-20",
            certainty="C",
        ),
    ),
    traits=frozenset({"self_hosted", "open_source", "structured_content", "localization"}),
    summary="An open-source CMS on a server of your own, with a REST API for each content type.",
)
