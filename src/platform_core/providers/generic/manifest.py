"""The manifest of a custom sender."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="generic",
    label="Any sender (Standard Webhooks)",
    kind=Kind.CMS,
    tier=Tier.BUDGET,
    engines=("hugo", "eleventy", "astro", "gatsby", "nextjs", "nuxt"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "signing secret of both sides: whsec_ and the base64 of 24 to 64 random bytes",
            ),
            SecretNeed(
                "read_token",
                "bearer token for listing_url; without it, the listing has to be public",
                required=False,
            ),
        ),
        listing=False,
    ),
    plans=(
        Plan(
            "Your own",
            usd_month="0",
            hosted_by_oneself=True,
            note="the costs of the sender itself are unknown here",
            source="standard-webhooks/standard-webhooks, an open specification",
            as_of="2026-11-20",
        ),
    ),
    traits=frozenset({"own_system", "self_hosted", "structured_content"}),
    summary="Articles, pages and products of your own system, by signed webhooks.",
)
