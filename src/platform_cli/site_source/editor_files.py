"""Files of a provider's editing interface, such as a page at `/admin/`.

Files that our build reads are added whenever the source is packed, and never to the client's
folder. They follow the settings in the client's file and disappear when the provider is replaced.
A file in the client's folder at the same path takes precedence. Files that an external build reads
are written once, into a new client's folder.
"""

from typing import TYPE_CHECKING

from platform_cli.engines import Engine
from platform_core import providers
from platform_core.provider_kit.editor_files import EditedSite, FileOwner

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def make_editor_files(
    config: "ClientServiceConfig", engine: Engine, url: str, owner: FileOwner
) -> dict[str, bytes]:
    """Return the editor files by their path in the source. `url` is the address of the site."""
    site = EditedSite(config.company_name, url.rstrip("/"), engine.static)
    integration = config.service_integration
    files: dict[str, bytes] = {}
    for choice in (integration.cms_config, integration.ecommerce_config):
        if choice is None or not providers.has_module(choice.provider, "editor"):
            continue
        editor = providers.load_editor(choice.provider)
        if editor.OWNER is owner:
            settings = providers.load_settings(choice.provider).Settings.model_validate(
                choice.settings
            )
            files |= editor.overlay(settings, site)
    return files
