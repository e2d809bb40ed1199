"""Replay stored deliveries, selected by id, time, provider or failure.

A replay is safe to repeat: an older version never replaces a newer one, and subscribers receive no
event twice. A delivery that is pending, or was replayed less than a minute ago, is skipped.

    platform replay acme --failed
    platform replay acme --since 2h --provider sanity --dry-run
    platform replay acme --id sanity#3f9c --yes
"""

import math
import time
from typing import Annotated

import typer

from platform_cli.api.deliveries import replays
from platform_cli.commands._arguments import Client, Env, Local, Rate
from platform_cli.errors import Exit
from platform_cli.prompts.confirmations import require_confirmation
from platform_cli.session import Outcome, Session
from platform_cli.times import TIME_FORMATS, parse_time
from platform_cli.views.deliveries import replay_data, show_replay, show_replay_plan

Ids = Annotated[
    list[str] | None,
    typer.Option(
        "--id", metavar="ID", help="Id of a delivery, or the beginning of it; repeatable."
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help=f"Received since then: {TIME_FORMATS}."),
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Received until then.")]
OnlyProvider = Annotated[
    str | None, typer.Option("--provider", metavar="P", help="Only from this provider.")
]
OnlyFailed = Annotated[
    bool, typer.Option("--failed", help="Only failed and quarantined deliveries.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="List the deliveries, and replay none.")]
Most = Annotated[
    int,
    typer.Option(
        "--max", metavar="N", min=1, help="Maximum number of deliveries, the oldest first."
    ),
]


def run(
    session: Session, client: Client, id_: Ids = None, since: Since = None, until: Until = None,
    provider: OnlyProvider = None, failed: OnlyFailed = False, dry_run: DryRun = False,
    rate: Rate = 10, most: Most = 1000, env: Env = None, local: Local = False,
) -> Outcome:  # fmt: skip
    """Data: {client_id, dry_run, matching: [{id, provider, received_at, status, reason}],
    replayed: [{id, number, status, reason}], skipped: [{id, reason}], left}."""
    screen, now = session.screen, time.time()
    deliveries = replays.DeliveryFilter(
        ids=tuple(id_ or ()),
        since=parse_time(since, now) if since else 0.0,
        until=parse_time(until, now) if until else math.inf,
        provider=provider,
        failed=failed,
    )
    location = session.location(env, local=local)
    plan = replays.plan_replay(client, deliveries, maximum=most, **location)
    show_replay_plan(screen, plan)
    result = replays.ReplayResult()
    if plan.selected and not dry_run:
        require_confirmation(screen, f"Replay {replays.format_delivery_count(len(plan.selected))}?")
        result = replays.replay(plan, rate=rate, progress=screen)
        show_replay(screen, result)
    exit_code = Exit.OK if result.succeeded else Exit.FAILURE
    return Outcome(replay_data(plan, result, dry_run=dry_run), exit_code)
