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
                "the secret of the repository's webhook: GitHub, Settings, Webhooks; GitLab, "
                "Settings, Webhooks: its signing token (whsec_...), else its secret token",
            ),
            SecretNeed(
                "read_token",
                "an access token that may read the repository: GitHub, fine-grained, Contents "
                "read; GitLab, a project access token with the scope read_api",
            ),
            SecretNeed(
                "manage_token",
                "an access token that may make the webhook: GitHub, fine-grained, Webhooks write; "
                "GitLab, a maintainer's with the scope api",
                required=False,
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
            certainty="A",
        ),
    ),
    traits=frozenset(
        {"git_based", "git_accounts", "free", "open_source", "workflows", "localization"}
    ),
    summary="Markdown files in a repository on GitHub or GitLab, edited in the browser; free.",
)
