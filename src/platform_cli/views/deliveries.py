"""Views of deliveries: received, replayed and sent ones, and dead letters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.deliveries.dead_letters import DeadLetterList, PurgeResult, RedriveResult
from platform_cli.api.deliveries.erasures import ForgetPlan
from platform_cli.api.deliveries.events import DeliveryTrace, ReceivedDelivery
from platform_cli.api.deliveries.replays import ReplayPlan, ReplayResult
from platform_cli.api.deliveries.samples import ACCEPTED, LiveChange, SentDelivery
from platform_cli.sanitize import one_line
from platform_cli.screen import Data, Screen
from platform_cli.times import format_time
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_next,
    show_remaining,
    show_rows,
)
from platform_core.contract.status import DeliveryStatus

MAX_EVENTS = 12
"""Deliveries that are shown without `--details`. Each may have a reason of two lines."""
EVENT_ID_WIDTH = 40
MAX_ROWS = 20
"""Rows of a replay that are shown."""
ID_WIDTH = 60


def show_deliveries(
    screen: Screen,
    deliveries: Sequence[ReceivedDelivery],
    client: str,
    *,
    options: str = "",
    details: bool = False,
) -> None:
    """Show the number of deliveries by status in a sentence, then the newest.

    `options` select the deployment in the next command.
    """
    show_answer(screen, _describe_deliveries(deliveries, client))
    shown = deliveries if details else deliveries[:MAX_EVENTS]
    rows = [
        [
            (delivery.received_at or "")[:19].replace("T", " "), delivery.status,
            _describe_delivery(delivery, whole_id=details),
        ]
        for delivery in shown
    ]  # fmt: skip
    if rows:
        screen.write("")
        show_rows(screen, rows, ("received (UTC)", "status", "delivery"))
    show_remaining(screen, len(deliveries) - len(shown), "deliveries")
    if any(delivery.status == DeliveryStatus.FAILED for delivery in deliveries):
        step = (f"platform replay {client}{options} --failed", "applies the failed ones again")
    elif deliveries:
        step = (f"platform events {client} ID{options}", "traces one of them to its page")
    else:
        step = (f"platform webhooks list {client}{options}", "shows whether a vendor sends any")
    show_next(screen, step)


def _describe_deliveries(deliveries: Sequence[ReceivedDelivery], client: str) -> str:
    if not deliveries:
        return f"{client} has received no delivery yet."
    counts = Counter(str(delivery.status) for delivery in deliveries)
    by_status = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    last = count_noun(len(deliveries), "delivery")
    return f"The last {last} of {client}: {by_status}."


def _describe_delivery(delivery: ReceivedDelivery, *, whole_id: bool) -> str:
    id_ = delivery.id if whole_id else delivery.id[:EVENT_ID_WIDTH]
    return f"{id_}  {delivery.reason}" if delivery.reason else id_


def deliveries_data(deliveries: Sequence[ReceivedDelivery]) -> Data:
    """Return received deliveries as JSON data."""
    return {"events": [asdict(delivery) for delivery in deliveries]}


def show_trace(screen: Screen, trace: DeliveryTrace) -> None:
    """Show every field of one delivery."""
    rows = [
        [name, ", ".join(value) if isinstance(value, tuple) else str(value or "")]
        for name, value in trace_data(trace).items()
    ]
    screen.table("", ["field", "value"], rows)


def trace_data(trace: DeliveryTrace) -> Data:
    """Return one delivery as JSON data."""
    return asdict(trace)


def show_replay_plan(screen: Screen, plan: ReplayPlan) -> None:
    """Show the deliveries to replay, and how to continue with those beyond the maximum."""
    selected, remaining = plan.selected, plan.remaining
    rows = [
        [delivery.received_at, delivery.id[:ID_WIDTH], delivery.status, delivery.reason]
        for delivery in selected[:MAX_ROWS]
    ]
    screen.table("To replay", ["received", "id", "status", "reason"], rows)
    if len(selected) > MAX_ROWS:
        screen.say(f"... and {len(selected) - MAX_ROWS} more")
    if not selected:
        screen.say("No delivery matches.")
    if remaining:
        screen.warn(
            f"{len(selected) + len(remaining)} deliveries match, more than --max "
            f"{len(selected)}: the oldest come first; continue with --since "
            f"{remaining[0].received_at}"
        )


def show_replay(screen: Screen, result: ReplayResult) -> None:
    """Show the outcome of a replay."""
    rows = [
        *(
            [replayed.id[:ID_WIDTH], replayed.status, replayed.reason]
            for replayed in result.replayed
        ),
        *([skipped.id[:ID_WIDTH], "skipped", skipped.reason] for skipped in result.skipped),
    ]
    screen.table("Replayed", ["id", "status", "reason"], rows)
    if result.failure:
        screen.warn(
            f"{len(result.left)} deliveries are left and can be replayed again: {result.failure}"
        )


def replay_data(plan: ReplayPlan, result: ReplayResult, *, dry_run: bool) -> Data:
    """Return a replay as JSON data."""
    return {
        "client_id": plan.deployed.names.client_id,
        "dry_run": dry_run,
        "matching": [
            {
                "id": delivery.id,
                "provider": delivery.provider,
                "received_at": delivery.received_at,
                "status": delivery.status,
                "reason": delivery.reason,
            }
            for delivery in plan.selected
        ],
        "replayed": [asdict(replayed) for replayed in result.replayed],
        "skipped": [asdict(skipped) for skipped in result.skipped],
        "left": len(plan.remaining) + len(result.left),
    }


def show_dead_letters(screen: Screen, dead_letters: DeadLetterList) -> None:
    """Show dead letters in a table, with the effect of a redrive."""
    rows = [
        [
            entry.since, entry.id[:ID_WIDTH], entry.kind, entry.reason, entry.redrive,
            (entry.expires_at or "")[:10],
        ]
        for entry in dead_letters.entries
    ]  # fmt: skip
    columns = ["since", "id", "kind", "reason", "redrive", "deleted on"]
    screen.table("Dead letters", columns, rows)
    for entry in dead_letters.entries:
        if entry.expires_soon:
            screen.warn(f"{entry.id} is deleted on {(entry.expires_at or '')[:10]}: redrive it")
    if not rows:
        screen.say("There are no dead letters.")


def dead_letters_data(dead_letters: DeadLetterList) -> Data:
    """Return dead letters as JSON data."""
    return {
        "client_id": dead_letters.deployed.names.client_id,
        "dead_letters": [asdict(entry) for entry in dead_letters.entries],
    }


def show_redrive(screen: Screen, result: RedriveResult) -> None:
    """Show the outcome of a redrive."""
    rows = [
        *([entry.id[:ID_WIDTH], entry.is_now, entry.reason] for entry in result.redriven),
        *([entry.id[:ID_WIDTH], "left", entry.reason] for entry in result.left),
    ]
    screen.table("Redriven", ["id", "status", "reason"], rows)


def redrive_data(client: str, result: RedriveResult) -> Data:
    """Return a redrive as JSON data."""
    return {
        "client_id": client,
        "redriven": [{"id": entry.id, "is_now": entry.is_now} for entry in result.redriven],
        "left": [asdict(entry) for entry in result.left],
    }


def show_purge(screen: Screen, dead_letters: DeadLetterList, result: PurgeResult) -> None:
    """Show how many dead letters were purged."""
    screen.say(f"Purged {len(result.purged)} of {len(dead_letters.entries)} dead letters.")


def purge_data(client: str, result: PurgeResult) -> Data:
    """Return a purge as JSON data."""
    return {"client_id": client, **asdict(result)}


def show_sent(screen: Screen, sent: SentDelivery) -> None:
    """Show the response to each attempt."""
    for response in sent.responses:
        milliseconds = round(response.seconds * 1000)
        screen.say(f"{response.status}  {response.delivery_id}  ({milliseconds} ms)")
        if response.status != ACCEPTED:
            screen.say(f"     {one_line(response.body)}")


def show_live_change(screen: Screen, site_url: str, change: LiveChange) -> None:
    """Show the address of each page that changed."""
    for path in change.changed:
        screen.say(f"  changed  {site_url}{path}")
    if not change.changed:
        screen.say("  no page changed")


def sent_data(sent: SentDelivery, change: LiveChange | None) -> Data:
    """Return a sent delivery, and its effect if it was waited for, as JSON data."""
    first = sent.responses[0]
    return {
        "status": first.status,
        "delivery_id": first.delivery_id,
        "seconds": round(first.seconds, 4),
        "answer": first.body,
        "repeated": sent.responses[1].status if len(sent.responses) > 1 else None,
        **(asdict(change) if change else {}),
    }


def show_forget_plan(screen: Screen, plan: ForgetPlan) -> None:
    """Show the deliveries that are erased, and the number of large bodies."""
    findings = plan.findings
    rows = [
        [format_time(row.received_at), row.id[:ID_WIDTH], str(row.status)] for row in findings.rows
    ]
    screen.table("Deliveries to erase", ["received", "id", "status"], rows)
    if findings.bodies:
        screen.say(f"Copies of large bodies to erase: {len(findings.bodies)}.")
    entries = [[entry.received_at, entry.form, entry.id] for entry in plan.entries]
    screen.table("Entries of forms to erase", ["received", "form", "id"], entries)
    if plan.is_empty:
        screen.say("Nothing is stored.")


def forget_data(plan: ForgetPlan) -> Data:
    """Return the erased deliveries as JSON data."""
    return {
        "client_id": plan.deployed.names.client_id,
        "deliveries": [
            {
                "id": row.id,
                "provider": row.provider,
                "received_at": format_time(row.received_at),
                "status": str(row.status),
            }
            for row in plan.findings.rows
        ],
        "bodies": len(plan.findings.bodies),
        "entries": [
            {"form": entry.form, "id": entry.id, "received_at": entry.received_at}
            for entry in plan.entries
        ],
    }
