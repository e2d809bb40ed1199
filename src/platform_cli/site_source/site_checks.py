"""Compare the facts of a client's site with what the platform can build."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.config.load import relative_path
from platform_cli.engines import NODE_VERSIONS, DetectedSite, load_engine
from platform_cli.errors import Finding

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def find_site_errors(
    config: "ClientServiceConfig", detected: DetectedSite, folder: Path
) -> Iterator[Finding]:
    """Yield what prevents a build of the site. `folder` is its source, for the positions."""
    engine = load_engine(config.service_integration.ssg_engine)
    version, node = detected.version, detected.node_version
    supported = engine.conventions.versions
    if version and supported and int(version.value.split(".")[0]) not in supported:
        yield Finding(
            f"{engine.label} {version.value} is not supported: versions {supported[0]} to "
            f"{supported[-1]} are",
            relative_path(folder / version.evidence),
            f"use a supported version of {engine.label}; or set ssg_engine: custom with "
            "site.build_command and site.output",
        )
    if config.site.content == "source" and detected.is_starter:
        yield Finding(
            f"our {engine.label} starter shows content.json, and this site is built from the files "
            "of its repository",
            hint=f"put the site into {relative_path(folder)}, or use site.content: feed",
        )
    is_ignored = detected.is_starter or config.site.node_version is not None
    if node and not is_ignored and node.value not in NODE_VERSIONS:
        yield Finding(
            f"the site asks for Node.js {node.value}, and builds offer "
            f"{', '.join(map(str, NODE_VERSIONS))}",
            relative_path(folder / node.evidence),
            "set site.node_version to the one that the site works with",
        )


def find_site_warnings(config: "ClientServiceConfig", detected: DetectedSite) -> Iterator[str]:
    """Yield what is worth a look, and prevents nothing."""
    if detected.is_starter:
        return
    engine, found = load_engine(config.service_integration.ssg_engine), detected.engine
    if found and engine.starters and found.value != engine.name:
        other = load_engine(found.value).label
        yield f"{found.evidence} is of a site for {other}, and ssg_engine is {engine.name}"
    if detected.lacks_lock and config.site.install_command is None:
        yield "without a lock file, two builds of the site can get different packages; commit one"
