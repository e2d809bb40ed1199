"""Send a recorded delivery, signed as the vendor would sign it.

platform send acme sanity article.published
platform send acme sanity article.published --edit title="A new title" --wait
platform send acme shopify products/delete
platform send acme sanity article.published --bad-signature
platform send acme sanity article.updated --file delivery.json --repeat
"""

from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.deliveries import samples
from platform_cli.commands._arguments import Client, Env, Local, parse_edits
from platform_cli.errors import Exit
from platform_cli.session import Outcome, Session
from platform_cli.views.deliveries import sent_data, show_live_change, show_sent


def run(
    session: Session,
    client: Client,
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="One of the client's providers.")
    ],
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="Recorded event, such as article.published.")
    ],
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Send this file instead: a request body, or a recording."),
    ] = None,
    edit: Annotated[
        list[str] | None,
        typer.Option("--edit", metavar="FIELD=VALUE", help="Set a field of the body; repeatable."),
    ] = None,
    bad_signature: Annotated[
        bool, typer.Option("--bad-signature", help="Sign with a wrong secret.")
    ] = False,
    repeat: Annotated[bool, typer.Option("--repeat", help="Send the same delivery twice.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until the site shows the change.")
    ] = False,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Data: {status, delivery_id, seconds, answer, repeated, applied, changed, live_seconds}."""
    screen, location = session.screen, session.location(env, local=local)
    options = samples.SendOptions(
        file=file, edits=parse_edits(edit or []), bad_signature=bad_signature, repeat=repeat
    )
    sent = samples.send(client, provider, event, options=options, **location)
    show_sent(screen, sent)
    change = None
    if wait and sent.is_accepted:
        change = samples.wait_until_live(sent, progress=screen)
        show_live_change(screen, sent.deployed.addresses.site_url, change)
    exit_code = Exit.OK if sent.is_expected else Exit.FAILURE
    return Outcome(sent_data(sent, change), exit_code)
