"""Estimate the monthly cost of a stack type, without a client."""

from collections.abc import Mapping
from typing import Any

from platform_cli import engines
from platform_cli.api.catalog.stacks import metadata, select_engine
from platform_cli.api.documents import validate_document
from platform_cli.blueprint.compose import make_hypothetical_blueprint
from platform_cli.blueprint.stack_types import COMPOSED, require_stack_type
from platform_cli.config.model import IntegrationMode
from platform_cli.config.usage import UsageConfig
from platform_cli.cost.amounts import round_to_cents
from platform_cli.cost.estimate import estimate_cost
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import load_price_book
from platform_cli.cost.report import estimate_data
from platform_cli.errors import UsageError


def estimate_total_cost(
    stack_type: str,
    ssg_engine: str | None = None,
    client_requirements: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Estimate the monthly cost of a client of this type at list prices; see `platform cost`.

    `monthly_cost_range` holds the low and the high value in dollars. `client_requirements` takes
    fields of a client's `usage`; other keys, such as the need `enterprise_features`, are ignored.
    Raises `PlatformError`.
    """
    kind = require_stack_type(stack_type)
    if stack_type == COMPOSED:
        raise UsageError(
            f"{COMPOSED} names no providers", hint="such as sanity_foxy_composed_stack"
        )
    engine = select_engine(stack_type, kind, ssg_engine)
    mode = IntegrationMode.EVENT_DRIVEN if len(kind.members) > 1 else IntegrationMode.DIRECT
    members = [manifest.name for manifest in kind.members]
    blueprint = make_hypothetical_blueprint(engine, members, integration_mode=mode)
    requirements = client_requirements or {}
    usage_fields = {
        name: requirements[name] for name in UsageConfig.model_fields if name in requirements
    }
    usage = Usage.from_config(validate_document(usage_fields, UsageConfig))
    book = load_price_book()
    estimate = estimate_cost(blueprint, usage, book)
    total = estimate.total
    return {
        "label": f"{metadata(stack_type)['tier_name']} + {engines.load_engine(engine).label}",
        "monthly_cost_range": (
            float(round_to_cents(total.low)),
            float(round_to_cents(total.high)),
        ),
        **estimate_data(estimate, book),
    }
