"""Set, list, rotate and revoke secrets; they are never shown.

A value comes from a prompt or from stdin, and goes to the cloud's own encrypted store.

    platform secrets set acme sanity webhook_secret
    pass show acme/sanity | platform secrets set acme sanity webhook_secret
    platform secrets list acme
"""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import (
    Local,
    bindings,
    blueprint,
    confirmed,
    ground,
    known_provider,
    safe_of,
)
from platform_cli.errors import UsageError
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.secrets import Kept, Safe

Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="One of the client's providers.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="e.g. webhook_secret, read_token.")]


def set_(
    session: Session,
    client: Client,
    provider: Provider,
    name: Name,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Set a secret; this value alone is valid from now on.

    platform secrets set acme sanity webhook_secret
    printf %s "$VALUE" | platform secrets set acme sanity webhook_secret
    """
    safe = _safe(session, client, env, local=local)
    known = _known(session, client, env, provider, name)
    safe.set(known, name, _value(session, name))
    session.screen.say(f"{name} of {known} is set; running functions take it within a minute.")
    return {"client_id": client, "provider": known, "name": name}


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """Which secrets this client's providers need, and how old they are; never their values.

    platform secrets list acme
    """
    safe = _safe(session, client, env, local=local)
    kept = [
        safe.describe(each.provider, name)
        for each in bindings(blueprint(session, client, env))
        for name in each.secrets
    ]
    rows = [_row(each) for each in kept]
    session.screen.table(
        "Secrets", ["provider", "name", "set", "age", "previous valid until"], rows
    )
    return {"secrets": [_described(each) for each in kept]}


def rotate(
    session: Session,
    client: Client,
    provider: Provider,
    name: Name,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Set a new value; the one before stays valid for a week, or until it is revoked.

    Two are valid at a time: a rotation within that week asks before it ends the earlier one.

    platform secrets rotate acme sanity webhook_secret
    """
    safe = _safe(session, client, env, local=local)
    known = _known(session, client, env, provider, name)
    value = _value(session, name)
    if (earlier := safe.describe(known, name).previous_until) is not None:
        confirmed(
            session,
            f"A value of before the last rotation is valid until {_moment(earlier)}. End it now?",
        )
    until = _moment(safe.rotate(known, name, value))
    session.screen.say(f"{name} of {known} is new; the value before is valid until {until}.")
    session.screen.say("Wait a minute before you give the new one to the vendor.")
    return {"client_id": client, "provider": known, "name": name, "previous_until": until}


def revoke(
    session: Session,
    client: Client,
    provider: Provider,
    name: Name,
    env: Env = None,
    local: Local = False,
) -> Data:
    """End the validity of the previous value now.

    platform secrets revoke acme sanity webhook_secret --yes
    """
    safe = _safe(session, client, env, local=local)
    known = _known(session, client, env, provider, name)
    confirmed(session, f"End the previous {name} of {known} now?")
    had = safe.revoke(known, name)
    session.screen.say("It is void within a minute." if had else "There was no previous value.")
    return {"client_id": client, "provider": known, "name": name, "revoked": had}


def _safe(session: Session, client: str, env: str | None, *, local: bool) -> "Safe":
    names = blueprint(session, client, env).names
    return safe_of(session.client(client, env), ground(session).where(names, local=local))


def _known(session: Session, client: str, env: str | None, provider: str, name: str) -> str:
    """The provider's own name; refuses a secret that it does not need."""
    of = blueprint(session, client, env)
    known = known_provider(of, provider)
    needed = next(each.secrets for each in bindings(of) if each.provider == known)
    if name not in needed:
        raise UsageError(f"{known} has no secret {name!r}", hint=f"it has: {', '.join(needed)}")
    return known


def _value(session: Session, name: str) -> str:
    if sys.stdin is not None and not sys.stdin.isatty():
        return sys.stdin.read().strip("\r\n")
    return session.screen.secret(f"Value of {name}:", flag="the value on stdin")


def _row(kept: "Kept") -> list[object]:
    age = f"{(datetime.now(UTC) - kept.changed_at).days} d" if kept.changed_at else ""
    until = _moment(kept.previous_until) if kept.previous_until else ""
    return [kept.provider, kept.name, "yes" if kept.is_set else "no", age, until]


def _described(kept: "Kept") -> dict[str, object]:
    return {
        "provider": kept.provider,
        "name": kept.name,
        "set": kept.is_set,
        "changed_at": kept.changed_at.isoformat() if kept.changed_at else None,
        "previous_until": _moment(kept.previous_until) if kept.previous_until else None,
    }


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


COMMANDS = {"set": set_, "list": list_, "rotate": rotate, "revoke": revoke}
