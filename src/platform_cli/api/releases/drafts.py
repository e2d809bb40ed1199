"""The requirements of a preview with unpublished content."""

from platform_cli.config.model import ClientServiceConfig
from platform_cli.errors import UsageError
from platform_cli.targets.secrets import ClientSecrets
from platform_core import providers
from platform_core.contract import DRAFTS_TOKEN


def require_drafts(config: ClientServiceConfig, secrets: ClientSecrets) -> None:
    """Check that the client's CMS has drafts, and that its token is set. Raises `UsageError`."""
    client, cms = config.client_id, config.service_integration.cms_config
    if cms is None:
        raise UsageError(f"{client} has no CMS, so it has no drafts", hint="leave out --drafts")
    if config.site.content == "source":
        raise UsageError(
            f"{client} renders the files of its repository, drafts as its own build treats them",
            hint=f"show the branch of a draft: platform preview {client} --branch BRANCH",
        )
    manifest = providers.load_manifest(cms.provider)
    if not manifest.needs.drafts:
        raise UsageError(
            f"drafts of {manifest.label} cannot be read: it offers no way",
            hint="leave out --drafts",
        )
    needs_token = any(need.name == DRAFTS_TOKEN for need in manifest.needs.secrets)
    if needs_token and not secrets.describe(cms.provider, DRAFTS_TOKEN).is_set:
        raise UsageError(
            f"the {DRAFTS_TOKEN} of {manifest.label} is not set, and no other secret reads drafts",
            hint=f"platform secrets set {client} {cms.provider} {DRAFTS_TOKEN}",
        )
