"""Estimates the cost of a run by the tool's own price table."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from platform_cli import api
from platform_cli.cost.amounts import Range
from platform_cli.cost.cost_lines import Group

HOURS_PER_MONTH: Final = Decimal(730)
IDLE: Final = {"content_edits": 0, "page_views": 0, "pages": 10}
USAGE: Final = {"content_edits": 3, "builds_per_change": 1, "page_views": 50, "pages": 10}
"""Three builds, one delivery and some requests, and rather more than a run makes."""


@dataclass(frozen=True, slots=True)
class RunCost:
    """Estimated dollars of a run. The bill of AWS may differ."""

    requests: Range
    """Builds, calls, requests and transfers."""
    idle_month: Range
    """A whole month of the same client without any use: alarms, timers, sweeps."""

    def estimate(self, seconds: float) -> Range:
        """Return the cost of a run that takes this long."""
        hours = Decimal(seconds) / 3600
        return self.requests + self.idle_month * (hours / HOURS_PER_MONTH)


def estimate_run_cost(client: str, environment: str, workspace: Path) -> RunCost:
    """Estimate a run of this client, AWS only: the vendor of the run costs nothing."""

    def estimate_month(usage: dict[str, int]) -> Range:
        cost = api.estimate_client_cost(client, environment, usage=usage, workspace=workspace)
        return cost.estimate.group_total(Group.AWS)

    idle, used = estimate_month(IDLE), estimate_month(USAGE)
    return RunCost(used + idle * -1, idle)
