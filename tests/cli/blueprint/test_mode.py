"""The rule that chooses an integration mode (F-01..F-05, AA-12)."""

import doctest

import pytest

from platform_cli.blueprint import integration_mode
from platform_cli.blueprint.integration_mode import choose_integration_mode
from platform_cli.config.model import IntegrationMode

DIRECT = (IntegrationMode.DIRECT, "Simple workflow recommended")
EVENT_DRIVEN = (IntegrationMode.EVENT_DRIVEN, "Composition capabilities recommended")


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ({"multiple_providers", "future_composition"}, EVENT_DRIVEN),
        ({"analytics_needs"}, EVENT_DRIVEN),
        ({"complex_workflows", "analytics_needs", "minimal_cost"}, EVENT_DRIVEN),
        ({"simple_site", "minimal_cost", "traditional_workflow"}, DIRECT),
        ({"multiple_providers", "simple_site"}, DIRECT),
        (set(), DIRECT),
        ({"budget_conscious", "content_heavy"}, DIRECT),
        ({"budget_conscious", "simple_site", "content_heavy"}, DIRECT),
    ],
)
def test_the_mode_with_more_factors_is_chosen(
    needed: set[str], expected: tuple[IntegrationMode, str]
) -> None:
    assert choose_integration_mode(needed) == expected
    assert choose_integration_mode(sorted(needed) * 2) == expected, "a name said twice counts once"
    assert choose_integration_mode(dict.fromkeys(needed, True)) == expected


def test_a_denied_need_does_not_count() -> None:
    assert choose_integration_mode({"multiple_providers": False, "simple_site": True}) == DIRECT
    assert choose_integration_mode({"multiple_providers": True, "simple_site": None}) == (
        EVENT_DRIVEN
    )


def test_its_example_runs() -> None:
    assert doctest.testmod(integration_mode).failed == 0
