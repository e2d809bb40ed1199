"""Set, import, list, rotate and revoke a client's secrets. Their values are never shown.

A value comes from a prompt or from stdin, and is stored encrypted in the client's cloud.

    platform secrets set acme sanity webhook_secret
    pass show acme/sanity | platform secrets set acme sanity webhook_secret
    platform secrets import acme .env
    platform secrets list acme
"""

from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.operations import secrets
from platform_cli.api.operations.secret_imports import import_secrets
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.prompts.confirmations import require_confirmation
from platform_cli.prompts.secrets import read_secret
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.times import format_time
from platform_cli.views.vendors import import_data, secrets_data, show_import, show_secrets

Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="A provider of the client.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name, such as webhook_secret or read_token.")
]

File = Annotated[Path, typer.Argument(metavar="FILE", help="Dotenv file: NAME=value on each line.")]


def set_(
    session: Session, client: Client, provider: Provider, name: Name,
    env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """Set a secret; only this value is valid from now on.

    A webhook_secret needs at least 16 characters, or at least 24 bytes in base64 for Standard
    Webhooks.

    platform secrets set acme sanity webhook_secret
    printf %s "$VALUE" | platform secrets set acme sanity webhook_secret
    """
    location = session.location(env, local=local)
    canonical = secrets.describe_secret(client, provider, name, **location).provider
    secrets.set_secret(client, canonical, name, read_secret(session.screen, name), **location)
    session.screen.say(
        f"Set {name} of {canonical}. Running functions use it within a minute. If the site's build "
        "gets it, the next build does."
    )
    return {"client_id": client, "provider": canonical, "name": name}


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """List the secrets that the client's providers need, and their age; never their values.

    platform secrets list acme

    Data: {secrets: [{provider, name, set, changed_at, previous_until, weakness, build_variable}]};
    `weakness`: the reason why `set` would refuse the stored value, or null; `build_variable`: the
    variable by which the site's build gets the secret, or null.
    """
    described = secrets.list_secrets(client, **session.location(env, local=local))
    show_secrets(session.screen, described)
    return secrets_data(described)


def rotate(
    session: Session, client: Client, provider: Provider, name: Name,
    env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """Set a new value; the current one stays valid for a week, or until it is revoked.

    Two values can be valid at a time. A second rotation within the week ends the oldest one, and
    asks before it does.

    platform secrets rotate acme sanity webhook_secret
    """
    location = session.location(env, local=local)
    secret = secrets.describe_secret(client, provider, name, **location)
    value = read_secret(session.screen, name)
    if secret.previous_until is not None:
        until = format_time(secret.previous_until)
        require_confirmation(
            session.screen, f"An older value is still valid until {until}. End it now?"
        )
    rotated = secrets.rotate_secret(client, secret.provider, name, value, **location)
    until = format_time(rotated.previous_until)
    session.screen.say(
        f"Rotated {name} of {secret.provider}. The old value is valid until {until}."
    )
    session.screen.say("Wait a minute before you set the new value at the vendor.")
    return {
        "client_id": client, "provider": secret.provider, "name": name, "previous_until": until,
    }  # fmt: skip


def revoke(
    session: Session, client: Client, provider: Provider, name: Name,
    env: Env = None, local: Local = False,
) -> Data:  # fmt: skip
    """End the validity of the previous value now.

    platform secrets revoke acme sanity webhook_secret --yes
    """
    location = session.location(env, local=local)
    canonical = secrets.describe_secret(client, provider, name, **location).provider
    require_confirmation(session.screen, f"End the previous {name} of {canonical} now?")
    revoked = secrets.revoke_secret(client, canonical, name, **location)
    session.screen.say(
        "The previous value is invalid within a minute."
        if revoked
        else "There was no previous value."
    )
    return {"client_id": client, "provider": canonical, "name": name, "revoked": revoked}


def import_(
    session: Session, client: Client, file: File, env: Env = None, local: Local = False
) -> Data:
    """Set the secrets that a dotenv file names, such as SANITY_WEBHOOK_SECRET=...

    The name of a variable is PROVIDER_NAME in capitals. Other variables are left out and listed. If
    one value is refused, no secret is set. The file stays as it is: delete it afterwards.

    platform secrets import acme .env

    Data: {client_id, set: [{provider, name, variable, where}], unchanged: [the same], unknown:
    [{variable, where, hint}]}
    """
    result = import_secrets(client, file, **session.location(env, local=local))
    show_import(session.screen, result)
    return import_data(client, result)


COMMANDS = {
    "set": set_, "list": list_, "rotate": rotate, "revoke": revoke, "import": import_,
}  # fmt: skip
