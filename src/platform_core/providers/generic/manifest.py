"""What a sender of one's own needs."""

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
                "what both sides sign with: whsec_ and the base64 of 24 to 64 random bytes",
            ),
            SecretNeed(
                "read_token",
                "sent as a bearer's token to listing_url; without it the listing is public",
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
            note="what the sender itself costs is not known here",
            source="standard-webhooks/standard-webhooks, an open specification",
            as_of="2026-11-20",
        ),
    ),
    traits=frozenset({"own_system", "self_hosted", "structured_content"}),
    summary="Articles, pages and products of a system of one's own, by signed webhooks.",
)
