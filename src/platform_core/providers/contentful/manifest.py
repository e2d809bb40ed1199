"""The manifest of Contentful."""

from platform_core.contract import DRAFTS_TOKEN
from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="contentful",
    label="Contentful",
    kind=Kind.CMS,
    tier=Tier.ENTERPRISE,
    engines=("gatsby", "astro", "nextjs", "nuxt"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "signing secret of the space, exactly 64 characters: Settings, Webhooks, "
                "Settings, request verification",
            ),
            SecretNeed(
                "read_token",
                "access token of the Content Delivery API: Settings, API keys",
            ),
            SecretNeed(
                DRAFTS_TOKEN,
                "access token of the Content Preview API, for previews with drafts: Settings, "
                "API keys",
                required=False,
            ),
            SecretNeed(
                "manage_token",
                "personal access token of an administrator of the space, for automatic "
                "registration: account settings, CMA tokens",
                required=False,
            ),
        ),
        drafts=True,
    ),
    plans=(
        Plan(
            "Free",
            usd_month="0",
            for_clients=False,
            note="not for commercial use; 100,000 API calls and 50 GB a month",
            source="contentful.com/help/admin/usage/usage-limit",
            as_of="2025-02-18",
            certainty="A",
        ),
        Plan(
            "Lite",
            usd_month="300",
            note="1 million API calls and 100 GB a month, then $5 a million and $0.15 a GB",
            source="public price tables",
            as_of="2026-09-01",
        ),
    ),
    traits=frozenset(
        {"structured_content", "workflows", "localization", "visual_editing", "image_cdn"}
    ),
    summary="Structured content with workflows and locales for large editorial teams.",
)
