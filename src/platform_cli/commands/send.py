"""Post a recorded delivery, signed like the vendor would.

platform send acme sanity article.published
platform send acme sanity article.published --edit title="A new title" --wait
platform send acme shopify products/delete
platform send acme sanity article.published --bad-signature
platform send acme sanity article.updated --file delivery.json --repeat
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import (
    Local,
    blueprint,
    deployed,
    known_provider,
    safe_of,
    settings_of,
)
from platform_cli.errors import Exit, UsageError
from platform_cli.inert import one_line
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session

if TYPE_CHECKING:
    from platform_cli.deploy.delivery import Answer, Recorded
    from platform_cli.deploy.deployment import Deployed
    from platform_cli.deploy.journey import Journey

ACCEPTED = 200
WAIT_SECONDS = 900.0


def run(
    session: Session,
    client: Client,
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="One of the client's providers.")
    ],
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="What happened, such as article.published.")
    ],
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A delivery of your own: its body, or a recording."),
    ] = None,
    edit: Annotated[
        list[str] | None,
        typer.Option("--edit", metavar="FIELD=VALUE", help="Set a field of the body; repeatable."),
    ] = None,
    bad_signature: Annotated[
        bool, typer.Option("--bad-signature", help="Sign with a wrong secret.")
    ] = False,
    repeat: Annotated[
        bool, typer.Option("--repeat", help="Post the very same delivery twice.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until the site shows it.")] = False,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Data: {status, delivery_id, seconds, answer, repeated, applied, changed, live_seconds}."""
    from platform_cli.deploy import delivery, journey
    from platform_cli.deploy.secrets import fresh
    from platform_core.webhook import WEBHOOK_SECRET

    of = blueprint(session, client, env)
    known = known_provider(of, provider)
    settings = settings_of(of, known)
    sent = prepared(known, event, file=file, edits=_edits(edit or []), settings=settings)
    found = deployed(session, client, env, local=local)
    safe = safe_of(session.client(client, env), found.target)
    secret = fresh() if bad_signature else safe.current(known, WEBHOOK_SECRET)
    request = delivery.signed(sent, known, settings, secret, time.time())
    before = journey.before(found) if wait else None
    answers = [
        delivery.post(request, known, found.site.webhook_base_url, time.monotonic)
        for _ in range(2 if repeat else 1)
    ]
    say(session, answers)
    data: dict[str, object] = {
        "status": answers[0].status,
        "delivery_id": answers[0].delivery_id,
        "seconds": round(answers[0].seconds, 4),
        "answer": answers[0].body,
        "repeated": answers[1].status if repeat else None,
    }
    accepted = all(each.status == ACCEPTED for each in answers)
    if before is not None and accepted:
        data |= follow(session, found, before, answers[0].delivery_id)
    return Outcome(data, Exit.OK if accepted != bad_signature else Exit.FAILURE)


def follow(session: Session, found: "Deployed", before: "Journey", delivery_id: str) -> Data:
    """Waits until the delivery is applied and the site shows it; says what changed where."""
    from platform_cli.deploy import journey

    screen = session.screen
    with screen.step("Waiting until it is applied"):
        status = journey.applied(found, delivery_id, seconds=WAIT_SECONDS)
    with screen.step("Waiting until the site shows it") as step:
        changed = journey.published(found, before, seconds=WAIT_SECONDS, tell=step.note)
    for path in changed:
        screen.say(f"  changed  {found.site.site_url}{path}")
    if not changed:
        screen.say("  no page changed")
    return {
        "applied": status,
        "changed": changed,
        "live_seconds": round(time.monotonic() - before.started, 2),
    }


def prepared(
    provider: str,
    event: str,
    *,
    edits: Mapping[str, str],
    file: Path | None = None,
    settings: Mapping[str, object] | None = None,
) -> "Recorded":
    """A recording as if it happened now, in the project of these settings, with fields set. What
    comes from a file stays what it says."""
    from platform_cli.deploy import delivery
    from platform_cli.deploy.fitting import fitted

    if file is not None and not file.is_file():
        raise UsageError(f"there is no file {file}")
    found = delivery.from_file(file, event) if file else delivery.recorded(provider, event)
    if settings and not file:
        found = fitted(found, provider, settings)
    return delivery.edited(delivery.refreshed(found, datetime.now(UTC)), edits)


def _edits(given: list[str]) -> dict[str, str]:
    edits = {}
    for each in given:
        field, separator, value = each.partition("=")
        if not separator or not field:
            raise UsageError(f"not a field and its value: {each!r}", hint="--edit title=Hello")
        edits[field] = value
    return edits


def say(session: Session, answers: "list[Answer]") -> None:
    """What the door answered."""
    for each in answers:
        milliseconds = round(each.seconds * 1000)
        session.screen.say(f"{each.status}  {each.delivery_id}  ({milliseconds} ms)")
        if each.status != ACCEPTED:
            session.screen.say(f"     {one_line(each.body)}")
