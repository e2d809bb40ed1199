"""Give the files of a site to the simulated Git host of the embedded cloud.

On AWS, the editors and developers of the client push to the repository themselves.
"""

import time
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from platform_cli.engines import DetectedSite
from platform_cli.errors import PlatformError
from platform_cli.site_source.build_inputs import list_site_files
from platform_cli.site_source.client_site import site_engine
from platform_cli.targets.target import Target
from platform_cli.workspace import Workspace
from platform_core import providers
from platform_core.provider_kit.simulated_vendor import SITE_FILES_PATH

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def push_site_files(
    workspace: Workspace, config: "ClientServiceConfig", detected: DetectedSite, target: Target
) -> bool:
    """Commit the files that changed since the last deploy. Returns False if there are none.

    Does nothing on AWS, and for a site that is not built from its repository.
    """
    cms = config.service_integration.cms_config
    if config.site.content != "source" or cms is None or target.simulated_vendors is None:
        return False
    settings = providers.load_settings(cms.provider).Settings.model_validate(cms.settings)
    host = providers.load_simulated(cms.provider).Simulated.HOSTS[0]
    with list_site_files(workspace, config, site_engine(config, detected)) as files:
        order = {
            "branch": getattr(settings, "branch", config.site.branch),
            "at": int(time.time()),
            "files": _encode(files),
        }
    try:
        answer = httpx2.put(
            f"{target.simulated_vendors}/{host}{SITE_FILES_PATH}",
            json=order, timeout=60, trust_env=False,
        )  # fmt: skip
        answer.raise_for_status()
    except httpx2.HTTPError as error:
        # Its text would show the address, which contains a key.
        name = type(error).__name__
        raise PlatformError(f"the simulated Git host takes no files: {name}") from None
    return bool(answer.json()["changed"])


def _encode(files: Mapping[Path, Path]) -> dict[str, str]:
    return {name.as_posix(): b64encode(file.read_bytes()).decode() for name, file in files.items()}
