"""The rules of the score: each point has its reason and its source.

A rule checks one component of a site for one trait. It names no provider and no engine.
"""

from dataclasses import dataclass
from typing import Final

from platform_cli.recommend.combination import Component
from platform_cli.recommend.requirements import known_skills

CMS, SHOP, ENGINE, SITE = Component.CMS, Component.SHOP, Component.ENGINE, Component.SITE

OUR_JUDGEMENT: Final = "our judgement"
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
"""Sources of the rules. "Published" refers to the documents that this project started from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives points to a component with a trait, if the condition applies."""

    condition: str
    """A need, a skill, or the name of a number; empty if the rule always applies."""
    component: Component
    trait: str
    points: int
    """Negative for a disadvantage."""
    reason: str
    """Text for a component that has the trait, after its name."""
    source: str
    absent_reason: str = ""
    """Text for a component without the trait; empty for no text."""
    above: int | None = None
    """Threshold of a number: the rule applies above it."""
    max_count: int | None = None
    """Counts the points once per unit above the threshold, at most this many times."""
    below: int | None = None
    """Threshold of a number: the rule applies below it."""


@dataclass(frozen=True, slots=True)
class HardConstraint:
    """Rules out every component without a trait, if the need applies.

    An empty trait requires only that the component exists.
    """

    need: str
    component: Component
    trait: str
    absent_reason: str


HARD_CONSTRAINTS: Final = (
    HardConstraint("content_management", CMS, "", "no CMS"),
    HardConstraint("content_heavy", CMS, "", "no CMS"),
    HardConstraint("visual_editing", CMS, "visual_editing", "no known visual editing"),
    HardConstraint("workflows", CMS, "workflows", "no known draft review"),
    HardConstraint("localization", CMS, "localization", "no known support for several languages"),
    HardConstraint("simple_products", SHOP, "", "no shop"),
    HardConstraint("subscriptions", SHOP, "subscriptions", "no known subscriptions"),
    HardConstraint(
        "custom_checkout",
        SHOP,
        "custom_checkout",
        "no known custom checkout",
    ),
    HardConstraint("multiple_providers", SITE, "composed", "at most one provider"),
)
"""Numbers exclude choices as well: a budget, and products or orders without a shop."""

COMPATIBILITY_POINTS: Final = 2
"""Points for each of the ten compatibility points."""
DOLLARS_PER_POINT: Final = 10
COST_WEIGHTS: Final = {"": 1, "budget_conscious": 1, "minimal_cost": 1}
"""Points that each `DOLLARS_PER_POINT` of expected monthly cost deducts, by need."""
MODE_POINTS: Final = 3
"""Points for the recommended mode, for a site that supports both modes."""

RULES: Final = (
    # --- always
    Rule("", CMS, "self_hosted", -5, "needs a server that you maintain", OUR_JUDGEMENT),
    Rule("", SHOP, "self_hosted", -5, "needs a server that you maintain", OUR_JUDGEMENT),
    Rule("", CMS, "own_system", -10, "is for a system that you already have", OUR_JUDGEMENT),
    Rule("", SITE, "composed", 6, "can publish and sell", ADVICE),
    # --- money
    Rule(
        "budget_conscious", CMS, "free", 6, "is free for any number of editors",
        CMS_GUIDE, "charges from a certain size, or needs a server",
    ),
    Rule(
        "budget_conscious", SHOP, "transaction_based", 6, "charges per order", SHOP_GUIDE,
        "charges per month, or needs a server",
    ),
    Rule("minimal_cost", CMS, "free", 6, "is free for any number of editors", CMS_GUIDE),
    # --- simplicity
    Rule(
        "simple_needs", CMS, "git_based", 4, "keeps the content in the site's repository",
        CMS_GUIDE, "is a separate service",
    ),
    Rule(
        "simple_needs", SHOP, "sells_cms", 4,
        "sells the products of the CMS, without a second catalog", ADAPTER,
        "has a separate catalog to maintain",
    ),
    Rule(
        "simple_needs", ENGINE, "light", 4, "is small and installs in seconds",
        MEASURED, "includes a framework",
    ),
    Rule(
        "simple_needs", ENGINE, "intermediate", 4, "is quick to learn", ENGINE_GUIDE,
        "takes time to learn",
    ),
    Rule("simple_site", SITE, "single", 6, "has at most one provider to maintain", FACTORS),
    Rule("simple_site", ENGINE, "light", 3, "is small and installs in seconds", MEASURED),
    Rule(
        "simple_products", SHOP, "sells_cms", 5, "sells the products of the CMS",
        ADAPTER, "has a separate catalog to maintain",
    ),
    Rule(
        "traditional_workflow", CMS, "git_based", 4, "publishes on a Git push", CMS_GUIDE,
        "publishes from its own interface",
    ),
    # --- who works on it
    Rule(
        "technical_team", CMS, "git_based", 5, "is edited and reviewed like code",
        CMS_GUIDE, "keeps the content outside Git",
    ),
    Rule(
        "technical_team", CMS, "self_hosted", 4, "can be changed by a technical team",
        OUR_JUDGEMENT,
    ),
    Rule(
        "technical_team", SHOP, "self_hosted", 4, "can be changed by a technical team",
        OUR_JUDGEMENT,
    ),
    Rule(
        "technical_team", ENGINE, "advanced", 3, "gives a technical team more room",
        ENGINE_GUIDE,
    ),
    Rule(
        "editors", CMS, "git_accounts", -1,
        "needs a Git account for each editor", "decapcms.org/docs, backends, 2026-11",
        above=2, max_count=10,
    ),
    Rule(
        "team", ENGINE, "intermediate", 3, "can be maintained by one person", ENGINE_GUIDE,
        below=2,
    ),
    Rule(
        "team", CMS, "structured_content", 3,
        "keeps content apart from code that many people change",
        OUR_JUDGEMENT, above=4,
    ),
    *(
        Rule(skill, ENGINE, skill, 6, f"is written in {skill}, which the team knows",
             STARTER, f"does not use the team's {skill}")
        for skill in known_skills()
    ),
    # --- content
    Rule(
        "content_management", CMS, "structured_content", 3,
        "keeps content by type and field", CMS_GUIDE,
    ),
    Rule(
        "content_management", CMS, "visual_editing", 3, "shows the page during editing", CMS_GUIDE,
    ),
    Rule(
        "content_heavy", CMS, "structured_content", 6, "keeps content by type and field",
        CMS_GUIDE, "keeps content in files",
    ),
    Rule(
        "content_heavy", ENGINE, "quick_builds", 4, "builds 1,000 pages in seconds",
        MEASURED, "builds many pages slowly",
    ),
    Rule(
        "design_agency", CMS, "for_agencies", 6, "is made for agencies with their own designs",
        CMS_GUIDE,
        "is not made for agencies",
    ),
    Rule(
        "design_agency", ENGINE, "components", 4, "builds pages from components",
        STARTER, "has no components",
    ),
    Rule(
        "complex_workflows", CMS, "workflows", 8, "reviews drafts before publication",
        DOCUMENTED, "publishes without a review",
    ),
    Rule(
        "languages", CMS, "localization", 4, "keeps texts in several languages",
        DOCUMENTED, "keeps one language, as far as known", above=1, max_count=3,
    ),
    # --- speed
    Rule(
        "performance_critical", ENGINE, "excellent", 6, "builds excellently fast pages",
        ENGINE_GUIDE, "builds good pages, but not the fastest",
    ),
    Rule(
        "performance_critical", ENGINE, "components", 6,
        "loads scripts only for components that need them", ADVICE,
    ),
    Rule(
        "performance_critical", CMS, "structured_content", 4, "delivers structured content",
        ADVICE, "delivers whole files",
    ),
    Rule(
        "performance_critical", CMS, "image_cdn", 4, "scales and serves images itself",
        DOCUMENTED, "leaves images to the site",
    ),
    Rule(
        "performance_critical", SHOP, "image_cdn", 4, "scales and serves images itself",
        DOCUMENTED, "leaves images to the site",
    ),
    Rule(
        "performance_critical", SHOP, "no_script", 6, "adds no script to the pages",
        ADAPTER, "adds its script to every page",
    ),
    # --- size
    Rule(
        "enterprise_features", CMS, "enterprise_tier", 40,
        "has roles, workflows and locales for large teams", ADVICE,
        "is not an enterprise-tier CMS",
    ),
    Rule(
        "enterprise_features", SHOP, "enterprise_tier", 10, "is an enterprise-tier shop",
        ADVICE, "is not an enterprise-tier shop",
    ),
    Rule(
        "enterprise_features", ENGINE, "react", 10, "has the React ecosystem", ADVICE,
        "is outside the React ecosystem",
    ),
    Rule(
        "products", SHOP, "catalogue", 6, "has its own catalog and inventory",
        ADAPTER, "leaves the catalog to the CMS", above=50,
    ),
    Rule("future_composition", SITE, "composed", 3, "is already composed", FACTORS),
)  # fmt: skip


def referenced_traits() -> set[tuple[Component, str]]:
    """Return every trait that a rule or a constraint refers to."""
    traits = {(rule.component, rule.trait) for rule in RULES}
    return traits | {
        (constraint.component, constraint.trait)
        for constraint in HARD_CONSTRAINTS
        if constraint.trait
    }
