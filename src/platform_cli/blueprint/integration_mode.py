"""Choose direct or event-driven mode for a client's requirements (F-01..F-05)."""

from collections.abc import Iterable, Mapping

from platform_cli.config.model import IntegrationMode

FACTORS = {
    IntegrationMode.EVENT_DRIVEN: frozenset(
        {"multiple_providers", "future_composition", "analytics_needs", "complex_workflows"}
    ),
    IntegrationMode.DIRECT: frozenset({"simple_site", "minimal_cost", "traditional_workflow"}),
}
"""The factors in favor of each mode (F-02, F-03)."""

REASONS = {
    IntegrationMode.EVENT_DRIVEN: "Composition capabilities recommended",
    IntegrationMode.DIRECT: "Simple workflow recommended",
}


def choose_integration_mode(
    requirements: Mapping[str, object] | Iterable[str],
) -> tuple[IntegrationMode, str]:
    """Return the mode with more factors in its favor, and the reason. A tie gives direct mode.

    Takes the names of the requirements, or a mapping of each name to a truth value. Names that
    are no factor of a mode are ignored.

    >>> mode, reason = choose_integration_mode({"multiple_providers", "future_composition"})
    >>> f"Recommended: {mode.value} - {reason}"
    'Recommended: event_driven - Composition capabilities recommended'
    """
    if isinstance(requirements, Mapping):
        needed = {name for name, is_needed in requirements.items() if is_needed}
    else:
        needed = set(requirements)
    votes = {mode: len(needed & factors) for mode, factors in FACTORS.items()}
    leads = votes[IntegrationMode.EVENT_DRIVEN] > votes[IntegrationMode.DIRECT]
    mode = IntegrationMode.EVENT_DRIVEN if leads else IntegrationMode.DIRECT
    return mode, REASONS[mode]
