"""What the verbs that act on a deployed client share: finding it, and asking before acting."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.errors import PlatformError, UsageError
from platform_cli.resolve.blueprint import Binding, Blueprint, Webhooks
from platform_cli.resolve.compose import compose
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig
    from platform_cli.deploy.deployment import Deployed, Ground
    from platform_cli.deploy.secrets import Safe
    from platform_cli.deploy.target import Target

Local = Annotated[
    bool, typer.Option("--local", help="On this machine, wherever it was deployed last.")
]

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]


def ground(session: Session) -> "Ground":
    """The workspace's embedded cloud, and its notes of what was deployed where."""
    from platform_cli.deploy.deployment import Ground

    return Ground(session.workspace.state())


def blueprint(session: Session, client: str, env: str | None = None) -> Blueprint:
    """What the client consists of, and what everything of it is called."""
    return compose(session.client(client, env))


def bindings(of: Blueprint) -> tuple[Binding, ...]:
    """The client's providers."""
    return next((part.bindings for part in of.parts if isinstance(part, Webhooks)), ())


def settings_of(of: Blueprint, provider: str) -> Mapping[str, object]:
    """The client's settings of one of its providers."""
    return next(each.settings for each in bindings(of) if each.provider == provider)


def deployed(
    session: Session, client: str, env: str | None = None, *, local: bool = False
) -> "Deployed":
    """The client's stack where it was deployed last; raises where there is none."""
    return ground(session).find(blueprint(session, client, env).names, local=local)


def safe_of(config: "ClientServiceConfig", target: "Target") -> "Safe":
    """The client's secrets, in the store that its file chose."""
    from platform_cli.deploy.secrets import Safe, store

    kept = store(target, str(config.secret_store))
    return Safe(kept, config.client_id, str(config.environment), time.time)


def known_provider(of: Blueprint, provider: str) -> str:
    """The provider's own name, from any of its spellings; only what this client has."""
    from platform_core import providers

    wanted = providers.resolve_name(provider)
    having = [each.provider for each in bindings(of)]
    if wanted not in having:
        raise UsageError(
            f"{of.names.client_id} has no provider {provider!r}",
            hint=f"it has: {', '.join(having) or 'none'}",
        )
    return wanted


def confirmed(session: Session, question: str) -> None:
    """Goes on only with a yes: from `--yes`, or from a person."""
    if not session.screen.confirm(question):
        raise PlatformError("nothing was changed")


def typed(session: Session, question: str, wanted: str) -> None:
    """Goes on only where a person types the word, or `--yes` stands for it."""
    if session.flags.yes:
        return

    def wrong(text: str) -> str | None:
        return None if text.strip() == wanted else f"type {wanted}, or press Ctrl-C"

    session.screen.ask(f"{question} Type {wanted} to go on:", flag="--yes", check=wrong)
