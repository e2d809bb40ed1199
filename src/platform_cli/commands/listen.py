"""Show the webhooks of a client on this machine as they arrive, and their effects.

A line for each step of a delivery: received, applied, build, live; and one for each request that
was refused, with the reason. Ctrl-C ends it. With --json each line is one JSON object.

    platform listen acme
    platform listen acme --replay sanity#3f9c
    platform listen acme --json | jq .data.id

A program elsewhere cannot reach this machine: `platform send` sends recorded deliveries.
"""

from typing import Annotated

import typer

from platform_cli.api.deliveries import replays
from platform_cli.api.deliveries.listening import listen
from platform_cli.commands._arguments import Client, Env
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.deliveries import show_replay
from platform_cli.views.streams.deliveries import heard_data, show_heard

Replay = Annotated[
    str | None,
    typer.Option(
        "--replay",
        metavar="ID",
        help="Apply this delivery again first; or the beginning of its id.",
    ),
]


def run(session: Session, client: Client, replay: Replay = None, env: Env = None) -> Data:
    """Data of each line: {kind: delivery, ...} with the fields of `events CLIENT ID`, or {kind:
    refused, request_id, received_at, provider, outcome, status, reason}."""
    screen, location = session.screen, session.location(env, local=True)
    ids: tuple[str, ...] = ()
    if replay is not None:
        selection = replays.DeliveryFilter(ids=(replay,))
        plan = replays.plan_replay(client, selection, **location)
        show_replay(screen, replays.replay(plan, progress=screen))
        ids = tuple(delivery.id for delivery in plan.selected)
    steps = listen(client, ids=ids, **location)
    screen.begin_stream()
    screen.say(f"Listening to the webhooks of {client}. Ctrl-C ends this.")
    for heard in steps:
        show_heard(screen, client, heard)
        session.stream(heard_data(heard))
    return {}
