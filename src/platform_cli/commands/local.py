"""The embedded cloud on this machine.

platform local status
platform local stop
platform local reset --yes
"""

from typing import TYPE_CHECKING

from platform_cli.commands._deployed import confirmed
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.local.cloud import EmbeddedCloud


def status(session: Session) -> Data:
    """Whether it runs, and the addresses of what it serves.

    platform local status
    """
    found = _cloud(session).status()
    clients = {
        name: {
            "site_url": each.site_url,
            "webhook_base_url": each.webhook_base_url,
            "content_api_url": each.content_api_url,
        }
        for name, each in (found.clients or {}).items()
    }
    screen = session.screen
    if found.running:
        screen.say(f"The embedded cloud runs (process {found.pid}) at {found.aws_endpoint}.")
    else:
        screen.say("The embedded cloud does not run. `platform deploy CLIENT --local` starts it.")
    rows = [[name, each["site_url"], each["webhook_base_url"]] for name, each in clients.items()]
    screen.table("Served here", ["client", "site", "webhooks"], rows)
    if found.trouble:
        screen.warn(f"it takes nothing that it could lose, until it can save: {found.trouble}")
    screen.say(f"Its state is in {found.state_dir}, its log in {found.log_file}.")
    return {
        "running": found.running,
        "pid": found.pid,
        "aws_endpoint": found.aws_endpoint,
        "state_dir": str(found.state_dir),
        "log_file": str(found.log_file),
        "trouble": found.trouble or None,
        "clients": clients,
    }


def stop(session: Session) -> Data:
    """Save everything and end its process; the next command that needs it starts it again.

    platform local stop
    """
    stopped = _cloud(session).stop()
    session.screen.say("Stopped; its state is kept." if stopped else "It did not run.")
    return {"stopped": stopped}


def reset(session: Session) -> Data:
    """Stop it and delete all that was deployed on this machine: sites, content, secrets.

    platform local reset
    platform local reset --yes
    """
    from platform_cli.deploy.deployment import Ground

    cloud = _cloud(session)
    session.screen.say(f"This deletes everything under {cloud.state_dir}.")
    confirmed(session, "Delete it?")
    cloud.reset()
    Ground(session.workspace.state()).forget_local()
    session.screen.say("The embedded cloud is empty.")
    return {"reset": True}


def _cloud(session: Session) -> "EmbeddedCloud":
    from platform_cli.deploy.deployment import Ground

    return Ground(session.workspace.state()).cloud


COMMANDS = {"status": status, "stop": stop, "reset": reset}
