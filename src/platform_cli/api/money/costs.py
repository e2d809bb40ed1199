"""Estimate the monthly cost of clients, before or after they are deployed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from platform_cli.api.workspaces import WorkspacePath, load_config, open_workspace
from platform_cli.blueprint.compose import compose
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.usage import KnownConfig, UsageConfig
from platform_cli.cost.amounts import Range
from platform_cli.cost.compare import BreakEven, Scenario, find_break_evens, make_variant
from platform_cli.cost.estimate import Estimate, apply_free_allowances, combine_estimates
from platform_cli.cost.monthly_usage import Usage
from platform_cli.cost.price_book import PriceBook, load_price_book
from platform_cli.errors import ConfigError, Finding, UsageError
from platform_cli.recommend.published import published_figures
from platform_cli.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class ClientCost:
    """The estimated month of one client, with its inputs."""

    config: ClientServiceConfig
    scenario: Scenario
    usage: Usage
    book: PriceBook
    estimate: Estimate

    @property
    def client_id(self) -> str:
        return self.config.client_id

    @property
    def published_comparison(self) -> dict[str, Any]:
        """Published figures for comparison; they are no part of the estimate."""
        integration = self.config.service_integration
        cms, shop = integration.cms_config, integration.ecommerce_config
        combination = (
            cms.provider if cms else None,
            shop.provider if shop else None,
            integration.ssg_engine,
        )
        return published_figures(combination)


@dataclass(frozen=True, slots=True)
class CostComparison:
    """A client next to a variant of it with one change."""

    change: str
    variant: Scenario
    client: Estimate
    estimate: Estimate
    """The variant's estimate."""
    break_evens: tuple[BreakEven, ...]


@dataclass(frozen=True, slots=True)
class FleetCost:
    """A number of equal clients in one account."""

    clients: int
    total: Range
    per_client: Range


@dataclass(frozen=True, slots=True)
class WorkspaceCost:
    """All clients of a workspace in one account."""

    clients: Mapping[str, Estimate]
    account: Estimate
    book: PriceBook


def estimate_client_cost(
    client: str,
    environment: str | None = None,
    *,
    usage: Mapping[str, object] | None = None,
    workspace: WorkspacePath = None,
) -> ClientCost:
    """Estimate one client's month from its file.

    `usage` overrides fields of the file's `usage`, or of its `known` figures. Raises `UsageError`
    and `ConfigError`.
    """
    opened = open_workspace(workspace)
    config = load_config(client, environment, workspace=opened)
    return _estimate_config(config, usage or {}, load_price_book(opened.root))


def estimate_workspace_cost(
    environment: str | None = None,
    *,
    usage: Mapping[str, object] | None = None,
    workspace: WorkspacePath = None,
) -> WorkspaceCost:
    """Estimate all clients of a workspace. Raises `ConfigError` with the findings of all files."""
    opened = open_workspace(workspace)
    book = load_price_book(opened.root)
    estimates: dict[str, Estimate] = {}
    findings: list[Finding] = []
    for client_id in opened.client_ids():
        try:
            config = load_config(client_id, environment, workspace=opened)
        except ConfigError as error:
            findings += error.findings
        else:
            estimates[client_id] = _estimate_config(config, usage or {}, book).estimate
    if findings:
        raise ConfigError(tuple(findings))
    account = combine_estimates((estimate, 1) for estimate in estimates.values())
    return WorkspaceCost(estimates, account, book)


def multiply_client_cost(cost: ClientCost, clients: int) -> FleetCost:
    """Estimate a number of such clients in one account, which has its free allowances once."""
    account = combine_estimates([(cost.estimate, clients)])
    total = apply_free_allowances(account, cost.book).total
    return FleetCost(clients, total, total.map(lambda amount: amount / clients))


def compare_client_cost(cost: ClientCost, change: str) -> CostComparison:
    """Compare a client with a variant: `provider=`, `engine=`, `mode=` or `cdn=`.

    Raises `UsageError`.
    """
    variant = make_variant(cost.scenario, change, cost.book)
    return CostComparison(
        change=change,
        variant=variant,
        client=cost.estimate,
        estimate=variant.estimate(cost.usage, cost.book),
        break_evens=tuple(find_break_evens(cost.scenario, variant, cost.usage, cost.book)),
    )


def parse_usage(assignments: Iterable[str]) -> dict[str, str]:
    """Parse `key=value` pairs of usage fields. Raises `UsageError` for an unknown key."""
    names = (*_usage_fields(), *KnownConfig.model_fields)
    usage = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or key not in names:
            raise UsageError(
                f"usage {assignment!r} is not KEY=VALUE", hint=did_you_mean(key, names)
            )
        usage[key] = value
    return usage


def _estimate_config(
    config: ClientServiceConfig, overrides: Mapping[str, object], book: PriceBook
) -> ClientCost:
    usage = Usage.from_config(_override_usage(config.usage, overrides))
    scenario = Scenario(config.client_id, compose(config))
    return ClientCost(config, scenario, usage, book, scenario.estimate(usage, book))


def _override_usage(config: UsageConfig, overrides: Mapping[str, object]) -> UsageConfig:
    document = config.model_dump(exclude_none=True)
    for key, value in overrides.items():
        section = document if key in _usage_fields() else document["known"]
        section[key] = value
    try:
        return UsageConfig.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"usage {first['loc'][-1]}: {first['msg']}") from None


def _usage_fields() -> list[str]:
    return [name for name in UsageConfig.model_fields if name != "known"]
