"""The manifest of Decap. Its backend is a Git host, which also sends the webhooks."""

from platform_core.contract import LOGIN_SECRET
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
                "secret of the repository's webhook: GitHub, Settings, Webhooks; GitLab, "
                "Settings, Webhooks: its signing token (whsec_...), otherwise its secret token",
            ),
            SecretNeed(
                "read_token",
                "access token that can read the repository: GitHub, fine-grained, Contents "
                "read; GitLab, a project access token with the scope read_api",
            ),
            SecretNeed(
                "manage_token",
                "access token that can create the webhook: GitHub, fine-grained, Webhooks "
                "write; GitLab, a maintainer's token with the scope api",
                required=False,
            ),
            SecretNeed(
                LOGIN_SECRET,
                "client secret of the GitHub OAuth app that login_client_id names",
                required=False,
            ),
        ),
        drafts=True,
    ),
    plans=(
        Plan(
            "Open source",
            usd_month="0",
            note="MIT; the repository's host can cost extra",
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
