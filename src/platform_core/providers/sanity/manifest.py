"""The manifest of Sanity."""

from platform_core.contract import DRAFTS_TOKEN
from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

_PRICING = "sanity.io/answers, quoting the pricing page"

PROVIDER = Provider(
    name="sanity",
    label="Sanity",
    kind=Kind.CMS,
    tier=Tier.PROFESSIONAL,
    engines=("astro", "gatsby", "nextjs", "nuxt"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "secret of the GROQ-powered webhook: sanity.io/manage, API, Webhooks",
            ),
            SecretNeed(
                "read_token",
                "API token with the role Viewer: sanity.io/manage, API, Tokens",
            ),
            SecretNeed(
                DRAFTS_TOKEN,
                "API token with the role Viewer, for previews with drafts: sanity.io/manage, API, "
                "Tokens",
                required=False,
            ),
            SecretNeed(
                "manage_token",
                "API token that can manage the project's webhooks (role Administrator), for "
                "automatic registration: sanity.io/manage, API, Tokens",
                required=False,
            ),
        ),
        drafts=True,
    ),
    plans=(
        Plan(
            "Free",
            usd_month="0",
            seats=20,
            note="only the roles Administrator and Viewer; 10,000 documents, "
            "250,000 API requests and 100 GB a month; 2 webhooks",
            source=_PRICING,
            as_of="2026-08-14",
        ),
        Plan(
            "Growth",
            usd_month="15",
            per="seat",
            note="4 webhooks",
            source=_PRICING,
            as_of="2026-08-14",
        ),
    ),
    traits=frozenset(
        {
            "structured_content",
            "for_agencies",
            "usage_based",
            "visual_editing",
            "localization",
            "image_cdn",
        }
    ),
    summary="Structured content for agencies; documents, portable text and an image pipeline.",
)
