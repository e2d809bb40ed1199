"""The look at a client's site before a deploy."""

from platform_cli.api.progress import Progress
from platform_cli.config.model import ClientServiceConfig
from platform_cli.engines import DetectedSite
from platform_cli.errors import ConfigError
from platform_cli.site_source.client_site import detect_client_site
from platform_cli.site_source.rule_files import find_rule_problems
from platform_cli.site_source.site_checks import find_site_errors, find_site_warnings
from platform_cli.workspace import Workspace


def detect_buildable_site(
    workspace: Workspace, config: ClientServiceConfig, progress: Progress
) -> DetectedSite:
    """Detect the facts of a site's files. Raises `ConfigError` for a site that cannot be built."""
    if config.site.repository is None:
        detected = detect_client_site(workspace, config)
    else:
        with progress.step("Reading the site's repository"):
            detected = detect_client_site(workspace, config)
    folder = workspace.site_source(config.client_id)
    is_local = config.site.source == "local"
    rules = find_rule_problems(config.site, detected.rule_files if is_local else (), folder)
    if errors := (*find_site_errors(config, detected, folder), *rules.errors):
        raise ConfigError(errors)
    refused = (finding.as_line for finding in rules.refused)
    for warning in (*find_site_warnings(config, detected), *refused):
        progress.warn(warning)
    return detected
