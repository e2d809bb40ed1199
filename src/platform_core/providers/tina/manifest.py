"""The manifest of Tina: an editor for a GitHub repository, self-hosted or on TinaCloud."""

from platform_core.provider import Kind, Needs, Plan, Provider, SecretNeed, Tier

_PRICING = "tina.io/pricing"
_READ = "2026-09-08"

PROVIDER = Provider(
    name="tina",
    label="TinaCMS",
    kind=Kind.CMS,
    tier=Tier.BUDGET_PLUS,
    engines=("astro", "eleventy", "nextjs", "nuxt"),
    aliases=("tinacms",),
    needs=Needs(
        secrets=(
            SecretNeed(
                "webhook_secret",
                "secret of the repository's webhook: GitHub, Settings, Webhooks; with "
                "webhooks: tinacloud, a long random value in the header that TinaCloud adds",
            ),
            SecretNeed(
                "read_token",
                "fine-grained GitHub access token that can read the repository's contents",
            ),
            SecretNeed(
                "manage_token",
                "fine-grained GitHub access token with Webhooks: write, to create the webhook",
                required=False,
            ),
        ),
        drafts=True,
    ),
    plans=(
        Plan(
            "Self-hosted",
            usd_month="0",
            hosted_by_oneself=True,
            note="open source; the repository's host can cost extra",
            source="tinacms/tinacms LICENSE, from memory",
            as_of="2026-11-20",
            certainty="D",
        ),
        Plan(
            "TinaCloud Free",
            usd_month="0",
            seats=2,
            source=_PRICING,
            as_of=_READ,
            certainty="A",
        ),
        Plan(
            "TinaCloud Team",
            usd_month="29",
            seats=3,
            note="$290 paid yearly",
            source=_PRICING,
            as_of=_READ,
            certainty="A",
        ),
        Plan(
            "TinaCloud Team Plus",
            usd_month="49",
            seats=5,
            note="editorial workflow",
            source=_PRICING,
            as_of=_READ,
        ),
        Plan(
            "TinaCloud Business",
            usd_month="299",
            usd_month_low="249",
            seats=20,
            note="$249 paid yearly, according to another note",
            source=_PRICING,
            as_of=_READ,
            certainty="C",
        ),
    ),
    traits=frozenset({"git_based", "open_source", "visual_editing"}),
    summary="Markdown files in a GitHub repository, edited on the page itself; free to start with.",
)
