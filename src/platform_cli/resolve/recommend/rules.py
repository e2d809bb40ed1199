"""What speaks for whom: every point of a score is one row here, with its reason and its source.

A rule looks at one part of a site for one trait. It names no provider and no engine.
"""

from dataclasses import dataclass
from typing import Final

from platform_cli.resolve.recommend.choice import Of
from platform_cli.resolve.recommend.requirements import skills

OURS: Final = "our judgement"
CMS_GUIDE: Final = "published guide to CMSs (C-R03..C-R06)"
SHOP_GUIDE: Final = "published guide to shops (C-R07..C-R09)"
ENGINE_GUIDE: Final = "published guide to engines (C-R13)"
ADVICE: Final = "published recommendations (G-02..G-04)"
FACTORS: Final = "published factors of the mode (F-02..F-05)"
TABLE: Final = "published compatibility scores (C-R14..C-R17)"
ADAPTER: Final = "its adapter here"
STARTER: Final = "its starter here"
MEASURED: Final = "measured here, 2026-11"
DOCUMENTED: Final = "its documentation, 2026-11"
"""Where rules come from. "Published": in the documents that this project started from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where this is asked for, a part with the trait gets the points."""

    asked: str
    """A need, a skill, a number; empty: always."""
    of: Of
    trait: str
    points: int
    """Below zero: it speaks against the part."""
    reason: str
    """What is said of a part that has the trait, after its name."""
    source: str
    lack: str = ""
    """What is said of one that has it not; empty: nothing."""
    above: int | None = None
    """Of a number: only beyond this."""
    most: int | None = None
    """Of a number: the points count for each beyond `above`, so many times at most."""
    below: int | None = None
    """Of a number: only under this."""


@dataclass(frozen=True, slots=True)
class Must:
    """Where this is asked for, whatever lacks it is ruled out; an empty trait: the part itself."""

    asked: str
    of: Of
    trait: str
    lack: str


MUSTS: Final = (
    Must("content_management", Of.CMS, "", "no CMS"),
    Must("content_heavy", Of.CMS, "", "no CMS"),
    Must("visual_editing", Of.CMS, "visual_editing", "no editing on the page that we know of"),
    Must("workflows", Of.CMS, "workflows", "no review of drafts that we know of"),
    Must("localization", Of.CMS, "localization", "no texts in several languages that we know of"),
    Must("simple_products", Of.SHOP, "", "no shop"),
    Must("subscriptions", Of.SHOP, "subscriptions", "no subscriptions that we know of"),
    Must(
        "custom_checkout",
        Of.SHOP,
        "custom_checkout",
        "no checkout of one's own look that we know of",
    ),
    Must("multiple_providers", Of.SITE, "composed", "one provider at most"),
)
"""Numbers rule out, too: the budget, and products and orders whatever has no shop."""

COMPATIBLE: Final = 2
"""Points for each of the ten of the compatibility score."""
DOLLARS_PER_POINT: Final = 10
MONEY: Final = {"": 1, "budget_conscious": 1, "minimal_cost": 1}
"""Where this is asked for, a point is taken for each so many dollars of an expected month."""
MODE: Final = 3
"""Points for the mode that the needs speak for, where a site can be run in both."""

RULES: Final = (
    # --- whatever is asked for
    Rule("", Of.CMS, "self_hosted", -5, "needs a server that somebody looks after", OURS),
    Rule("", Of.SHOP, "self_hosted", -5, "needs a server that somebody looks after", OURS),
    Rule("", Of.CMS, "own_system", -10, "is for a system that somebody has already", OURS),
    Rule("", Of.SITE, "composed", 6, "can publish and sell", ADVICE),
    # --- money
    Rule(
        "budget_conscious", Of.CMS, "free", 6, "costs nothing, however many edit",
        CMS_GUIDE, "asks for money from some size on, or for a server",
    ),
    Rule(
        "budget_conscious", Of.SHOP, "transaction_based", 6, "is paid by the order", SHOP_GUIDE,
        "is paid by the month, or needs a server",
    ),
    Rule("minimal_cost", Of.CMS, "free", 6, "costs nothing, however many edit", CMS_GUIDE),
    # --- simplicity
    Rule(
        "simple_needs", Of.CMS, "git_based", 4, "keeps the content in the site's repository",
        CMS_GUIDE, "is a service of its own beside the site",
    ),
    Rule(
        "simple_needs", Of.SHOP, "sells_cms", 4, "sells what the CMS holds: no second catalogue",
        ADAPTER, "has a catalogue of its own to keep",
    ),
    Rule(
        "simple_needs", Of.ENGINE, "light", 4, "is small and installs in seconds",
        MEASURED, "brings a framework along",
    ),
    Rule(
        "simple_needs", Of.ENGINE, "intermediate", 4, "is soon learnt", ENGINE_GUIDE,
        "takes time to learn",
    ),
    Rule("simple_site", Of.SITE, "single", 6, "has one provider to look after at most", FACTORS),
    Rule("simple_site", Of.ENGINE, "light", 3, "is small and installs in seconds", MEASURED),
    Rule(
        "simple_products", Of.SHOP, "sells_cms", 5, "sells what the CMS holds",
        ADAPTER, "has a catalogue of its own to keep",
    ),
    Rule(
        "traditional_workflow", Of.CMS, "git_based", 4, "publishes by a push", CMS_GUIDE,
        "publishes by its own button",
    ),
    # --- who works on it
    Rule(
        "technical_team", Of.CMS, "git_based", 5, "is edited and reviewed as code is",
        CMS_GUIDE, "keeps the content out of Git",
    ),
    Rule("technical_team", Of.CMS, "self_hosted", 4, "can be changed by a technical team", OURS),
    Rule("technical_team", Of.SHOP, "self_hosted", 4, "can be changed by a technical team", OURS),
    Rule(
        "technical_team", Of.ENGINE, "advanced", 3, "gives a technical team more room",
        ENGINE_GUIDE,
    ),
    Rule(
        "editors", Of.CMS, "git_accounts", -1,
        "needs an account of the Git host for each editor", "decapcms.org/docs, backends, 2026-11",
        above=2, most=10,
    ),
    Rule("team", Of.ENGINE, "intermediate", 3, "can be kept by one person", ENGINE_GUIDE, below=2),
    Rule(
        "team", Of.CMS, "structured_content", 3, "keeps content apart from the code many work on",
        OURS, above=4,
    ),
    *(
        Rule(skill, Of.ENGINE, skill, 6, f"is written in {skill}, which the team knows",
             STARTER, f"does not use the team's {skill}")
        for skill in skills()
    ),
    # --- content
    Rule(
        "content_management", Of.CMS, "structured_content", 3,
        "keeps content by type and field", CMS_GUIDE,
    ),
    Rule(
        "content_management", Of.CMS, "visual_editing", 3, "shows the page as one edits", CMS_GUIDE,
    ),
    Rule(
        "content_heavy", Of.CMS, "structured_content", 6, "keeps content by type and field",
        CMS_GUIDE, "keeps content in files",
    ),
    Rule(
        "content_heavy", Of.ENGINE, "quick_builds", 4, "builds 1,000 pages in seconds",
        MEASURED, "takes its time for many pages",
    ),
    Rule(
        "design_agency", Of.CMS, "for_agencies", 6, "is made for agencies' own designs", CMS_GUIDE,
        "is not made with agencies in mind",
    ),
    Rule(
        "design_agency", Of.ENGINE, "components", 4, "builds pages of components",
        STARTER, "has no components of its own",
    ),
    Rule(
        "complex_workflows", Of.CMS, "workflows", 8, "reviews drafts before they go live",
        DOCUMENTED, "publishes without a review",
    ),
    Rule(
        "languages", Of.CMS, "localization", 4, "keeps each text in several languages",
        DOCUMENTED, "keeps one language, as far as we know", above=1, most=3,
    ),
    # --- speed
    Rule(
        "performance_critical", Of.ENGINE, "excellent", 6, "makes pages of excellent speed",
        ENGINE_GUIDE, "makes good pages, not the fastest",
    ),
    Rule(
        "performance_critical", Of.ENGINE, "components", 6,
        "loads a script only where a component asks for it", ADVICE,
    ),
    Rule(
        "performance_critical", Of.CMS, "structured_content", 4, "delivers structured content",
        ADVICE, "delivers whole files",
    ),
    Rule(
        "performance_critical", Of.CMS, "image_cdn", 4, "scales and serves its own pictures",
        DOCUMENTED, "leaves pictures to the site",
    ),
    Rule(
        "performance_critical", Of.SHOP, "image_cdn", 4, "scales and serves its own pictures",
        DOCUMENTED, "leaves pictures to the site",
    ),
    Rule(
        "performance_critical", Of.SHOP, "no_script", 6, "adds no script to the pages",
        ADAPTER, "adds its script to every page",
    ),
    # --- size
    Rule(
        "enterprise_features", Of.CMS, "enterprise_tier", 40,
        "brings roles, workflows and locales for large teams", ADVICE,
        "is no CMS of the enterprise tier",
    ),
    Rule(
        "enterprise_features", Of.SHOP, "enterprise_tier", 10, "is a shop of the enterprise tier",
        ADVICE, "is no shop of the enterprise tier",
    ),
    Rule(
        "enterprise_features", Of.ENGINE, "react", 10, "has the React ecosystem behind it", ADVICE,
        "is outside the React ecosystem",
    ),
    Rule(
        "products", Of.SHOP, "catalogue", 6, "has a catalogue and a stock of its own",
        ADAPTER, "leaves the catalogue to the CMS", above=50,
    ),
    Rule("future_composition", Of.SITE, "composed", 3, "is composed already", FACTORS),
)  # fmt: skip


def known_traits() -> set[tuple[Of, str]]:
    """All that a rule asks of a part."""
    asked = {(rule.of, rule.trait) for rule in RULES}
    return asked | {(must.of, must.trait) for must in MUSTS if must.trait}
