"""The site of a client: what is detected in its files, and the engine that builds it."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.engines import STARTER, DetectedSite, Engine, load_engine, tailor_engine
from platform_cli.site_source.archive import clone_repository
from platform_cli.site_source.detection import detect_site, folder_reader
from platform_cli.workspace import Workspace

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def site_engine(config: "ClientServiceConfig", detected: DetectedSite) -> Engine:
    """Return the engine of a client, fitted to its settings and to what is detected."""
    engine = load_engine(config.service_integration.ssg_engine)
    has_secrets = bool(config.preview and config.preview.build_secrets)
    return tailor_engine(engine, config.site, detected, has_preview_secrets=has_secrets)


def detect_local_site(workspace: Workspace, config: "ClientServiceConfig") -> DetectedSite:
    """Detect the facts of a client's folder. Without a folder, the site is our starter."""
    return detect_folder(workspace.site_source(config.client_id), config)


def detect_client_site(workspace: Workspace, config: "ClientServiceConfig") -> DetectedSite:
    """Detect the facts of a client's folder, or of a clone of its repository's branch."""
    if config.site.repository is None:
        return detect_local_site(workspace, config)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "site"
        return detect_folder(
            clone_repository(config.site.repository, config.site.branch, folder), config
        )


def detect_folder(folder: Path, config: "ClientServiceConfig") -> DetectedSite:
    """Detect the facts of a folder. Without it, the site is our starter."""
    if not folder.is_dir():
        return STARTER
    return detect_site(
        folder_reader(folder),
        root=config.site.root,
        engine=config.service_integration.ssg_engine,
        package_manager=config.site.package_manager,
    )
