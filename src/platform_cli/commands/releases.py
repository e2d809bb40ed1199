"""List a site's releases, or return to the newest after a rollback.

platform releases list acme
platform releases resume acme
"""

from platform_cli.api.releases.history import end_rollback, list_releases
from platform_cli.commands._arguments import Client, Env, Limit, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.releases import (
    end_of_rollback_data,
    releases_data,
    show_end_of_rollback,
    show_releases,
)


def list_(
    session: Session, client: Client, limit: Limit = 20, env: Env = None, local: Local = False
) -> Data:
    """List the releases that a rollback can return to, newest first.

      platform releases list acme

    Data: {releases: [{id, covers, created_at, live, ready}], pinned}.
    """
    releases = list_releases(client, limit=limit, **session.location(env, local=local))
    show_releases(session.screen, releases)
    return releases_data(releases)


def resume(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """End a rollback: the newest release goes live, and later ones follow.

    platform releases resume acme
    """
    result = end_rollback(client, **session.location(env, local=local))
    show_end_of_rollback(session.screen, result)
    return end_of_rollback_data(result)


COMMANDS = {"list": list_, "resume": resume}
