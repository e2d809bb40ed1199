"""What can be asked for, by the key that a person writes."""

from collections.abc import Mapping
from typing import Final

NEEDS: Final[Mapping[str, str]] = {
    "budget_conscious": "money counts twice",
    "simple_needs": "few pages, few parts",
    "technical_team": "whoever edits knows Git and servers",
    "content_management": "people write articles and pages in a CMS",
    "content_heavy": "much content of many kinds",
    "design_agency": "an agency designs and builds it",
    "visual_editing": "editors see the page while they edit",
    "performance_critical": "pages must be fast above all",
    "enterprise_features": "roles, workflows, large teams",
    "simple_products": "a few products are sold",
    "subscriptions": "products are paid again and again",
    "custom_checkout": "the checkout looks like the site",
    "workflows": "drafts are reviewed before they go live",
    "localization": "the CMS keeps each text in several languages",
    "multiple_providers": "a CMS and a shop on one site",
    "future_composition": "providers will be added or changed",
    "analytics_needs": "events of all providers are looked at together",
    "complex_workflows": "one change sets off others",
    "simple_site": "one provider at most",
    "minimal_cost": "the cheapest that works",
    "traditional_workflow": "a push builds the site",
}
"""The keys of G-01, F-02 and F-03, and four that are a provider's alone to have."""
