"""Inspect, stop or reset the embedded cloud on this machine.

platform local status
platform local stop
platform local reset --yes
"""

from platform_cli.api.operations import embedded_cloud
from platform_cli.prompts.confirmations import require_confirmation
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.operations import cloud_data, show_cloud


def status(session: Session) -> Data:
    """Show whether the embedded cloud runs, and the addresses of its clients.

    platform local status
    """
    cloud = embedded_cloud.cloud_status(session.workspace)
    show_cloud(session.screen, cloud)
    return cloud_data(cloud)


def stop(session: Session) -> Data:
    """Save the state and stop the process. The next command that needs it starts it again.

    platform local stop
    """
    stopped = embedded_cloud.stop_cloud(session.workspace)
    session.screen.say("Stopped. The state is saved." if stopped else "It was not running.")
    return {"stopped": stopped}


def reset(session: Session) -> Data:
    """Stop it and delete everything deployed on this machine: sites, content and secrets.

    platform local reset
    platform local reset --yes
    """
    folder = embedded_cloud.cloud_folder(session.workspace)
    session.screen.say(f"This deletes everything in {folder}.")
    require_confirmation(session.screen, "Delete it?")
    embedded_cloud.reset_cloud(session.workspace)
    session.screen.say("The embedded cloud is empty.")
    return {"reset": True}


COMMANDS = {"status": status, "stop": stop, "reset": reset}
