"""The files with which a client's editors write, where a provider brings such: a page at `/admin/`.

Those of a build are laid under a site's source each time that it is packed, and never into the
client's folder. So they follow the settings in the client's file, and go with the provider when it
is swapped. A file of the client's own at the same path wins: that is how a person changes one.
Those that another build than ours reads are laid once, into a new client's folder.
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
    """The files of the client's editors, by their path in the source; `url` is the site's."""
    site = EditedSite(config.company_name, url.rstrip("/"), engine.static)
    chosen = config.service_integration
    files: dict[str, bytes] = {}
    for choice in (chosen.cms_config, chosen.ecommerce_config):
        if choice is None or not providers.has_module(choice.provider, "editor"):
            continue
        editor = providers.load_editor(choice.provider)
        if editor.OWNER is owner:
            settings = providers.load_settings(choice.provider).Settings.model_validate(
                choice.settings
            )
            files |= editor.overlay(settings, site)
    return files
