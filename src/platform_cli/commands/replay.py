"""Drive kept deliveries again: by id, time, provider or failure.

Again changes nothing that is there already: an older version never wins, and what subscribers were
told of is not told twice. A delivery that waits, or was replayed a moment ago, is left alone.

    platform replay acme --failed
    platform replay acme --since 2h --provider sanity --dry-run
    platform replay acme --id sanity#3f9c --yes
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import (
    Local,
    blueprint,
    confirmed,
    deployed,
    known_provider,
)
from platform_cli.commands._times import HOW, ago_or_at, iso
from platform_cli.errors import Exit, UsageError
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_core.deliveries import SET_ASIDE
from platform_core.status import DeliveryStatus

if TYPE_CHECKING:
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.inbox import Driven
    from platform_core.deliveries import InboxRow

SHOWN = 20
Rate = Annotated[
    int, typer.Option("--rate", metavar="N", min=1, max=100, help="At most so many in a second.")
]


def run(
    session: Session,
    client: Client,
    id_: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help="This one, or the beginning of it; repeatable."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help=f"Received since: {HOW}.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Received until then.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="P", help="Only of this provider.")
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that failed or were quarantined.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list them.")] = False,
    rate: Rate = 10,
    most: Annotated[
        int, typer.Option("--max", metavar="N", min=1, help="At most so many, the oldest first.")
    ] = 1000,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Data: {client_id, dry_run, matching: [{id, provider, received_at, status, reason}],
    replayed: [{id, number, status, reason}], skipped: [{id, reason}], left}."""
    if not (id_ or since or provider or failed):
        raise UsageError(
            "say which deliveries", hint="--id ID, --since 2h, --provider P or --failed"
        )
    now = time.time()
    start = ago_or_at(since, now) if since else 0.0
    end = ago_or_at(until, now) if until else math.inf
    known = known_provider(blueprint(session, client, env), provider) if provider else None
    found = deployed(session, client, env, local=local)
    matching = [
        row
        for row in _candidates(found, id_ or [], start, end)
        if (known is None or row.provider == known) and (not failed or _failed(row))
    ]
    chosen, left = matching[:most], matching[most:]
    _list(session, chosen, left)
    driven = _drive(session, found, chosen, rate) if chosen and not dry_run else None
    data = {"client_id": client, "dry_run": dry_run, **_data(chosen, left, driven)}
    return Outcome(data, _exit(driven))


def _candidates(
    found: "Deployed", ids: Sequence[str], since: float, until: float
) -> "list[InboxRow]":
    """Oldest first, each with a status that may be a moment old. What was discarded comes back by
    its id only."""
    from platform_cli.deploy import inbox

    if not ids:
        listed = inbox.recent(found, since=since, until=until, newest_first=False)
        return [row for row in listed if not (_failed(row) and inbox.is_discarded(found, row))]
    named = {row.id: row for row in (inbox.one(found, each) for each in ids)}
    return [row for row in named.values() if since <= row.received_at <= until]


def _failed(row: "InboxRow") -> bool:
    return row.status in SET_ASIDE


def _drive(
    session: Session, found: "Deployed", chosen: "Sequence[InboxRow]", rate: int
) -> "Driven":
    from platform_cli.deploy import inbox

    confirmed(session, f"Drive {_count(chosen)} again?")
    with session.screen.step(f"Replaying {_count(chosen)}") as step:
        driven = inbox.replay(found, [row.id for row in chosen], rate=rate, tell=step.count)
    _say(session, driven)
    return driven


def _list(session: Session, chosen: "Sequence[InboxRow]", left: "Sequence[InboxRow]") -> None:
    rows = [[iso(row.received_at), row.id[:60], row.status, row.reason] for row in chosen[:SHOWN]]
    session.screen.table("To be driven again", ["received", "id", "status", "reason"], rows)
    if len(chosen) > SHOWN:
        session.screen.say(f"... and {len(chosen) - SHOWN} more")
    if not chosen:
        session.screen.say("No delivery matches.")
    if left:
        session.screen.warn(
            f"{len(chosen) + len(left)} deliveries match, more than --max {len(chosen)}: the "
            f"oldest come first; then go on with --since {iso(left[0].received_at)}"
        )


def _say(session: Session, driven: "Driven") -> None:
    rows = [
        *([one.id[:60], one.status, one.reason] for one in driven.replayed),
        *([one.id[:60], "left alone", one.reason] for one in driven.skipped),
    ]
    session.screen.table("Replayed", ["id", "is now", "reason"], rows)
    if driven.failure:
        session.screen.warn(
            f"{len(driven.left)} are left, and may be replayed again: {driven.failure}"
        )


def _data(
    chosen: "Sequence[InboxRow]", left: "Sequence[InboxRow]", driven: "Driven | None"
) -> Data:
    return {
        "matching": [_shown(row) for row in chosen],
        "replayed": [asdict(one) for one in driven.replayed] if driven else [],
        "skipped": [asdict(one) for one in driven.skipped] if driven else [],
        "left": len(left) + (len(driven.left) if driven else 0),
    }


def _shown(row: "InboxRow") -> dict[str, Any]:
    return {
        "id": row.id,
        "provider": row.provider,
        "received_at": iso(row.received_at),
        "status": row.status,
        "reason": row.reason,
    }


def _exit(driven: "Driven | None") -> Exit:
    """What fails again is no success."""
    if driven is None:
        return Exit.OK
    again = any(one.status == DeliveryStatus.FAILED for one in driven.replayed)
    return Exit.FAILURE if again or driven.failure else Exit.OK


def _count(rows: "Sequence[InboxRow]") -> str:
    return "1 delivery" if len(rows) == 1 else f"{len(rows)} deliveries"
