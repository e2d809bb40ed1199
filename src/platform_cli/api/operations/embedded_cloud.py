"""The embedded cloud of a workspace on this machine."""

from pathlib import Path

from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.workspaces import WorkspacePath
from platform_cli.local.cloud import Status


def cloud_status(workspace: WorkspacePath = None) -> Status:
    """Return whether the embedded cloud runs, and the addresses that it serves. Starts nothing."""
    return open_deployments(workspace).cloud.status()


def cloud_folder(workspace: WorkspacePath = None) -> Path:
    """Return the folder that holds everything deployed on this machine."""
    return open_deployments(workspace).cloud.state_dir


def stop_cloud(workspace: WorkspacePath = None) -> bool:
    """Save the state of the embedded cloud and stop it. Returns whether it was running."""
    return open_deployments(workspace).cloud.stop()


def reset_cloud(workspace: WorkspacePath = None) -> None:
    """Stop the embedded cloud and delete everything that was deployed on this machine."""
    deployments = open_deployments(workspace)
    deployments.cloud.stop_and_delete_all_state()
    deployments.delete_local_records()
