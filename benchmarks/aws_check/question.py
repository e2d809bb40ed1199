"""The question before a run: what it makes, what stays, what it costs."""

from dataclasses import dataclass

from benchmarks.aws_check.report import describe_cost
from platform_cli.cost.amounts import Range
from platform_cli.prompts.confirmations import require_confirmation
from platform_cli.screen import Screen
from platform_cli.targets.target import Target


@dataclass(frozen=True, slots=True)
class Proposal:
    """A run that has not begun."""

    target: Target
    stack: str
    resource_count: int
    cost: Range
    """Estimated dollars."""


def require_agreement(screen: Screen, proposal: Proposal) -> None:
    """Describe a run on AWS and ask for it. Raises `PlatformError` on a no.

    Without a terminal and without `--yes`, it raises `UsageError`. The embedded cloud costs nothing
    and keeps nothing, so there is no question.
    """
    target = proposal.target
    if target.is_local:
        screen.say("Runs on the embedded cloud of this machine: no account, no costs.")
        return
    screen.say(f"Account {target.account}, region {target.region}.")
    screen.say(
        f"Makes: the stack {proposal.stack} with {proposal.resource_count} resources, twice, and "
        "one secret. Deletes them again. Takes up to two hours, because CloudFront is slow."
    )
    screen.say(
        "Stays: the CDK's bootstrap (the stack CDKToolkit, once for each account and region) with "
        "the uploaded functions in its bucket, and metrics, which expire."
    )
    screen.say(f"Costs: {describe_cost(proposal.cost)}.")
    require_confirmation(screen, "Begin?")
