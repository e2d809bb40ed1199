"""The needs that a recommendation can consider, by key."""

from collections.abc import Mapping
from typing import Final

NEEDS: Final[Mapping[str, str]] = {
    "budget_conscious": "cost counts twice",
    "simple_needs": "few pages, few parts",
    "technical_team": "the editors know Git and servers",
    "content_management": "people write articles and pages in a CMS",
    "content_heavy": "a lot of content of many kinds",
    "design_agency": "an agency designs and builds the site",
    "visual_editing": "editors see the page while they edit",
    "performance_critical": "fast pages are the top priority",
    "enterprise_features": "roles, workflows, large teams",
    "simple_products": "the site sells a few products",
    "subscriptions": "customers pay for products regularly",
    "custom_checkout": "the checkout matches the design of the site",
    "workflows": "drafts are reviewed before publication",
    "localization": "the CMS keeps each text in several languages",
    "multiple_providers": "a CMS and a shop on one site",
    "future_composition": "providers will be added or changed",
    "analytics_needs": "the events of all providers are analyzed together",
    "complex_workflows": "one change triggers others",
    "simple_site": "one provider at most",
    "minimal_cost": "the lowest possible cost",
    "traditional_workflow": "a push builds the site",
}
"""The keys of G-01, F-02 and F-03, and four that only providers can meet."""
