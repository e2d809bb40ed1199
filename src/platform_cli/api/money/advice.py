"""Recommend providers and an engine for a set of requirements."""

from collections.abc import Mapping
from typing import Any

from platform_cli import engines
from platform_cli.api.clients.drafts import ClientOptions
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.cost.price_book import PriceBook, load_price_book
from platform_cli.errors import UsageError
from platform_cli.recommend.advice import Advice, advise
from platform_cli.recommend.combination import Choice
from platform_cli.recommend.report import recommendation_data
from platform_cli.recommend.requirements_input import RequirementsInput, merge_options
from platform_core.provider import Kind


def recommendations(requirements: Mapping[str, object], *, top: int = 5) -> list[dict[str, Any]]:
    """Return the best choices, best first, in the form of `platform recommend --json`.

    `requirements` maps each need to true or false, such as `{"budget_conscious": True}`. Raises
    `ConfigError` for an unknown need.
    """
    needs = [need for need, is_needed in requirements.items() if is_needed]
    stated = merge_options(RequirementsInput(), {"needs": needs})
    advice = advise(stated.to_requirements(), load_price_book(), top=top)
    return [recommendation_data(recommendation) for recommendation in advice.recommendations]


def recommend_stack(
    requirements: RequirementsInput, *, top: int = 5, workspace: WorkspacePath = None
) -> Advice:
    """Return the full advice, at the prices of the workspace if there is one."""
    return advise(requirements.to_requirements(), _load_prices(workspace), top=top)


def choose_ranked(advice: Advice, rank: int) -> Choice:
    """Return the recommendation at a rank, from 1. Raises `UsageError` if there are fewer."""
    if rank > len(advice.recommendations):
        possible = len(advice.ranking.possible)
        raise UsageError(
            f"there is no rank {rank}: {len(advice.recommendations)} of the {possible} choices "
            "that are possible are recommended",
            hint="--top N recommends more",
        )
    return advice.recommendations[rank - 1].choice


def client_options(
    client_id: str, choice: Choice, requirements: RequirementsInput
) -> ClientOptions:
    """Return the options of a new client that uses this choice and the stated usage."""
    # An engine without providers can be a fixed service, which has a template of its own.
    service = engines.load_engine(choice.engine).service
    return ClientOptions(
        client_id=client_id,
        template=service[0] if service and not choice.provider_names else None,
        providers={Kind.CMS: choice.cms, Kind.COMMERCE: choice.shop},
        engine=choice.engine,
        mode=str(choice.mode),
        usage=requirements.usage,
    )


def _load_prices(workspace: WorkspacePath) -> PriceBook:
    # Advice needs no workspace: outside one, the bundled prices apply.
    try:
        root = open_workspace(workspace).root
    except UsageError:
        root = None
    return load_price_book(root)
