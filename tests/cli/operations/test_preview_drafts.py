"""A preview with drafts is refused before anything is built if its drafts cannot be read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from platform_cli.api.releases.drafts import require_drafts
from platform_cli.config.model import ClientServiceConfig
from platform_cli.errors import Exit, UsageError
from platform_cli.targets.secrets import ClientSecrets

STRAPI = {"provider": "strapi", "settings": {"url": "https://cms.plum.example"}}
DECAP: dict[str, Any] = {"provider": "decap", "settings": {"repository": "github:plum/site"}}
GENERIC = {"provider": "generic", "settings": {"listing_url": "https://cms.plum.example/all"}}


@dataclass
class MemoryBackend:
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> tuple[str, datetime] | None:
        return (self.texts[path], datetime.now(UTC)) if path in self.texts else None

    def write(self, path: str, text: str) -> None:
        self.texts[path] = text


def config_of(cms: dict[str, Any] | None, **site: Any) -> ClientServiceConfig:
    integration = {"ssg_engine": "hugo"} | ({"cms_config": cms} if cms else {})
    return ClientServiceConfig.model_validate(
        {
            "client_id": "plum",
            "company_name": "Plum Orchard",
            "domain": "plum.example",
            "contact_email": "web@plum.example",
            "service_integration": integration,
            "site": site,
        }
    )


@pytest.fixture
def secrets() -> ClientSecrets:
    return ClientSecrets(MemoryBackend(), "plum", "prod", lambda: 0.0, None)


def test_a_token_that_is_not_set_is_named(secrets: ClientSecrets) -> None:
    config = config_of(STRAPI)
    with pytest.raises(UsageError, match="drafts_token of Strapi is not set") as refused:
        require_drafts(config, secrets)
    [finding] = refused.value.findings
    assert finding.hint == "platform secrets set plum strapi drafts_token"
    assert refused.value.exit_code == Exit.USAGE
    secrets.set_value("strapi", "read_token", "reads what is published")
    with pytest.raises(UsageError, match="not set"):
        require_drafts(config, secrets)
    secrets.set_value("strapi", "drafts_token", "reads drafts")
    require_drafts(config, secrets)


def test_drafts_in_files_need_no_token_of_their_own(secrets: ClientSecrets) -> None:
    require_drafts(config_of(DECAP), secrets)


def test_a_site_that_renders_its_repository_shows_branches(secrets: ClientSecrets) -> None:
    config = config_of(
        DECAP, content="source", source="git", repository=DECAP["settings"]["repository"]
    )
    with pytest.raises(UsageError, match="renders the files of its repository"):
        require_drafts(config, secrets)


def test_a_client_without_drafts_is_told_so(secrets: ClientSecrets) -> None:
    with pytest.raises(UsageError, match="plum has no CMS"):
        require_drafts(config_of(None), secrets)
    with pytest.raises(UsageError, match="it offers no way"):
        require_drafts(config_of(GENERIC), secrets)
