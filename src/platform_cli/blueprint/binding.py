"""A provider of a client, and the context from which each part is composed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from platform_cli.blueprint.naming import ResourceNames
from platform_cli.blueprint.stores import Expiry
from platform_cli.engines import STARTER, DetectedSite
from platform_core import contract

EVENT_DRIVEN: Final = "event_driven"


@dataclass(frozen=True, slots=True)
class Binding:
    """One provider of this client."""

    provider: str
    settings: Mapping[str, object]
    secrets: tuple[str, ...]
    """Names of its secrets. The values are in the secret store only."""
    readable: tuple[str, ...]
    """Names of the secrets that functions may read. Tokens that manage webhooks are excluded."""
    api_secrets: tuple[str, ...] = ()
    """Names of the readable secrets that are keys of the vendor's API. Every worker may read
    them."""
    erasure: bool = False
    """Whether the vendor may ask to erase stored deliveries."""
    build_secrets: Mapping[str, str] = field(default_factory=dict)
    """Names of the secrets that the site's build gets, and the variable of each."""
    preview_secrets: Mapping[str, str] = field(default_factory=dict)
    """The same for the builds of previews, which get no others."""

    @property
    def copied_secrets(self) -> Mapping[str, str]:
        """Names of the secrets that any build gets, and the variable of each."""
        return {**self.preview_secrets, **self.build_secrets}

    @property
    def usual_secrets(self) -> tuple[str, ...]:
        """The secrets without those of drafts and of a login relay, unless a build gets them."""
        special = {contract.DRAFTS_TOKEN, contract.LOGIN_SECRET} - self.copied_secrets.keys()
        return tuple(name for name in self.secrets if name not in special)


@dataclass(frozen=True, slots=True)
class PartContext:
    """Facts that every part can use, besides the client's configuration."""

    names: ResourceNames
    integration_mode: str
    retain_data: bool
    bindings: tuple[Binding, ...]
    expiries: tuple[Expiry, ...] = ()
    """Prefixes of the shared data bucket that expire, from all kinds of parts."""
    detected: DetectedSite = STARTER
    """Facts from the files of the site."""

    @property
    def is_event_driven(self) -> bool:
        return self.integration_mode == EVENT_DRIVEN
