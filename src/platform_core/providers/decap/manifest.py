"""Decap's facts. The Git host is its backend, and sends the webhooks."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

PROVIDER = Provider(
    name="decap",
    label="Decap CMS",
    kind=Kind.CMS,
    tier=Tier.BUDGET,
    engines=("hugo", "eleventy", "astro", "gatsby"),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "the secret of the repository's webhook: GitHub, Settings, Webhooks",
            ),
            SecretNeed(
                "read_token",
                "a fine-grained access token that may read the repository's contents",
            ),
        ),
    ),
    plans=(
        Plan(
            "Open source",
            usd_month="0",
            note="MIT; the repository's host is extra where it is not free",
            source="decaporg/decap-cms LICENSE",
            as_of="2026-06-23",
            verified=True,
        ),
    ),
    traits=frozenset({"git_based", "budget_conscious", "technical_team", "simple_needs"}),
    summary="Markdown files in a GitHub repository, edited in the browser; nothing to pay.",
)
